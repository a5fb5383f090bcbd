/** `npm start`: one sandbox certificate through the real HTTP API at the first start, and how to go on at every start. */
import { addApiKey } from './actions/api-keys.ts'
import { openSetup } from './actions/setup.ts'
import { fresh } from './domain/commit.ts'
import { EMBEDDED_NETWORK } from './domain/networks.ts'
import { postJson } from './outbound/client.ts'
import type { Appliance } from './wire-serve.ts'
import type { System } from './wire-system.ts'

const NAME = 'quickstart'
const TEMPLATE = {
  name: 'Advanced Project Management',
  slug: 'sample',
  fields: [
    { key: 'course_name', label: 'Course', type: 'text', required: true },
    { key: 'completion_date', label: 'Completed', type: 'date' },
    { key: 'credential_id', label: 'Number', type: 'text' },
  ],
  achievement: {
    name: '{{course_name}}',
    description: 'A forty-hour course on planning, leading and closing projects.',
    criteria: 'Attended all sessions and passed the final examination.',
    type: 'CertificateOfCompletion',
  },
}
const SAMPLE = { name: 'Maria Andersson', email: 'maria@example.org' }
const requestFor = (name: string, email: string, number: string, day: string) => ({
  template_id: TEMPLATE.slug,
  recipient: { name, email },
  fields: { course_name: 'Advanced Project Management', completion_date: day, credential_id: number },
})

/** Issues the sample once, ever, and prints where to look and what to paste. */
export async function runQuickstart(appliance: Appliance, system: System): Promise<void> {
  const { store, context } = appliance
  const stored = await store.instance.get(NAME)
  const token = await openSetup(context)
  const setup = token === undefined ? undefined : `${appliance.adminUrl}/admin/setup/${token}`
  if (stored) return print(system, appliance, stored.value, setup, undefined)
  const command = {
    name: 'quickstart',
    partition: 'test' as const,
    plan: Object.hasOwn(context.appliance.plans, 'professional')
      ? 'professional'
      : Object.keys(context.appliance.plans)[0]!,
    permissions: ['certificates:read' as const, 'certificates:write' as const, 'templates' as const],
    expiresAt: null,
    allowedCidrs: [],
  }
  const { key } = await addApiKey(context, { partition: 'test', actor: 'system' }, command)
  const day = new Date(context.clock.now()).toISOString().slice(0, 10)
  const send = (path: string, body: unknown) => post(appliance, key, path, body)
  await registryIsThere(appliance)
  await send('/v1/templates', TEMPLATE)
  // A start that was interrupted before it was written down may have left the sample behind.
  const of = { partition: 'test' as const, actor: 'system' }
  const now = context.clock.now()
  const [earlier] = await store.certificates.list(of, { recipientEmail: SAMPLE.email }, { limit: 1 }, now)
  const sample = requestFor(SAMPLE.name, SAMPLE.email, 'PM-2026-0042', day)
  const id = earlier?.certificate.id ?? (await send('/v1/certificates', sample)).id
  const row = fresh({ name: NAME, value: id })
  await store.commit({ at: context.clock.now(), puts: [{ entity: 'instanceValue', row }] })
  print(system, appliance, id, setup, { key, day })
}

/** At the very first start the sandbox's registry is being deployed, and until then nothing is issued. */
async function registryIsThere({ store, context }: Appliance): Promise<void> {
  const find = () => store.registries.of(EMBEDDED_NETWORK, 'test', context.appliance.dids.test)
  const deployed = Promise.withResolvers<void>()
  const look = () => find().then((registry) => void (registry?.address && deployed.resolve()), deployed.reject)
  const unsubscribe = store.onCommit(() => void look())
  void look()
  await deployed.promise.finally(unsubscribe)
}

async function post(appliance: Appliance, key: string, path: string, body: unknown): Promise<{ id: string }> {
  const answer = await postJson(`${appliance.adminUrl}${path}`, body, { authorization: `Bearer ${key}` })
  // A start that was interrupted between the two requests left its template behind.
  if (answer.status === 409) return { id: '' }
  if (answer.status >= 300)
    throw new Error(`the sample could not be issued: ${path} answers ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body as { id: string }
}

function print(
  system: System,
  appliance: Appliance,
  id: string,
  setup: string | undefined,
  made: { key: string; day: string } | undefined,
) {
  const lines = [
    '',
    '  Testamur is running. Stop it with Ctrl-C; your data is kept.',
    '',
    '  A sample certificate (sandbox)',
    `    ${appliance.url}/${id}`,
    '',
    ...(setup === undefined ? [] : ['  Become its administrator (works once, for 30 minutes)', `    ${setup}`, '']),
    ...(made === undefined
      ? [
          '  Sandbox API key',
          '    shown at the first start; "testamur keys create --sandbox --name NAME" makes another',
          '',
        ]
      : [
          '  Sandbox API key (shown only now)',
          `    ${made.key}`,
          '',
          '  Issue one yourself: paste this',
          ...curl(appliance.adminUrl, made),
          '',
        ]),
    `  Documentation   ${appliance.adminUrl}/docs`,
    '',
  ]
  for (const line of lines) system.print(line)
}

/** One line that works in every POSIX shell: the body holds no quote. */
const curl = (url: string, { key, day }: { key: string; day: string }) => [
  `    curl -s ${url}/v1/certificates -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' -d '${JSON.stringify(
    requestFor('Your Name', 'you@example.org', 'PM-2026-0043', day),
  )}'`,
]
