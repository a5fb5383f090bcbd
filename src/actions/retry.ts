import { CommitRefused } from '../domain/commit.ts'
import { AppError } from '../domain/errors.ts'

const ATTEMPTS = 4

/** Reads and decides again when a row moved underneath; after that it is the client's turn. */
export async function fromFreshReading<T>(attempt: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof CommitRefused) || error.refusal !== 'stale') throw error
      if (round === ATTEMPTS) throw new AppError('changed_meanwhile', undefined, { internal: error.message })
    }
  }
}
