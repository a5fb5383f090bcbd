import type { Partition } from './scopes.ts'

/** The registry contract of a (network, partition, issuer DID): its address is signed into every credential. */
export interface Registry {
  id: string
  network: string
  chainId: number
  partition: Partition
  did: string
  /** 0x-address, EIP-55; null until the deployment is final. */
  address: string | null
  transactionId: string | null
  createdAt: number
  readyAt: number | null
  /** Another one took its place for new certificates; those that name it are revoked in it all the same. Null: current. */
  retiredAt: number | null
}

/** collecting: versions are being assigned; sealed: the tree is fixed and its transaction queued; confirmed | failed. */
export type AnchorState = 'collecting' | 'sealed' | 'confirmed' | 'failed'

/** One Merkle tree and the transaction that commits it. */
export interface AnchorRow {
  id: string
  partition: Partition
  network: string
  chainId: number
  registryId: string
  state: AnchorState
  /** 64 hex digits, set when sealed. */
  root: string | null
  /** Certificates in the tree. */
  size: number
  /** Random leaves that only move the root away from a selector; 64 hex digits each, joined. */
  fillers: string
  transactionId: string | null
  transactionHash: string | null
  blockNumber: number | null
  /** Unix seconds. */
  blockTime: number | null
  /** Verification method of the second proof. */
  method: string
  createdAt: number
  sealedAt: number | null
  confirmedAt: number | null
  /** Versions whose certificates were turned to issued: the cursor of record-issued. */
  recorded: number
  reason: string | null
}

/** One leaf that is to be revoked in one registry: the one it was signed for, and each that its root was anchored in again. */
export interface Revocation {
  leaf: string
  partition: Partition
  network: string
  registryId: string
  certificateId: string
  version: number
  /** TestamurRegistry's codes: 1 revoked, 2 superseded. */
  reason: number
  statusList: number
  statusIndex: number
  transactionId: string | null
  state: 'queued' | 'sent' | 'final'
  createdAt: number
  finalAt: number | null
}

/** An account that sends or ever sent; each stays in did.json for ever. */
export interface SendingAccount {
  /** EIP-55. */
  address: string
  /** `eth`, `eth-2`, …: part of the second proof of every certificate it anchored. */
  fragment: string
  /** Uncompressed public key, x and y: 128 hex digits. */
  publicKey: string
  createdAt: number
}

/** An order to anchor everything of a network once more on another, because the first is dying. */
export interface Reanchor {
  id: string
  fromNetwork: string
  toNetwork: string
  state: 'open' | 'done'
  /** Id of the last anchor whose replica was queued. */
  cursor: string | null
  createdAt: number
  createdBy: string
  doneAt: number | null
}

/** A root in a further registry. The files that were handed out name the first one and stay as they are. */
export interface Replica {
  anchorId: string
  registryId: string
  reanchorId: string
  network: string
  chainId: number
  /** 64 hex digits. */
  root: string
  state: 'queued' | 'confirmed' | 'failed'
  transactionId: string
  transactionHash: string | null
  blockNumber: number | null
  /** Unix seconds. */
  blockTime: number | null
  createdAt: number
  confirmedAt: number | null
}
