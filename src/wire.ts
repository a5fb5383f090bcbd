/** The only file that knows everybody: fills the contexts of the commands and of the running program. */
import { probe } from './outbound/probe.ts'
import { askNode, getDocument } from './outbound/client.ts'
import { commands as plainCommands } from './cli/commands.ts'
import { chainCommands } from './cli/chain.ts'
import type { AppContext, NetworkStatus, RecordsContext } from './cli/app-context.ts'
import { EXIT, type Command } from './cli/context.ts'
import { keyCommands } from './cli/keys.ts'
import { runCommand } from './cli/run.ts'
import { migrate, serve } from './cli/serve.ts'
import { verify } from './cli/verify.ts'
import { loadConfig, type Config } from './config.ts'
import { KeysUnusable, type Chain } from './domain/ports.ts'
import { laneOf } from './domain/transactions-decide.ts'
import { serverHash } from './keys/hash.ts'
import { serverVerifier } from './keys/verifier.ts'
import { createLog } from './log.ts'
import { StoreOpenError } from './store/errors.ts'
import { migrationState, openStore } from './store/open.ts'
import { ChainOlderThanDatabase, openChains, openIdentity } from './wire-chain.ts'
import { applianceOf, publicOrigin, textHash } from './wire-context.ts'
import { runQuickstart } from './wire-quickstart.ts'
import { ListenRefused } from './http/listener.ts'
import { startAppliance } from './wire-serve.ts'
import type { System } from './wire-system.ts'

export interface Readers {
  env: Record<string, string | undefined>
  readFile(path: string): string
  exists(path: string): boolean
  readBytes(path: string): Promise<Uint8Array>
}

const commands: Command<AppContext>[] = [serve, ...plainCommands, ...keyCommands, verify, ...chainCommands, migrate]

/** Runs one command line. What a person can cure becomes one line on standard error; the rest is a fault of ours. */
export async function runProgram(argv: string[], context: AppContext): Promise<number> {
  try {
    return await runCommand(commands, argv, context)
  } catch (error) {
    if (error instanceof StoreOpenError) {
      context.printError(`testamur: ${error.message}; ${error.cure}`)
      return error.code === 'newer' || error.code === 'not_writable' ? EXIT.configuration : EXIT.failed
    }
    if (error instanceof KeysUnusable) {
      context.printError(`testamur: ${error.message}`)
      return EXIT.configuration
    }
    if (error instanceof ListenRefused || error instanceof ChainOlderThanDatabase) {
      context.printError(`testamur: ${error.message}`)
      return EXIT.failed
    }
    throw error
  }
}

export function appContext(system: System, readers: Readers): AppContext {
  const records = async <T>(config: Config, readonly: boolean, run: (context: RecordsContext) => Promise<T>) => {
    const { clock, random } = system
    const store = await openStore({ dir: config.data.dir, random, hash: textHash, lock: false, readonly, clock })
    try {
      const unknown = { live: '', test: '' }
      return await run({
        store,
        clock,
        random,
        textHash,
        appliance: applianceOf(config, system, publicOrigin(config), unknown),
      })
    } finally {
      await store.close()
    }
  }
  return {
    version: system.version,
    print: system.print,
    printError: system.printError,
    loadConfig: (file) => loadConfig({ ...(file === undefined ? {} : { file }), ...readers }),
    probe,
    withRecords: (config, run) => records(config, false, run),
    withRecordsToRead: async (config, run) => {
      try {
        return await records(config, true, run)
      } catch (error) {
        if (error instanceof StoreOpenError && error.code === 'missing') return undefined
        throw error
      }
    },
    serve: (config, options) => serveUntilStopped(config, system, options),
    ownChainRpc: (config) => `${publicOrigin(config)}/chain/rpc`,
    chainStatus: (config) => chainStatus(config, system),
    migrate: (config) =>
      migrationState({ dir: config.data.dir, random: system.random, hash: textHash, clock: system.clock }),
    verification: {
      hash: serverHash,
      signatures: serverVerifier,
      now: () => system.clock.now(),
      readFile: readers.readBytes,
      get: (url, named) => getDocument(url, { allowPrivate: named, accept: 'application/vc+json, application/json' }),
      ask: (url, method, params) => askNode(url, method, params),
    },
  }
}

async function serveUntilStopped(
  config: Config,
  system: System,
  { quickstart }: { quickstart: boolean },
): Promise<number> {
  const log = createLog(config.log, system.writeLog, system.isTerminal)
  const started = system.clock.now()
  const appliance = await startAppliance(config, system, log)
  const ms = system.clock.now() - started
  const { listenUrl, adminUrl, url } = appliance
  const facts = {
    url: listenUrl,
    ...(adminUrl === listenUrl ? {} : { admin: adminUrl }),
    ...(url === listenUrl ? {} : { public: url }),
  }
  log.info({ ...facts, version: system.version, ms }, 'listening')
  system.notify('READY=1')
  // Whoever stops it meanwhile need not wait for the sample.
  if (quickstart) await Promise.race([runQuickstart(appliance, system), system.stopSignal])
  const signal = await system.stopSignal
  system.notify('STOPPING=1')
  log.info({ signal }, 'stopping: finishing what is running')
  await appliance.stop()
  log.info({}, 'stopped')
  return EXIT.done
}

/** Works beside a running server: the chain's file is then asked through the server's own RPC. */
async function chainStatus(config: Config, system: System): Promise<NetworkStatus[]> {
  const { account } = await openIdentity(config, system)
  const { clock, random } = system
  const store = await openStore({ dir: config.data.dir, random, hash: textHash, lock: false, clock })
  const served = `${publicOrigin(config)}/chain/rpc`
  const embedded = { request: (method: string, params: unknown[]) => askNode(served, method, params, 3_000) }
  try {
    const chains = openChains(config, system, account, embedded)
    const registries = await store.registries.all()
    const waiting = await store.certificates.countWaiting()
    return await Promise.all(
      chains.all().map(async (chain): Promise<NetworkStatus> => {
        const open = await store.transactions.open(laneOf(chain.chainId, chain.account))
        return {
          network: chain.network,
          chainId: chain.chainId,
          default: chain.network === config.chain.default,
          account: chain.account,
          ...(await live(chain)),
          registries: registries
            .filter(({ network }) => network === chain.network)
            .map(({ partition, did, address }) => ({ partition, did, address })),
          waiting: chain.network === config.chain.default ? waiting : 0,
          openTransactions: open.length,
        }
      }),
    )
  } finally {
    await store.close()
  }
}

async function live(chain: Chain): Promise<Pick<NetworkStatus, 'head' | 'problem' | 'balance'>> {
  try {
    const { latest } = await chain.heads()
    return { head: latest, problem: null, balance: chain.embedded ? null : await chain.balance() }
  } catch (error) {
    const reason = chain.embedded
      ? 'is not running: start testamur serve'
      : `does not answer: ${error instanceof Error ? error.message : error}`
    return { head: null, problem: reason, balance: null }
  }
}
