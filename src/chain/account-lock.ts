/** One process sends from an account: two would give out the same nonces, and each would take the other for a thief. */
import { join } from 'node:path'

interface Lock {
  release(): void
}

/** Another process on this machine sends from this account. */
export class AccountInUse extends Error {
  override name = 'AccountInUse'
  constructor(address: string, seen: string) {
    super(
      `account ${address} is used by another testamur process on this machine (${seen} is locked). Two programs must not send from one account: stop the other one, or give this one an account of its own ([chain] key_file).`,
    )
  }
}

export interface AccountLockOptions {
  /** EIP-55. */
  address: string
  /** Where all programs of this machine can see a file: the system's folder for temporary files. */
  folder: string
  /** The operator's own key file: copies of the program in containers may share it and nothing else. */
  keyFile?: string
  /** Locks between processes, which end with the process. Undefined: held by another; throws when it cannot be locked. */
  lockFile: (path: string) => Lock | undefined
  lockReadable: (path: string) => Lock | undefined
  /** A lock that cannot be had is no reason not to start. */
  warn: (fields: { account: string; file: string; reason: string }) => void
}

/** Throws AccountInUse. Held until it is released or the process ends. */
export function lockAccount(options: AccountLockOptions): Lock {
  const { address, folder, keyFile, lockFile, lockReadable, warn } = options
  const held: Lock[] = []
  const take = (file: string, lock: (path: string) => Lock | undefined) => {
    let taken: Lock | undefined
    try {
      taken = lock(file)
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message
      return warn({ account: address, file, reason })
    }
    if (!taken) {
      for (const each of held) each.release()
      throw new AccountInUse(address, file)
    }
    held.push(taken)
  }
  take(join(folder, `testamur-${address.toLowerCase()}.lock`), lockFile)
  if (keyFile !== undefined) take(keyFile, lockReadable)
  return { release: () => held.splice(0).forEach((each) => each.release()) }
}
