/** All promises of the registry contract: the sentence that tests show, and the function that keeps it. */
import * as anchor from './registry-rules-anchor.ts'
import type { RegistryRule } from './registry-rules-anchor.ts'
import * as owner from './registry-rules-owner.ts'
import * as revoke from './registry-rules-revoke.ts'

export { Ground, type RegistryRule } from './registry-rules-anchor.ts'

/** Hold on every chain. */
export const RULES: Record<string, RegistryRule> = {
  'a deployment names its issuer, owner and operator': anchor.deploymentNamesEverybody,
  'there is no registry without an owner': anchor.nobodyIsNoOwner,
  'its code is the same for everybody': anchor.codeIsTheSameForEverybody,
  '32 bytes anchor a root, and a second time changes nothing': anchor.thirtyTwoBytesAnchorOnce,
  'call data of any other length anchors nothing': anchor.otherLengthsAnchorNothing,
  'nobody anchors without the permission': anchor.onlyAnchorersAnchor,
  'it takes no ether': anchor.itTakesNoEther,
  'a root that begins with a selector reverts instead of running the function': anchor.selectorsAreNoRoots,
  'nobody revokes without the permission': revoke.onlyRevokersRevoke,
  'there are two reasons': revoke.reasonsAreOneAndTwo,
  'every id of a batch is revoked': revoke.everyIdOfABatchIsRevoked,
  'the first revocation of an id stands, but superseded may become revoked': revoke.theFirstRevocationStands,
  'of leaf and root, revoked outranks superseded, and then the earlier counts':
    revoke.revokedOutranksAndThenTheEarlierCounts,
  'status() is of this root and this leaf': revoke.statusIsOfRootAndLeaf,
  'only the owner names operators': owner.onlyTheOwnerNamesOperators,
  'ownership moves in two steps': owner.ownershipMovesInTwoSteps,
  'a transfer can be cancelled': owner.aTransferCanBeCancelled,
  'what a removed operator did stands': owner.whatARemovedOperatorDidStands,
}

/** Needs eth_getProof, which the embedded chain does not serve. */
export const PROVEN = 'records can be proven from the block header'
export const ALL_RULES: Record<string, RegistryRule> = { ...RULES, [PROVEN]: owner.recordsCanBeProven }
