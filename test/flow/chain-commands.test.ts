/** What the operator does about a registry on a real node: deploying it for a cold owner, handing over, rotating, cancelling. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { addressOf, signRaw } from '../kit/chains.ts'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import { runChainCommand } from '../kit/chain-commands.ts'
import { LOCAL_CHAIN_ID, startRealNode, type RealNode } from '../kit/real-node.ts'

const [, COLD, OTHER, POOR] = DEVELOPMENT_KEYS
const CONFIG = `[chain]\ndefault = "local"\n[chain.local]\nchain_id = ${LOCAL_CHAIN_ID}\nrpc_urls = ["http://127.0.0.1:1"]\n`

let node: RealNode
beforeAll(async () => {
  node = await startRealNode({ testnet: false })
  Object.assign(node.app.context.appliance, { defaultNetwork: 'local' })
})
afterAll(() => node.close())

const run = (line: string, config = CONFIG) => runChainCommand(node.app, line, config)
const registry = async () =>
  (await node.app.store.registries.of('local', 'live', node.app.context.appliance.dids.live))!
const owners = async () => node.chain().owners((await registry()).address!)
const may = async (account: string) => node.chain().permissions((await registry()).address!, account)
const status = async () => JSON.parse((await run('chain status --network local --json')).out)[0]
/** Without the lines it was broken into. */
const flat = (text: string) => text.replace(/\s+/g, ' ')
/** Sends exactly what was printed, from that wallet. */
async function sendPrinted(key: string, out: string) {
  const field = (name: string) => new RegExp(`^${name} +(\\S+)`, 'm').exec(out)![1]!
  expect(field('chain')).toBe(String(LOCAL_CHAIN_ID))
  expect(field('from').toLowerCase()).toBe(addressOf(key).toLowerCase())
  const nonce = Number(await node.anvil.request('eth_getTransactionCount', [addressOf(key), 'latest']))
  const draft = {
    chainId: LOCAL_CHAIN_ID,
    nonce,
    to: field('to'),
    data: field('data'),
    gas: 200_000n,
    price: 3_000_000_000n,
  }
  await node.anvil.request('eth_sendRawTransaction', [signRaw(key, draft)])
  await node.anvil.request('anvil_mine', ['0x1'])
}

test('deploying for a cold owner: queued once, priced, sent by the running lane', async () => {
  expect(await status()).toMatchObject({ registry: null, certificates_per_transaction: 1 })
  const first = await run(`chain deploy --owner ${addressOf(COLD)}`)
  expect(first).toMatchObject({ code: 0, err: '' })
  expect(first.out).toMatch(
    /^the deployment on local is queued: txn_\w{26}, queued\nIt costs about 0\.\d+ ETH; account 0x/,
  )
  const again = await run('chain deploy')
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('is being deployed already: txn_') })
  expect(
    (await node.app.store.transactions.list({ limit: 9 })).filter(({ network }) => network === 'local'),
  ).toHaveLength(1)
  expect(await status()).toMatchObject({
    registry: { address: null, ready: false },
    transactions: [{ kind: 'deploy', state: 'queued', nonce: null }],
  })
  expect(Number((await status()).cost_of_deployment)).toBeGreaterThan(0)
  await node.run(2) // mined, and not deep enough: paid already
  expect(await status()).toMatchObject({ cost_of_deployment: '0', transactions: [{ state: 'mined' }] })
  await node.settle()
  const { address } = await registry()
  const last = await run('chain deploy')
  expect(last).toMatchObject({
    code: 0,
    out: expect.stringContaining(`there is a registry on local already: ${address}`),
  })
  expect((await owners()).owner).toBe(addressOf(COLD).toLowerCase())
  expect(await status()).toMatchObject({
    registry: { address, ready: true, explorer_url: `https://explorer.example.org/address/${address}`, permissions: 3 },
    warnings: [],
  })
})

