/** Stores for tests, and a plausible row of every entity. */
import { fresh } from '../../src/domain/commit.ts'
import type { Certificate, CertificateVersion, StoredCredential } from '../../src/domain/certificates.ts'
import type { Commit, Entities, EntityName, Put } from '../../src/domain/commit.ts'
import { newId, systemRandom, toHex } from '../../src/domain/ids.ts'
import type { Partition, Scope } from '../../src/domain/scopes.ts'
import { openMemoryStore, openStore, type OpenOptions } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'

export const sha256 = (text: string): string => new Bun.CryptoHasher('sha256').update(text).digest('hex')

export const LIVE: Scope = { partition: 'live', actor: 'key_live' }
export const SANDBOX: Scope = { partition: 'test', actor: 'key_test' }

export const memoryStore = (): Promise<Store> => openMemoryStore({ random: systemRandom, hash: sha256 })

export const diskStore = (dir: string, options: Partial<OpenOptions> = {}): Promise<Store> =>
  openStore({ dir, random: systemRandom, hash: sha256, lock: true, ...options })

let counter = 0
/** Numbers that are not repeated within the process: status indexes, nonces. */
export const nextNumber = (): number => counter++
const leafOf = () => toHex(systemRandom(32))

/** A row of each entity, new, in the live partition; foreign keys are the caller's to fill. */
export const samples: { [Name in EntityName]: () => Entities[Name] } = {
  apiKey: () => ({
    ...{ id: newId('key', systemRandom), partition: 'live', name: 'Registrar', keyHash: leafOf(), plan: 'growth' },
    ...{ prefix: 'tm_live_4fT', permissions: ['certificates:write'], allowedCidrs: ['10.0.0.0/8'], expiresAt: null },
    ...{ lastUsedAt: null, revokedAt: null, createdAt: 1000, createdBy: 'system' },
  }),
  template: () => ({
    ...{ id: newId('tmpl', systemRandom), partition: 'live', slug: `course-${nextNumber()}`, status: 'active' },
    ...{ version: 1, createdAt: 1000, updatedAt: 1000 },
  }),
  templateVersion: () => ({
    ...{ templateId: '', partition: 'live', version: 1, createdAt: 1000, createdBy: 'key_live' },
    definition: {
      name: 'First aid',
      fields: [{ key: 'course', label: 'Course', type: 'text', required: true }],
      achievement: { name: 'First aid', description: '', criteria: '', type: 'CertificateOfCompletion' },
      ...{ validity: null, uniqueBy: [], design: 'classic', network: null, holdMinutes: 0, language: null },
    },
  }),
  design: () => ({
    ...{ hash: leafOf(), partition: 'live', createdAt: 1000 },
    design: { page: { width: 297, height: 210 }, elements: [] },
  }),
  asset: () => ({
    ...{ id: newId('asset', systemRandom), partition: 'live', kind: 'image', sha256: leafOf(), name: 'Seal', bytes: 3 },
    ...{ mediaType: 'image/png', width: 1, height: 1, family: null, createdAt: 1000, createdBy: 'key_live' },
  }),
  assetContent: () => ({ assetId: '', partition: 'live', content: new Uint8Array([1, 2, 3]) }),
  assetUse: () => ({ assetId: '', templateId: '', version: 1, partition: 'live' }),
  certificate: () => ({
    ...{ id: newId('cert', systemRandom), partition: 'live', templateId: 'tmpl_1', status: 'pending' },
    ...{ statusReason: null, version: 1, latestVersion: 1, recipientName: 'Élise Ångström', network: 'embedded' },
    ...{ recipientEmail: 'elise@example.org', batchId: null, batchIndex: null, notify: 1, holdUntil: null },
    ...{ issuedOn: '2026-03-03', expiresAt: null, issuedAt: null, revokedAt: null, erasedAt: null },
    ...{ createdAt: 1000, createdBy: 'key_live', updatedAt: 1000 },
  }),
  certificateVersion: () => ({
    ...{ certificateId: '', version: 1, partition: 'live', network: 'embedded', templateId: 'tmpl_1' },
    ...{ templateVersion: 1, recipientName: 'Élise Ångström', recipientEmail: 'elise@example.org' },
    ...{ recipientExternalId: null, recipientLanguage: 'sv', fields: { course: 'First aid', hours: 8, passed: true } },
    ...{
      metadata: { order: [1, { deep: true }] },
      issuedOn: '2026-03-03',
      expiresAt: null,
    },
    ...{
      leaf: leafOf(),
      registryId: 'reg_1',
      statusList: 1,
      statusIndex: nextNumber(),
      supersedes: null,
      reason: null,
    },
    ...{ readyAt: 1000, anchorId: null, leafIndex: null, path: null, confirmedAt: null, endedAt: null },
    ...{ createdAt: 1000, createdBy: 'key_live' },
  }),
  credential: () => ({ certificateId: '', version: 1, partition: 'live', credential: '{"@context":[]}' }),
  batch: () => ({
    ...{ id: newId('batch', systemRandom), partition: 'live', templateId: 'tmpl_1', status: 'queued', total: 2 },
    ...{ completed: 0, failed: 0, rowsRead: 0, rowsDone: 0, notify: 1, holdUntil: null, network: 'embedded' },
    ...{ source: 'api', createdAt: 1000, createdBy: 'key_live', completedAt: null },
  }),
  batchRows: () => ({ batchId: '', partition: 'live', chunk: 0, rows: '[{"recipient":{"name":"A"}}]' }),
  batchError: () => ({
    ...{ batchId: '', partition: 'live', index: 1, code: 'invalid_request', message: 'No name.', field: null },
  }),
  registry: () => ({
    ...{ id: `reg_${nextNumber()}`, network: 'embedded', chainId: 1, partition: 'live' },
    ...{
      did: `did:web:example.org:${nextNumber()}`,
      address: null,
      transactionId: null,
      createdAt: 1000,
      readyAt: null,
      retiredAt: null,
    },
  }),
  anchor: () => ({
    ...{ id: newId('anch', systemRandom), partition: 'live', network: 'embedded', chainId: 1, registryId: '' },
    ...{ state: 'collecting', root: null, size: 0, fillers: '', transactionId: null, transactionHash: null },
    ...{ blockNumber: null, blockTime: null, method: 'did:web:example.org#chain', createdAt: 1000, sealedAt: null },
    ...{ confirmedAt: null, recorded: 0, reason: null },
  }),
  revocation: () => ({
    ...{ leaf: leafOf(), partition: 'live', network: 'embedded', registryId: '', certificateId: 'cert_1', version: 1 },
    ...{ reason: 1, statusList: 1, statusIndex: nextNumber(), transactionId: null, state: 'queued', createdAt: 1000 },
    finalAt: null,
  }),
  transaction: () => ({
    ...{ id: newId('txn', systemRandom), lane: '1:0xabc', network: 'embedded', key: `anchor ${nextNumber()}` },
    ...{ kind: 'anchor', subject: 'anch_1', dest: '0xdef', data: '0x01', state: 'queued', nonce: null, seenFrom: null },
    ...{ hash: null, blockNumber: null, blockHash: null, blockTime: null, contractAddress: null, note: null },
    ...{ gas: null, fee: null, holdUntil: null, cancelAskedAt: null, createdAt: 1000, finalAt: null },
  }),
  transactionAttempt: () => ({
    ...{ hash: `0x${leafOf()}`, transactionId: '', raw: '0x02', maxFee: '30000000000000000000', tip: '1' },
    ...{ gas: 21_000, cancels: 0, createdAt: 1000, sentAt: null, sends: 0, error: null, stale: 0 },
  }),
  lane: () => ({
    ...{ id: `1:0x${leafOf().slice(0, 40)}`, network: 'embedded', account: '0xabc', hold: 'no_funds' },
    ...{ detail: 'The account is empty.', heldSince: 1000, updatedAt: 1000 },
  }),
  account: () => ({
    ...{ address: `0x${leafOf().slice(0, 40)}`, fragment: `eth-${nextNumber()}`, publicKey: leafOf() + leafOf() },
    createdAt: 1000,
  }),
  reanchor: () => ({
    ...{ id: newId('move', systemRandom), fromNetwork: 'fantom', toNetwork: 'sonic', state: 'open', cursor: null },
    ...{ createdAt: 1000, createdBy: 'cli', doneAt: null },
  }),
  replica: () => ({
    ...{ anchorId: '', registryId: '', reanchorId: '', network: 'sonic', chainId: 146, root: leafOf() },
    ...{ state: 'queued', transactionId: 'txn_1', transactionHash: null, blockNumber: null, blockTime: null },
    ...{ createdAt: 1000, confirmedAt: null },
  }),
  statusList: () => ({ number: nextNumber() + 1, partition: 'live', credential: '{}', revoked: 0, updatedAt: 1000 }),
  mail: () => ({
    ...{ id: newId('mail', systemRandom), partition: 'live', certificateId: 'cert_1', version: 1, kind: 'issued' },
    ...{ status: 'queued', toName: 'Élise', toAddress: 'elise@example.org', subject: 'Hi', text: 'Hi', html: '<p>Hi' },
    ...{ report: null, sample: null, attachments: null },
    ...{ messageId: `m${nextNumber()}@example.org`, attempts: 0, lastError: null, createdAt: 1000, sentAt: null },
  }),
  visits: () => ({
    ...{ certificateId: '', partition: 'live', views: 3, uniqueViews: 2, verifications: 1, lastViewedAt: 1000 },
    ...{ referrers: { 'example.org': 2 }, shares: { linkedin: 1 } },
    embeds: {},
    locations: { 'Stockholm, SE': 2 },
  }),
  visitDay: () => ({
    ...{
      templateId: 'tmpl_1',
      day: `2026-03-${10 + (nextNumber() % 20)}`,
      partition: 'live',
      views: 3,
      uniqueViews: 2,
    },
    ...{ verifications: 1, embedViews: 1, referrers: { 'example.org': 2 }, shares: { linkedin: 1 } },
    locations: { SE: 1 },
  }),
  idempotentAnswer: () => ({
    ...{ apiKeyId: 'key_live', keyHash: leafOf(), requestHash: leafOf(), status: 201, body: '{}', subject: 'cert_1' },
    createdAt: 1000,
  }),
  instanceValue: () => ({ name: `setting-${nextNumber()}`, value: 'on' }),
}

