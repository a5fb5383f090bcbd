/** What a person says about whom to trust: a DID, one key of it, or a registry. */
import { readCaip10 } from './did.ts'
import { decodeMultikey } from './multibase.ts'
import type { KnownIssuer } from './verify-issuer.ts'

/** What can be typed; for messages. */
export const TRUST_FORMS =
  'a DID (did:key:z6Mk…), a key of one (did:web:example.org#z6Mk…) or a registry (eip155:137:0x…)'

const isMultikey = (text: string) => {
  try {
    return decodeMultikey(text).length === 32
  } catch {
    return false
  }
}

/**
 * What was typed, as far as it speaks about files of `issuerId`; undefined when it is none of the forms. A did:web alone adds
 * nothing: anybody can write one into a file, so its domain is asked for its keys as it always is.
 */
export function trustTyped(typed: string, issuerId: string | null): KnownIssuer[] | undefined {
  const text = typed.trim()
  if (readCaip10(text)) return issuerId === null ? [] : [{ did: issuerId, registries: [text], more: true }]
  const [did = '', key, ...rest] = text.split('#')
  if (!/^did:[a-z0-9]+:[!-~]+$/.test(did) || rest.length > 0) return undefined
  const multikey = key ?? (did.startsWith('did:key:') ? did.slice('did:key:'.length) : undefined)
  if (multikey === undefined) return []
  if (!isMultikey(multikey)) return undefined
  return [{ did, registries: [], keys: [multikey], more: true }]
}
