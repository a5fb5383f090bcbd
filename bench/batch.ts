/** Ten thousand certificates in one request: from the POST to the last one issued, and how often the chain was written. */
import { pause, type Binary } from '../test/kit/binary.ts'
import { chainHeight, endBinary, startBinary, transactionsSince, untilQuiet } from './appliance.ts'
import { digits, median, table, whole, type Effort, type Part } from './report.ts'

const SIZE = 10_000

interface BatchFigures {
  acceptedMs: number
  issuedMs: number
  mailedMs: number
  transactions: number
  /** The slowest answer to /livez meanwhile, asked every 20 ms. */
  worstMs: number
}

/** How long others have to wait while the batch runs. */
function watch(app: Binary) {
  let worst = 0
  let stopped = false
  const running = (async () => {
    while (!stopped) {
      const asked = performance.now()
      await (await fetch(`${app.url}/livez`)).arrayBuffer()
      worst = Math.max(worst, performance.now() - asked)
      await pause(20)
    }
  })()
  return async () => {
    stopped = true
    await running
    return worst
  }
}

async function oneBatch(app: Binary, round: number): Promise<BatchFigures> {
  const recipients = Array.from({ length: SIZE }, (_, index) => ({
    name: `Maria Andersson ${index}`,
    email: `maria.${round}.${index}@example.org`,
    fields: {
      course_name: 'Advanced Project Management',
      completion_date: '2026-03-03',
      credential_id: `PM-${round}-${index}`,
    },
  }))
  const height = await chainHeight(app)
  const unwatch = watch(app)
  const begin = performance.now()
  const { status, json, text } = await app.api('POST', '/v1/certificates/batch', { template_id: 'apm', recipients })
  if (status !== 202) throw new Error(`the batch was answered ${status}: ${text.slice(0, 500)}`)
  const acceptedMs = performance.now() - begin
  for (;;) {
    const { json: page } = await app.api('GET', '/v1/batches?limit=1')
    const [batch] = page.data
    if (batch.id === json.id && batch.status === 'completed') {
      if (batch.completed !== SIZE) throw new Error(`${batch.failed} of ${SIZE} rows failed`)
      break
    }
    await pause(20)
  }
  const issuedMs = performance.now() - begin
  const worstMs = await unwatch()
  const transactions = await transactionsSince(app, height)
  const { mailed } = await untilQuiet(app)
  return { acceptedMs, issuedMs, mailedMs: issuedMs + mailed, transactions, worstMs }
}

export async function benchBatch({ rounds }: Effort): Promise<Part> {
  const app = await startBinary()
  try {
    const figures: BatchFigures[] = []
    for (let round = 0; round < Math.min(rounds, 3); round++) figures.push(await oneBatch(app, round))
    const of = (name: keyof BatchFigures) => figures.map((each) => each[name])
    const seconds = median(of('issuedMs')) / 1000
    const transactions = Math.max(...of('transactions'))
    const rows = [
      ['batch of 10,000', 'median', 'each round'],
      ...(
        [
          ['accepted (stored durably), ms', 'acceptedMs'],
          ['last one issued, ms', 'issuedMs'],
          ['last mail composed and kept, ms', 'mailedMs'],
          ['slowest /livez meanwhile, ms', 'worstMs'],
          ['transactions on the chain', 'transactions'],
        ] as const
      ).map(([what, name]) => [what, whole(median(of(name))), of(name).map(whole).join(' ')]),
    ]
    return {
      lines: [...table(rows), `${whole((SIZE * 1000) / median(of('issuedMs')))} certificates/s from POST to issued`],
      goals: [
        {
          what: '10,000 certificates in one batch, POST to issued',
          goal: '< 6 s',
          measured: `${digits(seconds, 2)} s`,
          met: seconds < 6,
        },
        { what: '  transactions it took', goal: '1', measured: String(transactions), met: transactions === 1 },
      ],
    }
  } finally {
    await endBinary(app)
  }
}
