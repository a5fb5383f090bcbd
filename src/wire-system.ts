/** What the process gives the program. main.ts fills it in; tests give their own. */
import type { Clock } from './domain/clock.ts'
import type { Random } from './domain/ids.ts'
import type { Asset } from './http/context.ts'

export interface System {
  version: string
  clock: Clock
  random: Random
  env: Record<string, string | undefined>
  print(line: string): void
  printError(line: string): void
  /** One finished log line with its end. */
  writeLog(line: string): void
  isTerminal: boolean
  /** Makes the worker of src/worker.ts; its address resolves only at the root of src. */
  spawnWorker: () => Worker
  /** A file that scripts/build.ts made from web/. */
  asset: (name: string) => Asset | undefined
  /** Resolves with the name of the first signal that asks to stop. */
  stopSignal: Promise<string>
  schedule: (milliseconds: number, wake: () => void) => () => void
  /** Tells a service manager how it goes (READY=1, STOPPING=1). */
  notify: (state: string) => void
}