test('status says what the money is worth, as the node would price it', async () => {
  const { account } = node.chain()
  const balance = await node.anvil.request<string>('eth_getBalance', [account, 'latest'])
  const shown = await status()
  expect(shown.account).toBe(account)
  expect(Number(shown.balance)).toBeCloseTo(Number(BigInt(balance)) / 1e18, 9)
  // 10,000 ether at 1 to 2 gwei: tens of millions of anchors of some 60,000 gas.
  expect(shown.transactions_left).toBeGreaterThan(10_000_000)
  expect(Number(shown.cost_per_transaction) * 1e18).toBeLessThan(60_000 * 5e9)
  expect(Number(shown.spent_24h)).toBeGreaterThan(0)
  const { code, out } = await run('chain status')
  expect(code).toBe(0)
  expect(out).toMatch(/^local \(chain 31337\), default\n  nodes       127\.0\.0\.1:\d+  ok, block \d+/m)
  expect(out).toMatch(/balance     9,999 ETH, pays for about [\d,]+ transactions/)
  expect(out.split('\n').filter((line) => line.length > 110)).toEqual([])
})

test('what only the cold owner may do is printed for its wallet, and works from there', async () => {
  const asked = await run(`chain operator ${addressOf(OTHER)} --permissions revoke`)
  expect(asked).toMatchObject({ code: 0, err: expect.stringContaining(`only ${addressOf(COLD)} can do that`) })
  expect(await node.app.store.transactions.open(`${LOCAL_CHAIN_ID}:${node.chain().account}`)).toEqual([])
  await sendPrinted(COLD, asked.out)
  expect(await may(addressOf(OTHER))).toBe(2)
  const same = await run(`chain operator ${addressOf(OTHER)} --permissions revoke`)
  expect(same.out).toContain('may revoke in')
  expect(same.out).toContain('nothing is sent')
})

test('the registry is offered to us, and accepted through the lane', async () => {
  const { account } = node.chain()
  expect(await run('chain accept')).toMatchObject({ code: 1, err: expect.stringContaining('offered to nobody') })
  await sendPrinted(COLD, (await run(`chain transfer ${account}`)).out)
  expect(flat((await run('chain status')).out)).toContain(
    `offered to ${account}, our account, who has not accepted yet`,
  )
  const queued = await run('chain accept')
  expect(queued).toMatchObject({ code: 0, out: expect.stringContaining('queued as txn_') })
  expect((await run('chain accept')).out).toContain('is on its way already as txn_')
  await node.settle()
  expect((await owners()).owner).toBe(account.toLowerCase())
  const warned = await run('chain status')
  expect([warned.code, flat(warned.out)]).toEqual([0, expect.stringContaining('also owns the registry')]) // for ever, and no alarm
})

test('as owner we rotate: another account may anchor; our own is not cut off by a slip', async () => {
  const { account } = node.chain()
  expect((await run(`chain operator ${addressOf(OTHER)} --permissions both`)).out).toContain('queued as txn_')
  await node.settle()
  expect(await may(addressOf(OTHER))).toBe(3)
  const slip = await run(`chain operator ${account} --permissions none`)
  expect(slip).toMatchObject({ code: 2, out: '', err: expect.stringContaining('add --yes') })
  expect((await run(`chain operator ${account} --permissions revoke`)).err).toContain('could then no longer anchor on')
  expect((await run(`chain operator ${account} --permissions anchor --yes`)).code).toBe(0)
  await node.settle()
  expect(await may(account)).toBe(1)
  expect(await status()).toMatchObject({
    warnings: [{ code: 'may_not_revoke', urgent: false }, { code: 'owner_is_operator' }],
  })
  await run(`chain operator ${account} --permissions both`)
  await node.settle()
  expect(await may(account)).toBe(3)
})

test('an offer is taken back by the zero address', async () => {
  const zero = `0x${'00'.repeat(20)}`
  expect((await run(`chain transfer ${zero}`)).out).toContain('offered to nobody; nothing is sent')
  await run(`chain transfer ${addressOf(COLD)}`)
  await node.settle()
  expect((await owners()).pendingOwner).toBe(addressOf(COLD).toLowerCase())
  expect((await run(`chain transfer ${zero}`)).out).toContain('is taken back')
  await node.settle()
  expect((await owners()).pendingOwner).toBe(zero)
})

