/** The only file that knows everybody: fills the contexts of the commands and of the running program. */
import { probe } from './outbound/probe.ts'
import { askNode, getDocument } from './outbound/client.ts'
import { commands as plainCommands } from './cli/commands.ts'
import { AccountInUse } from './chain/account-lock.ts'
import { chainAccount } from './cli/chain-account.ts'
import { chainCommands } from './cli/chain.ts'
import type { AppContext, RecordsContext } from './cli/app-context.ts'
import { EXIT, type Command } from './cli/context.ts'
import { issuerRotate } from './cli/issuer-rotate.ts'
import { keyCommands } from './cli/keys.ts'
import { runCommand } from './cli/run.ts'
import { migrate, serve } from './cli/serve.ts'
import { verify } from './cli/verify.ts'
import { loadConfig, type Config } from './config.ts'
import { KeysUnusable } from './domain/ports.ts'
import { serverHash } from './keys/hash.ts'
import { serverVerifier } from './keys/verifier.ts'
import { createLog } from './log.ts'
import { StoreOpenError } from './store/errors.ts'
import { migrationState, openStore } from './store/open.ts'
import { ChainOlderThanDatabase } from './wire-chain.ts'
import { applianceOf, publicOrigin, textHash } from './wire-context.ts'
import { runQuickstart } from './wire-quickstart.ts'
import { ListenRefused } from './http/listener.ts'
import { changePassword, describeAccounts, rotateIssuerKey, SignerAway } from './wire-identity.ts'
import { withNetworks } from './wire-networks.ts'
import { ForeignPending } from './wire-preflight.ts'
import { withRenderer } from './wire-render.ts'
import { startAppliance } from './wire-serve.ts'
import type { System } from './wire-system.ts'

export interface Readers {
  env: Record<string, string | undefined>
  readFile(path: string): string
  exists(path: string): boolean
  readBytes(path: string): Promise<Uint8Array>
}

const commands: Command<AppContext>[] = [
  serve,
  ...plainCommands,
  ...keyCommands,
  verify,
  ...chainCommands,
  chainAccount,
  issuerRotate,
  migrate,
]

/** A later start may succeed, once a person has looked. */
const CURABLE = [ListenRefused, ChainOlderThanDatabase, ForeignPending, AccountInUse, SignerAway]

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
    if (CURABLE.some((kind) => error instanceof kind)) {
      context.printError(`testamur: ${(error as Error).message}`)
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
  const toRead: AppContext['withRecordsToRead'] = async (config, run) => {
    try {
      return await records(config, true, run)
    } catch (error) {
      if (error instanceof StoreOpenError && error.code === 'missing') return undefined
      throw error
    }
  }
  return {
    version: system.version,
    print: system.print,
    printError: system.printError,
    loadConfig: (file) => loadConfig({ ...(file === undefined ? {} : { file }), ...readers }),
    probe,
    withRecords: (config, run) => records(config, false, run),
    withRecordsToRead: toRead,
    serve: (config, options) => serveUntilStopped(config, system, options),
    ownChainRpc: (config) => `${publicOrigin(config)}/chain/rpc`,
    withNetworks: (config, run) => withNetworks(config, system, run),
    accounts: async (config) =>
      describeAccounts(config, system, (await toRead(config, ({ store }) => store.accounts.all())) ?? []),
    changePassword: (config, next) => changePassword(config, system, next),
    rotateIssuerKey: (config) => rotateIssuerKey(config, system),
    migrate: (config) =>
      migrationState({ dir: config.data.dir, random: system.random, hash: textHash, clock: system.clock }),
    verification: {
      hash: serverHash,
      signatures: serverVerifier,
      now: () => system.clock.now(),
      readFile: readers.readBytes,
      get: (url, named, maxBytes = 5_000_000) =>
        getDocument(url, { allowPrivate: named, accept: 'application/vc+json, application/json', maxBytes }),
      ask: (url, method, params) => askNode(url, method, params),
      credentialOf: (pdf) => withRenderer(system, (renderer) => renderer.credentialOf(pdf)),
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
  const { listenUrl, adminUrl, metricsUrl, url } = appliance
  const facts = {
    url: listenUrl,
    ...(adminUrl === listenUrl ? {} : { admin: adminUrl }),
    ...(url === listenUrl ? {} : { public: url }),
    ...(metricsUrl === undefined ? {} : { metrics: `${metricsUrl}/metrics` }),
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
