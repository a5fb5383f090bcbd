/**
 * Gas: the registry beside a bare self-transaction, OpenAttestation's contracts and EAS, all on one fresh node in one run.
 * Roots are of real certificates. Gas is counted, not timed.
 */
import { anvilTestChain } from '../test/kit/chains.ts'
import { type RegistryGas, dearRoot, registryGas, selfTransactionGas } from '../test/chain/registry-gas.ts'
import { DID, KEY_DID } from '../test/chain/registry-kit.ts'
import { type GasLine, peerGas } from './gas-peers.ts'
import { digits, table, whole, type Goal, type Part } from './report.ts'
import { sampleBatch, signOne } from './sign.ts'

const GWEI = 30
const CERTIFICATES = 10_000

/** Signs that many certificates; the root of their tree. */
async function rootOf(count: number): Promise<string> {
  const { signed } = await sampleBatch(count)
  const spare = (await Promise.all(Array.from({ length: 20 }, (_, index) => signOne(count + index)))).map(
    ({ leaf }) => leaf,
  )
  return dearRoot(
    signed.map(({ leaf }) => leaf),
    () => spare.pop()!,
  )
}

const registryLine = (name: string, gas: RegistryGas): GasLine => ({
  name,
  deploy: gas.deploy,
  anchor: gas.anchorTenThousand,
  revokeOne: gas.revokeOne,
  revokeHundred: gas.revokeHundred,
})

const COLUMNS = ['deploy', 'anchor', 'revokeOne', 'revokeHundred'] as const
const cell = (gas: number | undefined) => (gas === undefined ? '–' : whole(gas))
const ratio = (gas: number | undefined, own: number) => (gas === undefined ? '–' : `${digits(gas / own, 2)}x`)

function comparison(lines: GasLine[], own: RegistryGas): string[] {
  const registry = registryLine('', own)
  return [
    ...table([
      ['gas', 'deploy', 'anchor', 'revoke 1', 'revoke 100'],
      ...lines.map((line) => [line.name, ...COLUMNS.map((column) => cell(line[column]))]),
    ]),
    '',
    ...table([
      [`to the registry (DID of ${DID.length} characters)`, 'deploy', 'anchor', 'revoke 1', 'revoke 100'],
      ...lines.map((line) => [line.name, ...COLUMNS.map((column) => ratio(line[column], registry[column]!))]),
    ]),
  ]
}

const OPERATIONS: [keyof RegistryGas, string][] = [
  ['deploy', 'deploy'],
  ['anchorOne', 'anchor 1 certificate'],
  ['anchorTenThousand', `anchor ${whole(CERTIFICATES)} certificates`],
  ['anchorAgain', 'anchor the same root again'],
  ['revokeOne', 'revoke 1'],
  ['revokeHundred', 'revoke 100'],
  ['revokeHundredAgain', 'revoke the same 100 again'],
  ['revokeBatch', 'revoke a whole batch'],
  ['supersededToRevoked', 'superseded becomes revoked'],
  ['setOperator', 'setOperator'],
  ['transferOwnership', 'transferOwnership'],
  ['acceptOwnership', 'acceptOwnership'],
]
const tokens = (gas: number) => digits((gas * GWEI) / 1e9, 6)

const operations = (gas: RegistryGas): string[] =>
  table([
    ['registry', 'gas', `tokens at ${GWEI} gwei`],
    ...OPERATIONS.map(([name, text]) => [text, whole(gas[name]), tokens(gas[name])]),
    [
      `per certificate in a batch of ${whole(CERTIFICATES)}`,
      digits(gas.anchorTenThousand / CERTIFICATES, 1),
      digits((gas.anchorTenThousand * GWEI) / CERTIFICATES / 1e9, 9),
    ],
    ['per id revoked in a hundred', whole(gas.revokeHundred / 100), tokens(gas.revokeHundred / 100)],
  ])

const goal = (what: string, gas: number, most: number): Goal => ({
  what,
  goal: `≤ ${whole(most)}`,
  measured: whole(gas),
  met: gas <= most,
})

export async function benchGas(): Promise<Part> {
  const roots: [string, string] = [await rootOf(1), await rootOf(CERTIFICATES)]
  const chain = await anvilTestChain()
  try {
    const own = await registryGas(chain, DID, roots)
    const long = await registryGas(chain, KEY_DID, [await rootOf(1), await rootOf(2)])
    const bare = { name: 'self-transaction of 32 bytes, no contract', anchor: await selfTransactionGas(chain) }
    const lines = [
      bare,
      registryLine(`TestamurRegistry, DID of ${DID.length} characters`, own),
      registryLine(`TestamurRegistry, DID of ${KEY_DID.length} characters`, long),
      ...(await peerGas(chain)),
    ]
    return {
      lines: [
        `${await chain.request<string>('web3_clientVersion')}, its default rules; ids without zero bytes`,
        ...comparison(lines, own),
        '',
        ...operations(own),
      ],
      goals: [
        goal('gas: deploy', long.deploy, 700_000),
        goal('gas: anchor, whatever the batch', Math.max(own.anchorOne, own.anchorTenThousand), 48_000),
        goal('gas: revoke, each of a hundred', own.revokeHundred / 100, 26_000),
        goal('gas: revoke a whole batch', own.revokeBatch, 50_000),
      ],
    }
  } finally {
    await chain.stop()
  }
}
