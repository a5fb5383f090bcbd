/** Who the issuer is, as machines read it: did.json, issuer.json, the list of registries, status lists. */
import { issuerName } from '../domain/appliance.ts'
import type { JsonObject } from '../domain/canonical.ts'
import { fresh } from '../domain/commit.ts'
import { caip10, didDocument, issuerProfile, signingMethod, type DidDocument } from '../domain/did.ts'
import { AppError } from '../domain/errors.ts'
import type { Partition } from '../domain/scopes.ts'
import { signStatusList, STATUS_LIST_CAPACITY, statusListDocument } from '../domain/status-lists.ts'
import type { PublishedAccount } from './accounts.ts'
import type { ActionContext } from './context.ts'
import { fromFreshReading } from './retry.ts'

/** did.json of the live issuer; 404 when the issuer is a did:key, which needs no hosting. */
export function readDidDocument(
  context: ActionContext,
  accounts: PublishedAccount[],
  earlierKeys: Uint8Array[] = [],
): DidDocument {
  const did = context.appliance.dids.live
  if (!did.startsWith('did:web:'))
    throw new AppError('not_found', 'This issuer is a did:key: its key is in its name, and no document is hosted.')
  const profileUrl = `${context.appliance.publicUrl}/issuer.json`
  return didDocument({ did, keys: [context.signer.publicKey('live'), ...earlierKeys], accounts, profileUrl })
}

/** Blockcerts' issuer profile. */
export function readIssuerProfile(context: ActionContext, accounts: PublishedAccount[]) {
  const { appliance } = context
  return issuerProfile({
    profileUrl: `${appliance.publicUrl}/issuer.json`,
    name: appliance.issuer.name,
    url: appliance.issuer.url || appliance.publicUrl,
    ...(appliance.issuer.email ? { email: appliance.issuer.email } : {}),
    accounts,
  })
}

/** /.well-known/testamur.json: the issuers and registries this site vouches for, so that checks know whom to trust. */
export async function readVouchers(context: ActionContext) {
  const registries = await context.store.registries.all()
  const of = (partition: Partition) => ({
    did: context.appliance.dids[partition],
    name: issuerName(context.appliance, partition),
    sandbox: partition === 'test',
    registries: registries
      .filter((registry) => registry.did === context.appliance.dids[partition] && registry.address !== null)
      .map((registry) => caip10(registry.chainId, registry.address!)),
  })
  return { issuers: [of('live'), of('test')], roots: `${context.appliance.publicUrl}/roots.json` }
}

/** The published list; one that nothing was revoked on yet is made at the first question. */
export async function readStatusList(context: ActionContext, number: number): Promise<string> {
  const stored = await context.store.statusLists.find(number)
  return stored ? stored.credential : publishStatusList(context, number)
}

/** Signs a list with the bits as they are now and stores it. Lists that no certificate names do not exist. */
export function publishStatusList(context: ActionContext, number: number): Promise<string> {
  return fromFreshReading(async () => {
    const { store, hash, appliance } = context
    const partition: Partition = number % 2 === 1 ? 'live' : 'test'
    // Lists that no certificate can name do not exist: asking for them must not fill the database.
    const given = await store.sequences.given(`status/${partition}`)
    if (number < 1 || given <= (Math.ceil(number / 2) - 1) * STATUS_LIST_CAPACITY) throw new AppError('not_found')
    const stored = await store.statusLists.find(number)
    const revoked = await store.revocations.setBits(number)
    const did = appliance.dids[partition]
    const url = `${appliance.publicUrl}/status/${number}.json`
    const now = context.clock.now()
    const document = statusListDocument({ url, issuer: did, validFrom: now, revoked, gzip: context.gzip })
    const signed: JsonObject = await signStatusList(document, {
      hash,
      sign: (message) => context.signer.sign(partition, message),
      verificationMethod: signingMethod(did, context.signer.publicKey(partition)),
      created: now,
    })
    const row = { number, partition, credential: JSON.stringify(signed), revoked: revoked.length, updatedAt: now }
    await store.commit({
      at: now,
      puts: [{ entity: 'statusList', row: stored ? { ...row, revision: stored.revision } : fresh(row) }],
    })
    return row.credential
  })
}
