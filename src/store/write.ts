import type { Steps } from './engine.ts'
import type { CommitGroup } from './commit.ts'

/** Runs a body in the next group's transaction. */
export type Write = <T>(body: (group: CommitGroup) => Steps<T>) => Promise<T>
