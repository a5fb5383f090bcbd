/** The issuer's own list of where its roots stand. One that anybody else signed, or that does not know the root, is put aside. */
import { readCaip10 } from './did.ts'
import { toHex } from './ids.ts'
import type { MerkleProof } from './merkle-proof.ts'
import { placesOf, readRoots, type RootEntry, type SignedRoots } from './roots.ts'
import { verifyRoots } from './roots-sign.ts'
import { StrictJsonError } from './strict-json.ts'
import { check } from './verdict.ts'
import { keysOfDomain } from './verify-issuer.ts'
import type { Run } from './verify-options.ts'
import { Malformed, type CredentialFile } from './verify-shape.ts'

export interface OtherPlace {
  chainId: number
  registry: string
}
export interface OtherPlaces {
  places: OtherPlace[]
  /** When the file's own registry took the root, as the issuer's list says; ISO. */
  firstAnchored: string | null
}

/** `settled`: the file's registry holds the root, so the list need not be fetched. One that was handed in is read anyway. */
export async function otherPlaces(
  file: CredentialFile,
  proof: MerkleProof,
  run: Run,
  settled: boolean,
): Promise<OtherPlaces> {
  const { options } = run
  const { entries, without } = await entriesFrom(options.roots ?? [], file, proof, run)
  for (let count = 0; count < without; count++) run.notes.push(check('roots_without_root'))
  if (!settled && entries.length === 0 && options.findRoots) {
    const found = await options.findRoots(file.document.issuer.id, toHex(proof.root)).catch(() => undefined)
    // That it does not name the root is the rule: most roots were never anchored again.
    if (found !== undefined && found !== null) entries.push(...(await entriesFrom([found], file, proof, run)).entries)
  }
  const named = new Map<string, OtherPlace>()
  for (const { also } of entries)
    for (const { registry } of also) {
      const { chainId, address } = readCaip10(registry)!
      named.set(registry.toLowerCase(), { chainId, registry: address })
    }
  return { places: [...named.values()], firstAnchored: firstAnchored(entries, run) }
}

/** Only where the list speaks of the very registry the file names. */
function firstAnchored(entries: RootEntry[], { facts }: Run): string | null {
  const entry = entries.find(({ registry }) => {
    const account = readCaip10(registry)
    return account?.chainId === facts.chainId && account?.address === facts.registry
  })
  return entry?.anchored ?? null
}

async function entriesFrom(lists: unknown[], file: CredentialFile, proof: MerkleProof, run: Run) {
  const entries: RootEntry[] = []
  let without = 0
  for (const list of lists) {
    const roots = read(list, run)
    if (!roots) continue
    const entry = placesOf(roots, toHex(proof.root))
    if (!(await isOfIssuer(roots, file, run))) run.notes.push(check('roots_not_of_issuer', roots.issuer.slice(0, 300)))
    else if (entry) entries.push(entry)
    else without++
  }
  return { entries, without }
}

function read(list: unknown, { notes }: Run): SignedRoots | undefined {
  try {
    return readRoots(list)
  } catch (error) {
    if (!(error instanceof StrictJsonError || error instanceof Malformed)) throw error
    notes.push(check('roots_unreadable', error.message))
    return undefined
  }
}

/** The key that signed the file will do: whether it is the issuer's is asked apart, and of every place alike. */
async function isOfIssuer(
  roots: SignedRoots,
  { document, signature }: CredentialFile,
  { options }: Run,
): Promise<boolean> {
  const issuer = document.issuer.id
  const { hash, signatures } = options
  const known = (options.knownIssuers ?? []).filter(({ did }) => did === issuer).flatMap(({ keys }) => keys ?? [])
  const keys = [signature.verificationMethod.slice(issuer.length + 1), ...known]
  if (await verifyRoots(roots, { issuer, keys, hash, signatures })) return true
  if (roots.issuer !== issuer) return false
  return verifyRoots(roots, { issuer, keys: await keysOfDomain(issuer, options.resolveDid), hash, signatures })
}
