/** Compiles the counting contract: `bun test/scenarios/counting-anchor.ts` writes its artefact anew. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const SOURCE = new URL('CountingAnchor.sol', import.meta.url)
const ARTEFACT = new URL('counting-anchor.json', import.meta.url)
const NAME = 'CountingAnchor'

interface Compiler {
  compile(input: string): string
}
interface Compiled {
  evm: {
    bytecode: { object: string }
    deployedBytecode: { object: string }
    methodIdentifiers: Record<string, string>
  }
}
interface Output {
  errors?: { formattedMessage: string }[]
  contracts: Record<string, Record<string, Compiled>>
}

/** The text of the artefact; throws with the compiler's words on an error or a warning. */
export function compileCountingAnchor(source = readFileSync(SOURCE, 'utf8')): string {
  const solc = createRequire(new URL('../oracles/package.json', import.meta.url))('solc') as Compiler
  const input = {
    language: 'Solidity',
    sources: { [NAME]: { content: source } },
    settings: {
      metadata: { appendCBOR: false, bytecodeHash: 'none' },
      evmVersion: 'paris',
      outputSelection: {
        '*': { '*': ['evm.bytecode.object', 'evm.deployedBytecode.object', 'evm.methodIdentifiers'] },
      },
    },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as Output
  if (output.errors?.length) throw new Error(output.errors.map((error) => error.formattedMessage).join('\n'))
  const { evm } = output.contracts[NAME]![NAME]!
  const runtime = Buffer.from(evm.deployedBytecode.object, 'hex')
  const artefact = {
    bytecode: `0x${evm.bytecode.object}`,
    runtimeSha256: createHash('sha256').update(runtime).digest('hex'),
    selectors: evm.methodIdentifiers,
  }
  return `${JSON.stringify(artefact, null, 2)}\n`
}

/** As it is stored beside the source. */
export const storedCountingAnchor = () => readFileSync(ARTEFACT, 'utf8')

if (import.meta.main) writeFileSync(ARTEFACT, compileCountingAnchor())
