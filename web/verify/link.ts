/** A typed number or link → where to go. */

const ID = /cert_[0-9a-hjkmnp-tv-z]{26}(?![0-9a-z])/

/**
 * `host` is null for a certificate of this site. A link to another site is not followed by itself: its host is named,
 * and the visitor decides. Undefined when there is no certificate number in the text.
 */
export function certificateLink(typed: string, ownHost: string): { address: string; host: string | null } | undefined {
  const text = typed.trim()
  const id = ID.exec(text.toLowerCase())?.[0]
  if (!id) return undefined
  const address = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null
  if (!address || address.host === ownHost) return { address: `/${id}`, host: null }
  return { address: `${address.origin}/${id}`, host: address.host }
}