/** A new row as a put, with what the test cares about. */
export const put = <Name extends EntityName>(entity: Name, row: Partial<Entities[Name]> = {}): Put =>
  ({ entity, row: fresh({ ...samples[entity](), ...row }) }) as unknown as Put

export interface IssueOptions {
  certificate?: Partial<Certificate>
  version?: Partial<CertificateVersion>
  credential?: Partial<StoredCredential>
  partition?: Partition
  /** Claimed for the certificate. */
  key?: string
  at?: number
}

/** What issuing one certificate commits: certificate, version, event, job, and a claim where a key is given. */
export function issueCommit(options: IssueOptions = {}): Commit & { id: string; leaf: string } {
  const { partition = 'live', key, at = 1000 } = options
  const certificate = { ...samples.certificate(), partition, createdAt: at, ...options.certificate }
  const version = {
    ...{ ...samples.certificateVersion(), certificateId: certificate.id, partition },
    ...{ issuedOn: certificate.issuedOn, expiresAt: certificate.expiresAt, createdAt: at },
    ...options.version,
  }
  return {
    id: certificate.id,
    leaf: version.leaf,
    at,
    claims: key === undefined ? [] : [{ scope: 'unique_by/live/tmpl_1', key, holder: certificate.id }],
    puts: [
      { entity: 'certificate', row: fresh(certificate) },
      { entity: 'certificateVersion', row: fresh(version) },
      {
        entity: 'credential',
        row: fresh({ ...samples.credential(), certificateId: certificate.id, partition, ...options.credential }),
      },
    ],
    events: [
      ...[
        { type: 'certificate.created' as const, partition, subject: certificate.id, actor: 'key_live', data: { n: 1 } },
      ],
    ],
    jobs: [
      {
        ...{ kind: 'close-anchor', ref: `embedded/${partition}`, standing: true, runAt: at },
        payload: { network: 'embedded', partition },
      },
    ],
  }
}
