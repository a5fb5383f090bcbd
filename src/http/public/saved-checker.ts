/** /verify.html: the checker as one file to save. What this site says about itself is written into it, so that a copy knows whom to believe. */
import { readVouchers } from '../../actions/identity.ts'
import { isoSeconds } from '../../domain/clock.ts'
import { AppError } from '../../domain/errors.ts'
import type { Asset } from '../context.ts'
import { HTML } from '../response.ts'
import { publicRoute, type Call } from '../route.ts'
import { nodesOf, taggedAnswer } from './answers.ts'

const PLACE = '<script type="application/json" id="saved-from">null</script>'
const POLICY = /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/

/** The file as it was built, and the policy that the build wrote into it: hashes of its own script and style. */
interface Built {
  text: string
  policy: string
}
const built = new WeakMap<Asset, Built>()

function readBuilt(asset: Asset): Built {
  let known = built.get(asset)
  if (!known) {
    const text = new TextDecoder().decode(asset.bytes)
    const policy = POLICY.exec(text)?.[1]
    if (!policy || !text.includes(PLACE)) throw new Error('verify.html was not built by scripts/build.ts')
    // A policy in the file itself cannot say this.
    built.set(asset, (known = { text, policy: `${policy}; frame-ancestors 'none'` }))
  }
  return known
}

/** As data: nothing in it can end the element it stands in. */
const asData = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c')

/** The file with what a site says about itself in it, and the policy it is sent with. */
export function filledChecker(asset: Asset, from: object): Built {
  const { text, policy } = readBuilt(asset)
  return { text: text.replace(PLACE, () => PLACE.replace('null', () => asData(from))), policy }
}

async function savedFrom({ context }: Call) {
  const { publicUrl } = context.appliance
  const nodes = Object.entries(nodesOf(context)).map(([chainId, addresses]) => [
    chainId,
    addresses.map((address) => (address.startsWith('/') ? `${publicUrl}${address}` : address)),
  ])
  return {
    host: new URL(publicUrl).host,
    origin: publicUrl,
    // By the day, so that the file stays the same file for as long as nothing changes.
    saved: isoSeconds(context.clock.now()).slice(0, 10),
    issuers: (await readVouchers(context)).issuers,
    nodes: Object.fromEntries(nodes) as Record<string, string[]>,
  }
}

const checker = publicRoute({
  method: 'GET',
  path: '/verify.html',
  tag: 'Pages',
  summary: 'The checker as one file',
  description:
    'Self-contained: script and style are inside, it works from a disk, and it asks the addresses that its reader names. It holds the issuers, registries and public nodes of this site as of today.',
  answers: { 200: { description: 'The file.', type: 'text/html' } },
  errors: ['not_found'],
  handle: async (call) => {
    const asset = call.context.assets('verify.html')
    if (!asset) throw new AppError('not_found')
    const { text, policy } = filledChecker(asset, await savedFrom(call))
    return taggedAnswer(call.context, call.request, {
      text,
      type: HTML,
      headers: { 'Content-Security-Policy': policy, 'Referrer-Policy': 'no-referrer' },
    })
  },
})

export const savedCheckerRoutes = [checker]
