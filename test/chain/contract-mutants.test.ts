/**
 * The rules of the contract are worth what they catch: each is run on a contract that breaks it. All mutants come from
 * one run of the compiler, without its optimizer: that is ten times faster, and the code does the same.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type TestChain, anvilTestChain } from '../kit/chains.ts'
import { MUTANTS, type Mutant } from './contract-mutants.ts'
import { ALL_RULES, Ground } from './registry-rules.ts'

const NAME = 'TestamurRegistry'
const source = readFileSync(new URL(`../../contracts/${NAME}.sol`, import.meta.url), 'utf8')

interface Output {
  errors?: { severity: string; formattedMessage: string }[]
  contracts: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>
}
/** Creation code of each source. A mutant may be warned about, but it must compile. */
function compile(sources: string[]): string[] {
  const solc = createRequire(new URL('../oracles/package.json', import.meta.url))('solc')
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(sources.map((content, index) => [`${index}.sol`, { content }])),
    settings: { evmVersion: 'paris', outputSelection: { '*': { '*': ['evm.bytecode.object'] } } },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as Output
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'))
  return sources.map((_, index) => `0x${output.contracts[`${index}.sol`]![NAME]!.evm.bytecode.object}`)
}

/** Throws where a text of the mutant is not in the source exactly once: it would not be what its name says. */
function mutate({ name, changes }: Mutant): string {
  const marks = changes.map(([from], index) => {
    if (source.split(from).length !== 2) throw new Error(`${name}: not once in the source: ${from}`)
    return `@@${index}@@`
  })
  const marked = changes.reduce((text, [from], index) => text.replace(from, marks[index]!), source)
  return changes.reduce((text, [, to], index) => text.replace(marks[index]!, to), marked)
}

let chain: TestChain
let codes: string[]
beforeAll(async () => {
  chain = await anvilTestChain()
  codes = compile([source, ...MUTANTS.map(mutate)])
}, 60_000)
afterAll(() => chain.stop())

describe('the contract itself, compiled as the mutants are', () => {
  test.each(Object.entries(ALL_RULES))('%s', (_sentence, rule) => rule(new Ground(chain, codes[0])))
})

describe('is caught', () => {
  const named = MUTANTS.map((mutant, index) => [`${mutant.name}: "${mutant.broken}"`, mutant, index + 1] as const)
  test.each(named)('%s', async (_name, { broken }, index) => {
    const ground = new Ground(chain, codes[index])
    await ground.deploy()
    const failure = await ALL_RULES[broken]!(ground).then(
      () => undefined,
      (error: Error) => error.message,
    )
    // By a failed expectation: an error of another kind would be a rule that cannot run.
    expect(failure).toContain('expect(')
  })
})

test('every rule catches a mutant, and no mutant is there twice', () => {
  expect(Object.keys(ALL_RULES).filter((rule) => !MUTANTS.some(({ broken }) => broken === rule))).toEqual([])
  expect(new Set(MUTANTS.map(mutate)).size).toBe(MUTANTS.length)
})
