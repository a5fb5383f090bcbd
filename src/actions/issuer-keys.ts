/** The keys the live issuer signs or ever signed with: did.json lists each for ever, for the certificates that bear it. */
import { fresh } from '../domain/commit.ts'
import { decodeMultikey, encodeMultikey } from '../domain/multibase.ts'
import type { ActionContext } from './context.ts'

/** Public keys as multikeys, oldest first, with spaces between. */
const NAME = 'issuer_keys'

/** Notes the present key before its first use, and resolves with the earlier ones. */
export async function recordIssuerKey({
  store,
  clock,
  signer,
}: Pick<ActionContext, 'store' | 'clock' | 'signer'>): Promise<Uint8Array[]> {
  const present = encodeMultikey(signer.publicKey('live'))
  const stored = await store.instance.get(NAME)
  const known = stored ? stored.value.split(' ') : []
  if (!known.includes(present)) {
    const row = { name: NAME, value: [...known, present].join(' ') }
    const put = stored ? { ...row, revision: stored.revision } : fresh(row)
    await store.commit({ at: clock.now(), puts: [{ entity: 'instanceValue', row: put }] })
  }
  return known.filter((multikey) => multikey !== present).map(decodeMultikey)
}
