import { describe, expect, test } from 'bun:test'
import { fundingOf } from '../../src/domain/funding.ts'
import {
  holdText,
  permissionsText,
  warningsOf,
  type NetworkFacts,
  type Watched,
} from '../../src/domain/network-facts.ts'
import { BUILT_IN_NETWORKS } from '../../src/domain/networks.ts'
import { RELEASED_CODE, ZERO_ADDRESS } from '../../src/domain/registry.ts'
import { registryFaults } from '../../src/domain/registry-check.ts'

const ACCOUNT = '0x1111111111111111111111111111111111111111'
const COLD = '0x2222222222222222222222222222222222222222'
const REGISTRY = '0x3333333333333333333333333333333333333333'
const DID = 'did:web:example.org'
const CODE = [...RELEASED_CODE][0]!

const endpoint = (more: Partial<NetworkFacts['endpoints'][number]> = {}) => ({
  ...{ host: 'rpc.example.org', state: 'ok' as const, failures: 0, lastError: null, downUntil: 0 },
  ...{ head: 100, latencyMs: 12, requests: 1, errors: 0, ...more },
})
const found = { codeHash: CODE, did: DID, owner: COLD, pendingOwner: ZERO_ADDRESS, permissions: 3 }
const facts = (more: Partial<NetworkFacts> = {}): NetworkFacts => ({
  ...{ network: 'polygon', askedAt: 1, embedded: false, account: ACCOUNT, feeCap: '1000000000000', dailyBudget: '0' },
  ...{ lowBalance: 50, endpoints: [endpoint()], head: 100, problem: null, balance: '1000000000000000000' },
  ...{ fees: { base: '30', tip: '0', maxFee: '60', legacy: false }, anchorGas: 60_000, deployGas: 0, registry: found },
  ...more,
})
const registry = {
  ...{ id: 'r', network: 'polygon', chainId: 137, partition: 'live' as const, did: DID, address: REGISTRY },
  ...{ transactionId: 't', createdAt: 1, readyAt: 2, retiredAt: null },
}
const network = (name: string) => BUILT_IN_NETWORKS.find((each) => each.name === name)!
function watched(more: Partial<Watched> = {}): Watched {
  const known = more.facts ?? facts()
  const { balance, fees, feeCap, anchorGas, deployGas } = known
  const funding =
    balance !== null && fees !== null
      ? fundingOf({ balance, fees, feeCap, anchorGas, deployGas, sizes: [] })
      : undefined
  return {
    ...{ network: network('polygon'), facts: known, funding, lane: undefined, registry, deployment: undefined },
    ...{ revocations: 0, ...more },
  }
}
const codes = (more: Partial<Watched> = {}) =>
  warningsOf(watched(more)).map(({ code, urgent }) => `${code}${urgent ? '!' : ''}`)

