import type { Network } from './networks.ts'
import type { Partition } from './scopes.ts'

export interface IssuerFacts {
  name: string
  url: string
  email: string
  language: string
  linkedinOrganizationId: string
  /** Whether credentials name the public status list. */
  statusList: boolean
}

export interface Plan {
  /** 0 = unlimited. */
  requestsPerMinute: number
  batchSize: number
}

/** What the configuration says about this appliance, as far as actions and pages need it. */
export interface Appliance {
  /** What recipients see: an origin without a path or a trailing slash. */
  publicUrl: string
  issuer: IssuerFacts
  /** did:web where public_url is https, else did:key; the sandbox always has a did:key of its own. */
  dids: Record<Partition, string>
  networks: Network[]
  defaultNetwork: string
  plans: Record<string, Plan>
  /** Milliseconds after the first waiting certificate in which others may join its tree; undefined = at once. */
  batchWindowMs: (network: string) => number
  batchMax: number
  syncWaitMs: number
  version: string
}

/** The name a certificate shows as its issuer; sandbox certificates say so. */
export const issuerName = (appliance: Appliance, partition: Partition) =>
  partition === 'test' ? `${appliance.issuer.name} (sandbox)` : appliance.issuer.name