test('a transaction is cancelled before it is mined, and not afterwards', async () => {
  await node.anvil.request('evm_setAutomine', [false])
  await run(`chain operator ${addressOf(POOR)} --permissions anchor`)
  await node.run(2)
  const [open] = (await status()).transactions
  expect(open).toMatchObject({ kind: 'set_operator', state: 'signed', attempts: 1 })
  expect(await run(`chain cancel ${open.id}`)).toMatchObject({
    code: 0,
    err: expect.stringContaining(`asked to cancel ${open.id}`),
  })
  expect((await run('chain transactions')).out).toContain(`${open.id}  local set_operator: signed, being cancelled`)
  await node.run(2)
  await node.anvil.request('evm_setAutomine', [true])
  await node.settle()
  expect((await node.app.store.transactions.find(open.id))!.state).toBe('cancelled')
  expect(await may(addressOf(POOR))).toBe(0)
  expect(await run(`chain cancel ${open.id}`)).toMatchObject({
    code: 1,
    err: expect.stringContaining('is cancelled: nothing to cancel'),
  })
  expect(await run('chain cancel txn_none')).toMatchObject({
    code: 1,
    err: expect.stringContaining('no transaction "txn_none"'),
  })
  const rows = JSON.parse((await run('chain transactions --json')).out)
  expect(rows.find(({ id }: { id: string }) => id === open.id)).toMatchObject({
    state: 'cancelled',
    kind: 'set_operator',
    final_at: expect.any(String),
  })
})

test('a configured contract is checked and said, not deployed', async () => {
  const { address } = await registry()
  const named = (contract: string) => `${CONFIG}contract = "${contract}"\n`
  const good = await run('chain deploy', named(address!))
  expect(good).toMatchObject({ code: 0, out: expect.stringContaining('our account may use it') })
  const none = await run('chain deploy', named(addressOf(OTHER)))
  expect(none).toMatchObject({ code: 1, err: expect.stringContaining('there is no contract at this address') })
  expect(await run(`chain deploy --owner ${addressOf(COLD)}`, named(address!))).toMatchObject({ code: 2 })
})

test('an account that cannot pay for the deployment: exactly what to send', async () => {
  const poor = await startRealNode()
  try {
    const { account } = poor.chain()
    await poor.anvil.request('anvil_setBalance', [account, '0x38d7ea4c68000']) // 0.001
    const said = await runChainCommand(poor.app, 'chain deploy --network local', CONFIG)
    expect(said.code).toBe(0)
    const send = /Send at least (\S+) ETH to (0x\w+)/.exec(said.out)!
    expect(send[2]).toBe(account)
    await poor.settle(4)
    expect((await poor.app.store.transactions.list({ limit: 1 }))[0]).toMatchObject({ kind: 'deploy', state: 'queued' })
    const held = await runChainCommand(poor.app, 'chain status --network local', CONFIG)
    expect([held.code, flat(held.out)]).toEqual([
      1,
      expect.stringMatching(/held since \S+: .* cannot pay for the next transaction/),
    ])
    const wanted = 10n ** 15n + BigInt(Math.round(Number(send[1]) * 1e9)) * 10n ** 9n
    await poor.anvil.request('anvil_setBalance', [account, `0x${wanted.toString(16)}`])
    poor.app.clock.advance(60_000)
    await poor.settle()
    expect((await poor.app.store.transactions.list({ limit: 1 }))[0]).toMatchObject({ kind: 'deploy', state: 'final' })
  } finally {
    await poor.close()
  }
})

test('wrong words are refused before anything is asked', async () => {
  const bad = addressOf(COLD).replace(/[a-f]/, (letter) => letter.toUpperCase())
  for (const line of [
    'chain operator 0x12 --permissions both',
    `chain operator ${addressOf(COLD)} --permissions all`,
    `chain transfer ${bad}`,
    'chain deploy --owner 0x12',
    `chain deploy --owner ${bad}`,
    `chain deploy --owner 0x${'00'.repeat(20)}`,
    'chain status --network nowhere',
    'chain accept --network nowhere',
  ])
    expect([line, (await run(line)).code]).toEqual([line, 2])
  expect((await run('chain operator 0x12 --permissions both')).err).toContain('"0x12" is not an account')
  expect((await run(`chain operator ${addressOf(COLD)} --permissions al`)).err).toContain('none, anchor, revoke, both')
  expect((await run('chain deploy --network loca')).err).toContain('Did you mean "local"?')
})

test('while no node answers, it is said in one line', async () => {
  node.door.shut = true
  const { code, err } = await run(`chain transfer ${addressOf(COLD)}`)
  node.door.shut = false
  expect([code, err.split('\n').length]).toEqual([1, 1])
  expect(err).toContain('HTTP 503')
})
