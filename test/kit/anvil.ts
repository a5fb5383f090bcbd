/** A real EVM node for tests: anvil from test/oracles, on a port of its own choosing. */
import { existsSync } from 'node:fs'
import { ChainRefused } from '../../src/domain/ports.ts'

export interface Anvil {
  url: string
  chainId: number
  /** One JSON-RPC call; throws ChainRefused with the node's error. */
  request<T = unknown>(method: string, params?: unknown[]): Promise<T>
  stop(): Promise<void>
}

/** Published development keys: anvil gives each account 10,000 ether. */
export const DEVELOPMENT_KEYS = [
  'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
  '5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a',
  '7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6',
] as const

/** The binary of the platform package; it runs with install scripts blocked. */
const binary = () => {
  const installed = new URL('../oracles/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil', import.meta.url).pathname
  if (existsSync(installed)) return installed
  const found = Bun.which('anvil')
  if (found === null) throw new Error('no anvil: "npm test" installs it on linux-x64; elsewhere put one on the PATH')
  return found
}

export async function startAnvil(options: { chainId?: number; args?: string[] } = {}): Promise<Anvil> {
  const { chainId = 31337, args = [] } = options
  const flags = ['--host', '127.0.0.1', '--port', '0', '--chain-id', String(chainId), '--no-request-size-limit']
  const child = Bun.spawn([binary(), ...flags, ...args], { stdout: 'pipe', stderr: 'pipe', stdin: 'ignore' })
  const reader = child.stdout.getReader()
  const decoder = new TextDecoder()
  let output = ''
  while (!/Listening on (\S+)/.test(output)) {
    const { value, done } = await reader.read()
    if (done) throw new Error(`anvil did not start: ${output}${await new Response(child.stderr).text()}`)
    output += decoder.decode(value, { stream: true })
  }
  const drained = drain(reader)
  const url = `http://${/Listening on (\S+)/.exec(output)![1]!}`
  return {
    url,
    chainId,
    request: (method, params = []) => jsonRpc(url, method, params),
    async stop() {
      child.kill()
      await child.exited
      await drained
    },
  }
}

/** A full pipe would stop the node. */
async function drain(reader: { read(): Promise<{ done: boolean }> }): Promise<void> {
  while (!(await reader.read()).done);
}

/** One JSON-RPC call over HTTP; throws ChainRefused with the node's error. */
export async function jsonRpc<T = unknown>(url: string, method: string, params: unknown[] = []): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    keepalive: false,
  })
  const answer = (await response.json()) as {
    result: T
    error?: { code: number; message: string; data?: string }
  }
  if (answer.error) throw new ChainRefused(answer.error.message, answer.error.code, answer.error.data)
  return answer.result
}
