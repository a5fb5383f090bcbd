import type { Partition } from './scopes.ts'

/** One registry contract per (network, partition, issuer DID): its address is signed into every credential. */
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

/** One leaf that is to be revoked on the chain. */
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
