/** The commands that need neither database nor network of their own, in the order help shows them. */
import type { Command } from './context.ts'
import { check } from './check.ts'
import { healthcheck } from './healthcheck.ts'
import { init } from './init.ts'
import { licenses } from './licenses.ts'
import { version } from './version.ts'

export const commands: Command[] = [init, check, healthcheck, version, licenses]
