/** What a client would like to read, from Accept. */

/** Browsers name text/html; programs name JSON or take anything. */
export const wantsPage = (request: Request): boolean =>
  /text\/html|application\/xhtml\+xml/i.test(request.headers.get('accept') ?? '')

const CREDENTIAL_TYPES = ['application/vc+json', 'application/ld+json', 'application/json'] as const

/** The media type of the credential a client asks for, or undefined when it should get the page. */
export function credentialType(request: Request): string | undefined {
  const accept = request.headers.get('accept')
  if (accept === null) return undefined
  const wishes = accept.split(',').map((wish) => {
    const [type = '', ...parameters] = wish.split(';').map((part) => part.trim().toLowerCase())
    const quality = parameters.map((part) => /^q=([01](?:\.\d{0,3})?)$/.exec(part)?.[1]).find(Boolean)
    return { type, quality: quality === undefined ? 1 : Number(quality) }
  })
  const best = (types: readonly string[]) =>
    Math.max(0, ...wishes.filter(({ type }) => types.includes(type)).map(({ quality }) => quality))
  const json = best(CREDENTIAL_TYPES)
  if (json === 0 || json < best(['text/html', 'application/xhtml+xml'])) return undefined
  return CREDENTIAL_TYPES.find((type) => best([type]) === json)
}
