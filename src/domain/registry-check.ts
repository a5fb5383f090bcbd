/** Whether a registry can be used by this issuer and account, and how one of its calls looks to its owner. */
import type { RegistryFacts } from './ports.ts'
import { MAY_ANCHOR, RELEASED_CODE } from './registry.ts'

/** What is wrong with a registry that was named in the configuration; empty: it can be used. */
export function registryFaults(facts: RegistryFacts, did: string, account: string): string[] {
  // Foreign code may answer anything: nothing else it says counts.
  if (!RELEASED_CODE.has(facts.codeHash))
    return [
      facts.codeHash === NO_CODE
        ? 'there is no contract at this address on this network'
        : 'its code is not that of a released TestamurRegistry',
    ]
  return [
    facts.did === did ? '' : `it belongs to ${facts.did || 'nobody'}, this appliance is ${did}`,
    facts.permissions & MAY_ANCHOR
      ? ''
      : `account ${account} may not anchor in it (ask its owner ${facts.owner} for setOperator("${account}", 3))`,
  ].filter(Boolean)
}

/** SHA-256 of nothing: an address without code. */
const NO_CODE = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
