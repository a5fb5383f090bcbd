/** /roots.json: where else the roots of this issuer are anchored, signed, so that old files outlive their chain. */
import { signingMethod } from '../domain/did.ts'
import { rootsDocument, type PlaceFacts } from '../domain/roots.ts'
import { signRoots } from '../domain/roots-sign.ts'
import type { ReplicaPlace } from '../store/reanchors.ts'
import type { Store } from '../store/store.ts'
import type { ActionContext } from './context.ts'

/** Readers take 8 MB, some 19,000 roots: the newest are in the list, any other is had by asking for it alone. */
const MAX_ROOTS = 15_000

/** The whole list of each issuer, until a replica changes or a revocation has arrived. */
const kept = new WeakMap<Store, Map<string, Promise<string>>>()

/** The signed list as JSON text; with `root` (64 hex digits) that root alone. The same rows make the same bytes. */
export async function readRootsList(context: ActionContext, root?: string): Promise<string> {
  const { store, appliance } = context
  if (root !== undefined) {
    // A root from before a change of public_url belongs to the DID of that time.
    const did = (await store.reanchors.issuerOf(root)) ?? appliance.dids.live
    return signedList(context, did, root)
  }
  const texts = kept.get(store) ?? keepFor(store)
  const did = appliance.dids.live
  const known = texts.get(did)
  if (known) return known
  // Kept before it is read: a replica that changes meanwhile throws it away, so nothing old stays.
  const text = signedList(context, did)
  texts.set(did, text)
  text.catch(() => texts.delete(did))
  return text
}

function keepFor(store: Store) {
  const texts = new Map<string, Promise<string>>()
  kept.set(store, texts)
  store.onCommit(({ puts, settleRevocations }) => {
    // What is still to be revoked holds a root back.
    if (settleRevocations || puts?.some(({ entity }) => entity === 'replica')) texts.clear()
  })
  return texts
}

async function signedList(context: ActionContext, issuer: string, root?: string): Promise<string> {
  const { store, signer, hash } = context
  const places = await store.reanchors.places(issuer, MAX_ROOTS, root)
  const updated = places.reduce((last, { again }) => Math.max(last, again.confirmedAt), 0) || (await sinceWhen(context))
  const document = rootsDocument({ issuer, updated, roots: byRoot(places) })
  const signed = await signRoots(document, {
    hash,
    sign: (message) => signer.sign('live', message),
    verificationMethod: signingMethod(issuer, signer.publicKey('live')),
    created: updated,
  })
  return JSON.stringify(signed)
}

/** An empty list is as old as the first registry: it is the same list whoever asks, and whenever. */
const sinceWhen = async ({ store }: ActionContext) => (await store.registries.all())[0]?.createdAt ?? 0

/** Rows of one root stand together: the places are in the order of the trees. */
function byRoot(places: ReplicaPlace[]) {
  const roots: Array<PlaceFacts & { root: string; also: PlaceFacts[] }> = []
  for (const { root, first, again } of places) {
    const last = roots.at(-1)
    const also = { ...again, blockTime: again.blockTime ?? Math.floor(again.confirmedAt / 1000) }
    if (last?.root === root && last.address === first.address) last.also.push(also)
    else roots.push({ root, ...first, blockTime: first.blockTime ?? 0, also: [also] })
  }
  return roots
}
