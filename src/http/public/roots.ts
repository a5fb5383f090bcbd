/** Where else the issuer's roots are anchored, for files whose own chain is gone. */
import { readRootsList } from '../../actions/roots.ts'
import { publicRoute } from '../route.ts'
import { taggedAnswer } from './answers.ts'

/** A list changes when an operator moves to another chain: minutes are soon enough. */
const CACHED = 'public, max-age=300'

const list = publicRoute({
  method: 'GET',
  path: '/roots.json',
  tag: 'Issuer (public)',
  summary: 'Roots on further chains',
  description:
    'Signed list of Merkle roots that were anchored once more on another chain, because the one their certificates name is dying or gone. Empty while that never happened. A verifier that cannot ask the chain a file names finds here where else to ask. It holds the newest 15,000 roots; `?root=` gives any root alone.',
  query: {
    root: {
      kind: 'text',
      min: 64,
      max: 66,
      check: (text) => (/^(0x)?[0-9a-f]{64}$/i.test(text) ? undefined : 'must be a Merkle root of 64 hex digits'),
      doc: 'This root alone, 64 hex digits. The list is empty when it is anchored nowhere else.',
    },
  },
  cors: true,
  answers: { 200: { description: 'The list.', schema: 'Roots' } },
  handle: async ({ context, query, request }) => {
    const root = (query.root as string | undefined)?.toLowerCase().replace(/^0x/, '')
    const text = await readRootsList(context, root)
    return taggedAnswer(context, request, { text, type: 'application/json', headers: { 'Cache-Control': CACHED } })
  },
})

export const rootsRoutes = [list]
