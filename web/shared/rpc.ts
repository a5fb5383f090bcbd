/** The one place of the public pages that uses the network: files of a site and JSON-RPC nodes. */
import { askOf, type Ask } from '../../src/domain/verify-chain.ts'

const LARGEST = 1_000_000
const TIME_LIMIT_MS = 12_000

const options = (rest: RequestInit): RequestInit => ({
  ...rest,
  credentials: 'omit',
  referrerPolicy: 'no-referrer',
  redirect: 'error',
  signal: AbortSignal.timeout(TIME_LIMIT_MS),
})

/** Text of a file, at most a million characters unless more are allowed; rejects when it cannot be had. */
export async function readText(address: string, accept: string, largest = LARGEST): Promise<string> {
  const response = await fetch(address, options({ headers: { accept } }))
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  const text = await response.text()
  if (text.length > largest) throw new Error('too large')
  return text
}

/** JSON of a file; undefined when it cannot be had, whatever the reason. */
export async function readJson(address: string): Promise<unknown> {
  try {
    return JSON.parse(await readText(address, 'application/json'))
  } catch {
    return undefined
  }
}

const hostOf = (address: string) => (URL.canParse(address) ? new URL(address).host : 'this website')

/** A way to ask one node. Rejects when it cannot be asked or answers with an error. */
export function askNode(address: string): Ask {
  return askOf(hostOf(address), async (method, params) => {
    const response = await fetch(
      address,
      options({
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      }),
    )
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    const answer: unknown = await response.json()
    if (typeof answer !== 'object' || answer === null || !('result' in answer)) throw new Error('no result')
    return answer.result
  })
}
