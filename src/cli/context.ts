import type { Config } from '../config.ts'
import type { Arguments, CommandShape } from './arguments.ts'

export const EXIT = {
  done: 0,
  failed: 1,
  /** Wrong usage, or a check that could not be made. */
  usage: 2,
  /** EX_CONFIG: a service manager must not start it again and again. */
  configuration: 78,
} as const

/** What an address answered: its HTTP status, or why there was none. */
export type ProbeAnswer = { status: number } | { error: string }

/** What commands can reach; wire.ts fills it in. */
export interface CliContext {
  version: string
  /** A line on standard output: the data that was asked for and nothing else. */
  print(line: string): void
  /** A line on standard error: for people. */
  printError(line: string): void
  /** From --config or the search path; throws ConfigError. */
  loadConfig(file?: string): Config
  /** One GET, without following redirects or checking the certificate: is our own server there? */
  probe(url: string, timeoutMs: number): Promise<ProbeAnswer>
}

/** A command resolves with the exit code. `Context` is wider for commands that need the store. */
export interface Command<Context extends CliContext = CliContext> extends CommandShape {
  run(context: Context, given: Arguments): Promise<number>
}
