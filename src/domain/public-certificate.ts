/** What the public page of a certificate shows; made by actions/certificates-public.ts, rendered by http/public. */

export type PublicState = 'pending' | 'issued' | 'expired' | 'revoked' | 'failed' | 'erased'

export interface FurtherRecord {
  network: string
  title: string
  chainId: number
  embedded: boolean
  registry: string
  transactionHash: string | null
  /** Unix ms. */
  blockTime: number | null
  explorerUrl: string | null
}

export interface PublicCertificate {
  id: string
  sandbox: boolean
  state: PublicState
  /** Name of the achievement. */
  title: string
  description: string
  criteria: string
  recipientName: string
  issuer: { name: string; url: string; did: string; email: string }
  /** YYYY-MM-DD. */
  issuedOn: string
  completedOn: string | null
  expiresAt: number | null
  licenseNumber: string | null
  /** Remaining fields in the template's order. */
  fields: Array<{ label: string; value: string | number | boolean; type: string }>
  version: number
  /** All versions, oldest first; only those confirmed on the chain and the current one. */
  versions: Array<{ version: number; createdAt: number; replacedAt: number | null }>
  /** `onChain`: the chain of the certificate shows it too; until then the issuer's word stands alone. */
  revoked: { at: number; reason: string | null; onChain: boolean } | null
  chain: {
    network: string
    title: string
    chainId: number
    embedded: boolean
    registry: string | null
    /** Null until the transaction is signed. */
    transactionHash: string | null
    blockNumber: number | null
    /** Unix ms. */
    blockTime: number | null
    root: string | null
    explorerUrl: string | null
    confirmed: boolean
    /** Where else the root was anchored, oldest first; the file names only the first place. */
    also: FurtherRecord[]
  }
  /** BCP 47 of the recipient, else of the issuer. */
  language: string
  links: { page: string; pdf: string; json: string; png: string; linkedin: string }
  /** Skills and subjects. */
  skills: string[]
  /** The issuer's colours, `#rrggbb`. */
  brand: { primary: string; accent: string | null } | null
  /** Pixels of the issuer's logo, as it is shown. */
  logo: { width: number; height: number } | null
  /** One button of the issuer's own; its address is filled in already. */
  cta: { label: string; url: string } | null
  /** Millimetres of the page it is drawn on; null when there is nothing to draw. */
  picture: { width: number; height: number } | null
}
