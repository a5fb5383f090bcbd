/**
 * Compiles contracts/TestamurRegistry.sol into src/chain/registry.json: `bun scripts/contract.ts`.
 * With `--check` nothing is written; exit code 1 when the artefact in the repository differs from the source.
 * The compiler comes from test/oracles, so that the product never ships one.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const SOURCE = new URL('../contracts/TestamurRegistry.sol', import.meta.url)
const ARTEFACT = new URL('../src/chain/registry.json', import.meta.url)
const NAME = 'TestamurRegistry'

/** Part of the contract's identity: other settings give other code, and the code's hash is what verifiers compare. */
const SETTINGS = {
  viaIR: true, // the legacy pipeline needs 15 % more gas to deploy
  optimizer: { enabled: true, runs: 200 },
  metadata: { appendCBOR: false, bytecodeHash: 'none' }, // the hash depends on code, not on comments
  evmVersion: 'paris', // no PUSH0: the same bytes run on every EVM chain
}

interface Compiler {
  version(): string
  compile(input: string): string
}
interface Output {
  errors?: { formattedMessage: string }[]
  contracts: Record<string, Record<string, CompiledContract>>
}
interface CompiledContract {
  abi: unknown[]
  evm: {
    bytecode: { object: string }
    deployedBytecode: { object: string }
    methodIdentifiers: Record<string, string>
  }
}

/** The text of the artefact for this source; throws with the compiler's words on an error or a warning. */
export function compileRegistry(source: string): string {
  const solc = createRequire(new URL('../test/oracles/package.json', import.meta.url))('solc') as Compiler
  const input = {
    language: 'Solidity',
    sources: { [`${NAME}.sol`]: { content: source } },
    settings: {
      ...SETTINGS,
      outputSelection: {
        '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object', 'evm.methodIdentifiers'] },
      },
    },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as Output
  if (output.errors?.length) throw new Error(output.errors.map((error) => error.formattedMessage).join('\n'))
  const contract = output.contracts[`${NAME}.sol`]?.[NAME]
  if (!contract) throw new Error(`${NAME} is not in the source`)
  const runtime = contract.evm.deployedBytecode.object
  const artefact = {
    name: NAME,
    compiler: solc.version(),
    settings: SETTINGS,
    abi: contract.abi,
    bytecode: `0x${contract.evm.bytecode.object}`,
    runtime: `0x${runtime}`,
    runtimeSha256: createHash('sha256').update(Buffer.from(runtime, 'hex')).digest('hex'),
    selectors: contract.evm.methodIdentifiers,
  }
  return `${JSON.stringify(artefact, null, 2)}\n`
}

if (import.meta.main) {
  const text = compileRegistry(readFileSync(SOURCE, 'utf8'))
  const { compiler, runtimeSha256 } = JSON.parse(text) as { compiler: string; runtimeSha256: string }
  if (!process.argv.includes('--check')) {
    writeFileSync(ARTEFACT, text)
    console.log(`src/chain/registry.json: ${compiler}, runtime SHA-256 ${runtimeSha256}`)
  } else if (readFileSync(ARTEFACT, 'utf8') === text) {
    console.log(`contracts/TestamurRegistry.sol and src/chain/registry.json agree: ${runtimeSha256}`)
  } else {
    console.error(
      'src/chain/registry.json is not what contracts/TestamurRegistry.sol compiles to: bun scripts/contract.ts',
    )
    process.exit(1)
  }
}
