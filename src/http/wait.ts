/** Waiting for the chain before answering. A commit is a hint to look; the truth is read from the store. */
import type { Commit } from '../domain/commit.ts'
import { invalid } from '../domain/errors.ts'
import type { Store } from '../store/store.ts'
import type { Schedule } from './context.ts'

export class Waiter {
  private readonly waiting = new Map<string, Set<() => void>>()
  private ended = false

  constructor(
    store: Store,
    private readonly schedule: Schedule,
  ) {
    store.onCommit((commit) => this.heard(commit))
  }

  /** What `look` finds, asked again whenever this certificate was written; undefined when the time is over first. */
  async until<Found>(
    id: string,
    milliseconds: number,
    look: () => Promise<Found | undefined>,
  ): Promise<Found | undefined> {
    if (milliseconds <= 0 || this.ended) return look()
    let wake = () => {}
    let heard = false
    let over = false
    const notice = () => {
      heard = true
      wake()
    }
    const cancel = this.schedule(milliseconds, () => {
      over = true
      wake()
    })
    this.listen(id, notice)
    try {
      for (;;) {
        heard = false
        const last = over || this.ended
        const found = await look()
        if (found !== undefined || last) return found
        if (!heard && !over) await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      cancel()
      this.forget(id, notice)
    }
  }

  /** Certificates that somebody is waiting for. */
  get count(): number {
    return this.waiting.size
  }

  /** At shutdown: everybody is answered with what is true now. */
  end(): void {
    this.ended = true
    for (const notices of this.waiting.values()) for (const notice of notices) notice()
  }

  private heard(commit: Commit): void {
    if (this.waiting.size === 0) return
    for (const put of commit.puts ?? []) {
      if (put.entity !== 'certificate') continue
      for (const notice of this.waiting.get(put.row.id) ?? []) notice()
    }
  }

  private listen(id: string, notice: () => void) {
    const notices = this.waiting.get(id)
    if (notices) notices.add(notice)
    else this.waiting.set(id, new Set([notice]))
  }

  private forget(id: string, notice: () => void) {
    const notices = this.waiting.get(id)
    notices?.delete(notice)
    if (notices?.size === 0) this.waiting.delete(id)
  }
}

export interface Patience {
  milliseconds: number
  /** Preference-Applied (RFC 7240); empty when nothing was asked for. */
  headers: Record<string, string>
}

/** `Prefer: wait=N` (0–60 seconds) or `respond-async`; else as long as the appliance waits. */
export function patienceOf(prefer: string | null, defaultMs: number): Patience {
  if (prefer === null) return { milliseconds: defaultMs, headers: {} }
  const wishes = prefer.split(/[,;]/).map((wish) => wish.trim().toLowerCase())
  if (wishes.includes('respond-async')) return { milliseconds: 0, headers: { 'Preference-Applied': 'respond-async' } }
  const wait = wishes.find((wish) => /^wait\s*=/.test(wish))
  if (wait === undefined) return { milliseconds: defaultMs, headers: {} }
  const seconds = /^wait\s*=\s*"?(\d{1,3})"?$/.exec(wait)?.[1]
  if (seconds === undefined || Number(seconds) > 60)
    throw invalid([
      { field: 'Prefer', code: 'out_of_range', message: 'Prefer: wait=N takes whole seconds from 0 to 60.' },
    ])
  return { milliseconds: Number(seconds) * 1000, headers: { 'Preference-Applied': `wait=${Number(seconds)}` } }
}
