/** Small values of this installation: installation id, what the quickstart made, migration facts. Never secrets. */
export interface InstanceValue {
  name: string
  value: string
}

/** The stored answer of a request with an Idempotency-Key; kept 7 days. */
export interface IdempotentAnswer {
  apiKeyId: string
  /** HMAC of the header's value. */
  keyHash: string
  /** SHA-256 of method, path and canonical body: another request under the same key is 422. */
  requestHash: string
  status: number
  /** The answer's body, JSON text. Null once its certificate was erased. */
  body: string | null
  /** The certificate or batch it made. */
  subject: string
  createdAt: number
}

/** Scope of the claims of Idempotency-Keys; the claim's key is the answer's keyHash. They end with the answer. */
export const idempotencyScope = (apiKeyId: string) => `idempotency/${apiKeyId}`
