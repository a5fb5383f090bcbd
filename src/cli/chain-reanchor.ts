import { orderMove, reportMove, type Move, type MoveReport } from '../actions/reanchors.ts'
import { AppError } from '../domain/errors.ts'
import { costOf, formatAmount, formatCount } from '../domain/funding.ts'
import type { AppContext, NetworksContext } from './app-context.ts'
import { EXIT, type Command } from './context.ts'

/** Of one leaf or root among a hundred, with a reserve: 25,400 were measured. */
const REVOCATION_GAS = 30_000

const ORDERED =
  'Ordered. The server sends it: within seconds where it runs, else when it starts. The same command shows how far it is.'

/** Whoever may write the data folder may do everything. */
const OPERATOR = 'cli'

/** Anchors the roots of one network once more on another; asked again, it goes on and shows how far it is. */
export const chainReanchor: Command<AppContext> = {
  name: 'chain reanchor',
  summary: 'anchor the roots of one network once more on another',
  description: [
    'For a chain that is dying: certificates that were handed out stay as they are, and verify on the other chain by the signed list /roots.json. Revocations go along.',
    'Stores the order; the server carries it out, now or at its next start. Asked again it shows the progress, tries what failed once more, and picks up what was anchored since.',
  ],
  flags: [
    {
      name: 'from',
      value: 'N',
      required: true,
      summary: 'network whose roots are moved; it need not answer, nor be configured any more',
    },
    { name: 'to', value: 'N', required: true, summary: 'configured network that takes them' },
    { name: 'dry-run', summary: 'say what it would send and cost; order nothing' },
    { name: 'json', summary: 'print an object' },
  ],
  positionals: [],
  run(context, given) {
    const config = context.loadConfig(given.value('config'))
    const move = { from: given.value('from')!, to: given.value('to')! }
    const dry = given.has('dry-run')
    return context.withNetworks(config, async (networks) => {
      try {
        const { changed, ...report } = dry
          ? { ...(await reportMove(networks, move)), changed: false }
          : await orderMove(networks, OPERATOR, move)
        const price = await priceOf(networks, move, report)
        if (given.has('json')) context.print(JSON.stringify(asJson(move, report, price, changed), null, 2))
        else for (const line of linesOf(move, report, price, { dry, changed })) context.print(line)
        return EXIT.done
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        context.printError(`testamur: ${error.message}`)
        return EXIT.usage
      }
    })
  },
}

interface Price {
  /** Wei, decimal text; null while the target does not answer. */
  cost: string | null
  balance: string | null
  deploys: boolean
  /** Why the cost is not known. */
  problem: string | null
  token: string
}

/** What is left to send, at the price of now. */
async function priceOf(networks: NetworksContext, { to }: Move, report: MoveReport): Promise<Price> {
  const token = networks.chains.get(to)?.token ?? ''
  const facts = await networks.facts(to)
  const { fees, feeCap, anchorGas, deployGas, balance } = facts
  const deploys = deployGas > 0 && report.missing > 0
  if (!fees) return { cost: null, balance, deploys, problem: facts.problem ?? `${to} names no price`, token }
  const gas = report.missing * anchorGas + report.revocations * REVOCATION_GAS + (deploys ? deployGas : 0)
  return { cost: costOf(gas, fees, feeCap).cost, balance, deploys, problem: null, token }
}

const asJson = ({ from, to }: Move, report: MoveReport, price: Price, changed: boolean) => ({
  from,
  to,
  order: report.order?.id ?? null,
  state: report.order?.state ?? null,
  ordered: changed,
  roots: report.roots,
  confirmed: report.confirmed,
  on_their_way: report.queued,
  failed: report.failed,
  to_send: report.missing,
  revocations: report.revocations,
  transactions: report.transactions,
  deploys_registry: price.deploys,
  cost_wei: price.cost,
  balance_wei: price.balance,
  problem: price.problem,
})

function linesOf(
  { from, to }: Move,
  report: MoveReport,
  price: Price,
  { dry, changed }: { dry: boolean; changed: boolean },
): string[] {
  const line = (name: string, text: string) => `  ${name.padEnd(14)}${text}`
  const { roots, confirmed, queued, failed, missing, revocations, transactions } = report
  const number = formatCount
  const states = [
    `${number(confirmed)} confirmed on ${to}`,
    `${number(queued)} on their way`,
    ...(failed > 0 ? [`${number(failed)} failed`] : []),
    `${number(missing)} to send`,
  ]
  const facts = [
    `${from} → ${to}${report.order ? ` (${report.order.id}, ${report.order.state})` : ''}`,
    line('roots', `${number(roots)} on ${from}: ${states.join(', ')}`),
  ]
  if (missing > 0)
    facts.push(
      line('revocations', `${number(revocations)} go with them`),
      line(
        'transactions',
        `${number(transactions)} at most${price.deploys ? ', and the deployment of a registry' : ''}`,
      ),
      ...costLines(price).map((text, index) => line(index === 0 ? 'cost' : '', text)),
    )
  return [...facts, endOf(report, dry, changed)]
}

function costLines({ cost, balance, problem, token }: Price): string[] {
  if (cost === null) return [`not known: ${problem}`]
  const enough = balance === null || BigInt(balance) >= BigInt(cost)
  return [
    `about ${formatAmount(cost, token)} at the price of now`,
    ...(enough ? [] : [`the account holds ${formatAmount(balance!, token)}: send it more, sending waits until then`]),
  ]
}

function endOf({ order, missing, queued }: MoveReport, dry: boolean, changed: boolean): string {
  if (dry) return 'Dry run: nothing was ordered.'
  if (changed) return ORDERED
  if (order?.state === 'open') return missing + queued === 0 ? 'All sent; it is being concluded.' : 'Under way.'
  return 'Everything is there.'
}

/** Revocations that wait for networks which are not configured any more: nobody else would say so. */
export async function strandedLines({ store, chains }: NetworksContext): Promise<string[]> {
  const stranded = (await store.revocations.openByNetwork()).filter(({ network }) => !chains.get(network))
  return stranded.flatMap(({ network, count }) => [
    `${network} (not configured any more)`,
    `  waiting       ${formatCount(count)} revocations: they are kept, and sent should it come back`,
    '',
  ])
}
