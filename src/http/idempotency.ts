/**
 * Idempotency-Key: the answer is stored in the same transaction as what it speaks about, and given again to the same
 * request. Refusals are not stored: a corrected request may use the key again.
 */
import { CommitRefused, fresh, type Commit } from '../domain/commit.ts'
import { AppError, invalid } from '../domain/errors.ts'
import { idempotencyScope, type IdempotentAnswer } from '../domain/settings.ts'
import type { HttpContext } from './context.ts'
import type { Answer, PrivateCall } from './route.ts'

/** A request that came with a key. */
export class Keyed {
  private stored: IdempotentAnswer | undefined

  constructor(
    private readonly context: Pick<HttpContext, 'store' | 'clock'>,
    readonly apiKeyId: string,
    readonly keyHash: string,
    readonly requestHash: string,
  ) {}

  /** What joins the commit that makes `subject`: the claim and the answer as it would be given now. */
  once(subject: string, status: number, body: string): Pick<Commit, 'claims' | 'puts'> {
    const { apiKeyId, keyHash, requestHash } = this
    const createdAt = this.context.clock.now()
    this.stored = { apiKeyId, keyHash, requestHash, status, body, subject, createdAt }
    return {
      claims: [{ scope: idempotencyScope(apiKeyId), key: keyHash, holder: `idem/${subject}` }],
      puts: [{ entity: 'idempotentAnswer', row: fresh(this.stored) }],
    }
  }

  /** Before the answer is given: when waiting changed it, what is given is what is stored. */
  async settle(body: string): Promise<void> {
    if (!this.stored || this.stored.body === body) return
    try {
      await this.context.store.commit({
        at: this.context.clock.now(),
        puts: [{ entity: 'idempotentAnswer', row: { ...this.stored, body, revision: 1 } }],
      })
    } catch (error) {
      // Emptied meanwhile by an erasure or a wipe: then there is nothing to keep.
      if (!(error instanceof CommitRefused)) throw error
    }
  }
}

export class Idempotency {
  private readonly running = new Set<string>()

  constructor(private readonly context: Pick<HttpContext, 'store' | 'clock' | 'mac' | 'textHash'>) {}

  /** Runs the work, or gives the answer it gave before. Without the header: just the work. */
  async run(call: PrivateCall, work: (keyed: Keyed | undefined) => Promise<Answer>): Promise<Answer> {
    const key = readKey(call.request.headers.get('idempotency-key'))
    if (key === undefined) return work(undefined)
    const { store, mac, textHash } = this.context
    const { id } = call.caller.apiKey
    const keyHash = mac(key)
    const requestHash = textHash(`${call.method}\n${call.path}\n${canonicalJson(call.body)}`)
    const name = `${id}/${keyHash}`
    if (this.running.has(name)) throw inProgress()
    this.running.add(name)
    try {
      const stored = await store.idempotentAnswers.find(id, keyHash)
      if (stored) return replay(stored, requestHash)
      return await work(new Keyed(this.context, id, keyHash, requestHash))
    } catch (error) {
      // Another process was faster by a moment: its answer is ours.
      if (!(error instanceof CommitRefused) || error.what !== idempotencyScope(id)) throw error
      const stored = await store.idempotentAnswers.find(id, keyHash)
      if (!stored) throw inProgress()
      return replay(stored, requestHash)
    } finally {
      this.running.delete(name)
    }
  }
}

const inProgress = () =>
  new AppError('idempotency_in_progress', 'A request with this Idempotency-Key is still running. Ask again shortly.', {
    retryAfter: 1,
  })

function replay(stored: IdempotentAnswer, requestHash: string): Answer {
  if (stored.requestHash !== requestHash)
    throw new AppError(
      'idempotency_key_reused',
      'This Idempotency-Key was used for another request. Use a new key for a new request, the same body for a retry.',
    )
  if (stored.body === null)
    throw new AppError('not_found', `What this Idempotency-Key made (${stored.subject}) was erased.`)
  return { status: stored.status, text: stored.body, headers: { 'Idempotent-Replayed': 'true' } }
}

/** Quoted as the IETF draft writes it, or bare; 1–255 printable ASCII characters. */
export function readKey(header: string | null): string | undefined {
  if (header === null) return undefined
  const text = header.trim()
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return key
  throw invalid([
    {
      field: 'Idempotency-Key',
      code: 'bad_value',
      message: 'Idempotency-Key must have 1 to 255 printable ASCII characters, for example a UUID.',
    },
  ])
}

/** The same JSON text for the same content, whatever the order of members and the blanks between them. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson((value as Record<string, unknown>)[name])}`)
  return `{${members.join(',')}}`
}
