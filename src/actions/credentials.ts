/** Builds and signs the credential of a certificate version: the same for issuing, batches and corrections. */
import type { Registry } from '../domain/anchors.ts'
import { issuerName, type Appliance } from '../domain/appliance.ts'
import type { SignedDocument } from '../domain/certificates-decide.ts'
import { buildCredential, type CredentialInput, type CredentialIssuer } from '../domain/credential.ts'
import { caip10, signingMethod } from '../domain/did.ts'
import { AppError } from '../domain/errors.ts'
import { newUrn, toHex } from '../domain/ids.ts'
import type { AcceptedIssue, IssueCommand } from '../domain/issue-request.ts'
import { attachProofs, signCredential } from '../domain/proof.ts'
import type { Partition } from '../domain/scopes.ts'
import { statusPlace } from '../domain/status-lists.ts'
import type { CurrentTemplate, FieldValue } from '../domain/templates.ts'
import { fillPlaceholders } from '../domain/templates-request.ts'
import type { ActionContext } from './context.ts'

/** Public number of a status list: odd lists are live, even ones the sandbox's, since a list has one issuer. */
export const listNumber = (partition: Partition, list: number) => list * 2 - (partition === 'live' ? 1 : 0)

export interface CredentialPlan {
  partition: Partition
  network: string
  template: CurrentTemplate
  recipient: IssueCommand['recipient']
  accepted: AcceptedIssue
  /** Whether the client named the day of award itself. */
  awardedOn: string | null
}

/**
 * The registry that certificates of this network name. Its address is signed into each of them, so nothing can be
 * issued before its deployment is final: 503 `chain_not_ready`, the client's retry (or the job's) finds it.
 */
export async function registryFor(context: ActionContext, network: string, partition: Partition) {
  const registry = await context.store.registries.of(network, partition, context.appliance.dids[partition])
  if (registry?.address) return registry as typeof registry & { address: string }
  await askForRegistry(context, network, partition)
  throw new AppError(
    'chain_not_ready',
    `The certificate registry on network "${network}" is still being set up. Nothing was issued; try again shortly.`,
    { retryAfter: 5 },
  )
}

/** A network is set up at its first use: deploying costs money where it is real. */
function askForRegistry(context: ActionContext, network: string, partition: Partition) {
  const at = context.clock.now()
  const payload = { network, partition }
  return context.store.commit({
    at,
    jobs: [{ kind: 'ensure-registry', ref: `${network}/${partition}`, payload, runAt: at, standing: true }],
  })
}

const issuers = new WeakMap<Appliance, WeakMap<Registry, CredentialIssuer>>()

/** The same frozen object for the same registry: the domain then has its lines ready. */
function issuerOf(appliance: Appliance, registry: Registry & { address: string }): CredentialIssuer {
  const known = issuers.get(appliance) ?? new WeakMap<Registry, CredentialIssuer>()
  issuers.set(appliance, known)
  const issuer = known.get(registry) ?? {
    did: registry.did,
    name: issuerName(appliance, registry.partition),
    url: appliance.issuer.url || appliance.publicUrl,
    ...(appliance.issuer.email ? { email: appliance.issuer.email } : {}),
    registry: caip10(registry.chainId, registry.address),
  }
  known.set(registry, Object.freeze(issuer))
  return issuer
}

/** Takes the next free bit, builds the document, signs it and computes its leaf. */
export async function signedDocument(context: ActionContext, plan: CredentialPlan): Promise<SignedDocument> {
  const { partition, network } = plan
  const { appliance, hash, random } = context
  const registry = await registryFor(context, network, partition)
  const place = statusPlace(await context.store.sequences.next(`status/${partition}`), context.statusKey, hash)
  const statusList = listNumber(partition, place.list)
  const now = context.clock.now()
  const document = buildCredential(
    {
      ...content(plan),
      credentialId: newUrn(random),
      subjectId: newUrn(random),
      salt: random(16),
      issuer: issuerOf(appliance, registry),
      achievement: achievement(context, plan),
      validFrom: now,
      status: appliance.issuer.statusList
        ? { listUrl: `${appliance.publicUrl}/status/${statusList}.json`, index: place.index }
        : null,
    },
    hash,
  )
  const { proof, leaf } = await signCredential(document, {
    hash,
    sign: (message) => context.signer.sign(partition, message),
    verificationMethod: signingMethod(registry.did, context.signer.publicKey(partition)),
    created: now,
    proofId: newUrn(random),
  })
  return {
    credential: JSON.stringify(attachProofs(document, [proof])),
    leaf: toHex(leaf),
    registryId: registry.id,
    statusList,
    statusIndex: place.index,
  }
}

const asText = (value: FieldValue | undefined) => (value === undefined ? null : String(value))

/** Known fields have a place of their own in Open Badges; everything else goes into `fields`. */
function content({ template, recipient, accepted, awardedOn }: CredentialPlan) {
  const { fields } = template.version.definition
  const typed = (key: string, type: string) => fields.some((field) => field.key === key && field.type === type)
  const { completion_date, credential_id, ...others } = accepted.fields
  const dated = typed('completion_date', 'date')
  const rest = dated || completion_date === undefined ? others : { completion_date, ...others }
  return {
    recipient: { name: recipient.name, email: recipient.email },
    validUntil: accepted.expiresAt,
    awardedOn,
    completionDate: dated ? asText(completion_date) : null,
    licenseNumber: asText(credential_id),
    fields: Object.keys(rest).length ? rest : null,
  } satisfies Partial<CredentialInput>
}

function achievement(
  context: ActionContext,
  { template, recipient, accepted }: CredentialPlan,
): CredentialInput['achievement'] {
  const { achievement: texts, name } = template.version.definition
  const values = { ...accepted.fields, 'recipient.name': recipient.name, 'template.name': name }
  const id = `${context.appliance.publicUrl}/achievements/${template.template.id}/${template.version.version}`
  const filled = fillPlaceholders(texts.name, values) || name
  return {
    id,
    criteriaId: `${id}#criteria`,
    name: filled,
    description: fillPlaceholders(texts.description, values) || filled,
    criteriaNarrative: fillPlaceholders(texts.criteria, values),
    type: texts.type,
  }
}
