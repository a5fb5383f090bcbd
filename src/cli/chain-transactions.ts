import { cancelTransaction } from '../actions/transactions.ts'
import { isoSeconds } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import { formatAmount } from '../domain/funding.ts'
import type { Transaction } from '../domain/transactions.ts'
import type { AppContext } from './app-context.ts'
import { EXIT, type Command } from './context.ts'

const RECENT = 30

const list: Command<AppContext> = {
  name: 'chain transactions',
  summary: `list the ${RECENT} newest transactions`,
  description: ['What is queued, on its way and done, newest first. Works with and without a running server.'],
  flags: [{ name: 'json', summary: 'print a JSON array' }],
  positionals: [],
  async run(context, given) {
    const config = context.loadConfig(given.value('config'))
    const found = await context.withRecordsToRead(config, async ({ store, appliance }) => ({
      rows: await store.transactions.list({ limit: RECENT }),
      tokens: new Map(appliance.networks.map(({ name, token }) => [name, token])),
    }))
    const rows = found?.rows ?? []
    if (given.has('json')) context.print(JSON.stringify(rows.map(asJson), null, 2))
    else if (rows.length === 0) context.printError('no transactions yet')
    else for (const row of rows) for (const line of linesOf(row, found!.tokens)) context.print(line)
    return EXIT.done
  },
}

const asJson = (row: Transaction) => ({
  ...{ id: row.id, network: row.network, kind: row.kind, state: row.state, subject: row.subject },
  ...{ nonce: row.nonce, hash: row.hash, block_number: row.blockNumber, contract: row.dest ?? row.contractAddress },
  fee_wei: row.fee,
  note: row.note,
  created_at: isoSeconds(row.createdAt),
  cancel_asked_at: row.cancelAskedAt === null ? null : isoSeconds(row.cancelAskedAt),
  final_at: row.finalAt === null ? null : isoSeconds(row.finalAt),
})

function linesOf(row: Transaction, tokens: ReadonlyMap<string, string>): string[] {
  const asked = row.cancelAskedAt !== null && row.finalAt === null ? ', being cancelled' : ''
  const head = `${isoSeconds(row.createdAt)}  ${row.id}  ${row.network} ${row.kind}: ${row.state}${asked}`
  const facts = [
    row.nonce === null ? '' : `nonce ${row.nonce}`,
    row.hash ?? '',
    row.fee === null || row.fee === '0' ? '' : `cost ${formatAmount(row.fee, tokens.get(row.network) ?? '', 'up')}`,
  ].filter(Boolean)
  return [
    head,
    ...(facts.length === 0 ? [] : [`    ${facts.join(', ')}`]),
    ...(row.note === null ? [] : [`    ${row.note}`]),
  ]
}

const cancel: Command<AppContext> = {
  name: 'chain cancel',
  summary: 'end a transaction that is not mined yet',
  description: [
    'What was not signed ends at once. What was signed is replaced by an empty transaction on the same nonce, which costs a little; should the first one be mined before, it counts.',
    'Certificates of a cancelled anchor become failed and can be tried again.',
  ],
  flags: [],
  positionals: [{ name: 'TRANSACTION', required: true }],
  run(context, given) {
    const config = context.loadConfig(given.value('config'))
    return context.withRecords(config, async (records) => {
      try {
        const row = await cancelTransaction(records, given.positionals[0]!)
        context.printError(
          `asked to cancel ${row.id} (${row.kind} on ${row.network}, ${row.state}); the running server does it, "testamur chain transactions" shows how it ends`,
        )
        return EXIT.done
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        context.printError(`testamur: ${error.message} "testamur chain transactions" lists them.`)
        return EXIT.failed
      }
    })
  },
}

export const transactionCommands = [list, cancel]