describe('what a person is told about a network', () => {
  test('nothing when all is well', () => expect(codes()).toEqual([]))

  test('that no node answers', () => expect(codes({ facts: facts({ problem: 'away' }) })).toEqual(['unreachable!']))

  test('that a node serves another chain, by host', () => {
    const [warning] = warningsOf(
      watched({ facts: facts({ endpoints: [endpoint(), endpoint({ host: 'b', state: 'wrong_chain' })] }) }),
    )
    expect(warning).toMatchObject({
      code: 'wrong_chain',
      urgent: true,
      message: expect.stringContaining('b serves another chain'),
    })
  })

  test('one failing node of several is no reason to wake anybody', () =>
    expect(codes({ facts: facts({ endpoints: [endpoint(), endpoint({ state: 'failing' })] }) })).toEqual([]))

  test('the account runs out: whom to send how much', () => {
    const fees = { base: '30000000000', tip: '0', maxFee: '30000000000', legacy: false }
    expect(codes({ facts: facts({ fees, balance: '90000000000000000' }) })).toEqual([])
    const low = warningsOf(watched({ facts: facts({ fees, balance: '89999999999999999' }) }))
    expect(low[0]!.message).toBe(
      `The account pays for about 49 more transactions. Send 1.72 POL to ${ACCOUNT}, which pays for 1,000 transactions at present prices.`,
    )
    const empty = warningsOf(
      watched({ registry: undefined, facts: facts({ fees, balance: '0', deployGas: 800_000, registry: null }) }),
    )
    expect(empty).toEqual([
      {
        code: 'no_funds',
        urgent: true,
        message: `The account cannot pay for a transaction. Send 1.83 POL to ${ACCOUNT}, which pays for the registry and 1,000 transactions at present prices.`,
      },
    ])
  })

  test('a hold, with the lane’s own words; the lack of funds is said once', () => {
    const lane = { id: 'l', network: 'polygon', account: ACCOUNT, updatedAt: 1, heldSince: 1 }
    const held = { ...lane, hold: 'no_funds' as const, detail: 'Send 1 POL.' }
    expect(codes({ lane: held, facts: facts({ balance: '0' }) })).toEqual(['no_funds!']) // which names a sum that lasts
    expect(warningsOf(watched({ lane: held })).map(({ message }) => message)).toEqual([
      'Nothing new is sent: Send 1 POL.', // another transaction than an anchor is too dear
    ])
    expect(holdText({ hold: 'daily_budget', detail: null })).toBe('The daily_budget is used up.')
    const away = { ...lane, hold: 'unreachable' as const, detail: 'Nobody answers.' }
    expect(codes({ lane: away, facts: facts({ problem: 'away' }) })).toEqual(['unreachable!'])
    expect(codes({ lane: away })).toEqual(['held!'])
  })

  test('that our account may not anchor, or not revoke', () => {
    const may = (permissions: number) => facts({ registry: { ...found, permissions } })
    expect(codes({ facts: may(0) })).toEqual(['may_not_anchor!', 'may_not_revoke'])
    expect(codes({ facts: may(1) })).toEqual(['may_not_revoke'])
    expect(codes({ facts: may(1), revocations: 2 })).toEqual(['may_not_revoke!'])
    expect(codes({ facts: may(2) })).toEqual(['may_not_anchor!'])
  })

  test('for ever that the account which anchors owns the registry, where it is of value', () => {
    const own = facts({ registry: { ...found, owner: ACCOUNT.toUpperCase().replace('0X', '0x') } })
    expect(codes({ facts: own })).toEqual(['owner_is_operator'])
    expect(codes({ facts: own, network: network('amoy') })).toEqual([])
    expect(codes({ facts: { ...own, embedded: true } })).toEqual([])
    expect(codes({ facts: { ...own, registry: { ...own.registry!, permissions: 0 } } })).not.toContain(
      'owner_is_operator',
    )
  })

  test('that the address holds no registry of ours, and nothing else about it', () => {
    expect(codes({ facts: facts({ registry: { ...found, codeHash: 'ff', owner: ACCOUNT, permissions: 0 } }) })).toEqual(
      ['not_our_registry!'],
    )
    expect(codes({ facts: facts({ registry: { ...found, did: 'did:web:else' } }) })).toEqual(['not_our_registry!'])
  })

  test('that a deployment ended without a registry', () => {
    const deployment = { state: 'reverted', note: 'out of gas' } as Watched['deployment']
    const [warning] = warningsOf(watched({ registry: { ...registry, address: null }, deployment }))
    expect(warning).toMatchObject({ code: 'deployment_failed', message: expect.stringContaining('(out of gas)') })
    expect(
      codes({ registry: { ...registry, address: null }, deployment: { state: 'signed' } as Watched['deployment'] }),
    ).toEqual([])
  })

  test('what is known of the network, behind everything urgent', () =>
    expect(codes({ network: network('fantom'), facts: facts({ problem: 'away' }) })).toEqual([
      'unreachable!',
      'network',
    ]))
})

test('a configured registry is refused with every difference', () => {
  expect(registryFaults(found, DID, ACCOUNT)).toEqual([])
  expect(registryFaults({ ...found, did: 'did:web:else', permissions: 2 }, DID, ACCOUNT)).toEqual([
    'it belongs to did:web:else, this appliance is did:web:example.org',
    expect.stringContaining(`setOperator("${ACCOUNT}", 3)`),
  ])
  expect(registryFaults({ ...found, codeHash: 'ff' }, DID, ACCOUNT)).toEqual([
    'its code is not that of a released TestamurRegistry',
  ])
  const nothing = new Bun.CryptoHasher('sha256').update('').digest('hex')
  expect(registryFaults({ ...found, codeHash: nothing }, DID, ACCOUNT)).toEqual([
    'there is no contract at this address on this network',
  ])
})

test('permissions in words', () => {
  expect([0, 1, 2, 3].map(permissionsText)).toEqual(['nothing', 'anchor', 'revoke', 'anchor and revoke'])
})
