/** Clients as careful integrators write them: one Idempotency-Key per wish, the same request again until it is answered. */
import { pause, until, type ApiAnswer, type Binary } from '../kit/binary.ts'

/** One request that must end in exactly these certificates, whatever happens on the way. */
export interface Wish {
  key: string
  apiKey: string
  path: string
  body: unknown
  headers: Record<string, string>
  /** Of two wishes for the same certificate one must be refused. */
  twin: boolean
  /** Their credential_id: unique among all certificates. */
  numbers: string[]
  /** Certificate or batch that was acknowledged. */
  answer?: { id: string; status: string }
  /** The certificate that the other twin got. */
  refusedFor?: string
  revoked?: boolean
}

/** Numbers from 0 to 1 that are the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The clients know when there is somebody to talk to, so that they need not knock all the time. */
export class Gate {
  private opened = Promise.withResolvers<void>()
  private isOpen = false
  open(): void {
    this.isOpen = true
    this.opened.resolve()
  }
  close(): void {
    if (this.isOpen) this.opened = Promise.withResolvers<void>()
    this.isOpen = false
  }
  passed(): Promise<void> {
    return this.opened.promise
  }
}

const BUSY = new Set([409, 429, 503])
const PAUSE_MS = 5

export class Clients {
  readonly wishes: Wish[] = []
  /** Answers that no client should ever get. */
  readonly surprises: string[] = []
  replays = 0
  private stopped = false
  private sequence = 0

  constructor(
    private readonly app: Binary,
    private readonly gate: Gate,
    private readonly random: () => number,
    private readonly apiKeys: string[],
  ) {}

  /** Runs so many clients until stop(). */
  async run(count: number): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, (_, index) => this.client(this.apiKeys[index % this.apiKeys.length]!)),
    )
  }

  /** Everybody gets the answer to what was asked, and asks for nothing more. */
  stop(): void {
    this.stopped = true
  }

  private async client(apiKey: string): Promise<void> {
    while (!this.stopped) {
      const kind = this.random()
      if (kind < 0.12) await this.send(this.batch(apiKey))
      else if (kind < 0.2) {
        const wish = this.single(apiKey)
        const twin: Wish = { ...wish, key: `${wish.key}-twin`, twin: true }
        await Promise.all([this.send({ ...wish, twin: true }), this.send(twin)])
      } else {
        const wish = await this.send(this.single(apiKey))
        if (wish.answer?.status === 'issued' && this.random() < 0.1) await this.revoke(wish)
      }
      await pause(2)
    }
  }

  private row(): { number: string; recipient: { name: string; email: string }; fields: Record<string, string> } {
    const number = `N-${++this.sequence}`
    const recipient = { name: `Maria ${number}`, email: `maria.${this.sequence}@example.org` }
    return { number, recipient, fields: { course_name: 'Crash', credential_id: number } }
  }

  private single(apiKey: string): Wish {
    const { number, recipient, fields } = this.row()
    const headers: Record<string, string> = this.random() < 0.5 ? { prefer: 'respond-async' } : {}
    const body = { template_id: 'crash', recipient, fields }
    return { key: `key-${number}`, apiKey, path: '/v1/certificates', body, headers, twin: false, numbers: [number] }
  }

  private batch(apiKey: string): Wish {
    const rows = Array.from({ length: 2 + Math.floor(this.random() * 12) }, () => this.row())
    const recipients = rows.map(({ recipient, fields }) => ({ ...recipient, fields }))
    const numbers = rows.map(({ number }) => number)
    const body = { template_id: 'crash', recipients }
    return {
      key: `batch-${numbers[0]}`,
      apiKey,
      path: '/v1/certificates/batch',
      body,
      headers: {},
      twin: false,
      numbers,
    }
  }

  private async send(wish: Wish): Promise<Wish> {
    this.wishes.push(wish)
    const headers = { ...wish.headers, 'idempotency-key': wish.key, authorization: `Bearer ${wish.apiKey}` }
    const answer = await this.insist(() => this.app.api('POST', wish.path, wish.body, headers))
    if (!answer) return wish
    const code = answer.json?.error?.code as string | undefined
    if (answer.status === 201 || answer.status === 202) {
      wish.answer = { id: answer.json.id, status: answer.json.status }
      if (answer.headers.get('idempotent-replayed')) this.replays++
    } else if (code === 'already_issued' && wish.twin) wish.refusedFor = answer.json.error.certificate_id
    else this.surprises.push(`${wish.path} ${wish.key} answered ${answer.status} ${answer.text.slice(0, 200)}`)
    return wish
  }

  private async revoke(wish: Wish): Promise<void> {
    const path = `/v1/certificates/${wish.answer!.id}/revoke`
    const headers = { authorization: `Bearer ${wish.apiKey}` }
    const answer = await this.insist(() => this.app.api('POST', path, { reason: 'crash test' }, headers))
    if (answer?.status === 200) wish.revoked = true
    else this.surprises.push(`${path} answered ${answer?.status} ${answer?.text.slice(0, 200)}`)
  }

  /** The same request until somebody answers it; "try again" is no answer. */
  private insist(send: () => Promise<ApiAnswer>): Promise<ApiAnswer | undefined> {
    return until(
      'an answer to a request that is repeated',
      async () => {
        await this.gate.passed()
        const answer = await send().catch(() => undefined)
        const isAnswer = answer && !(BUSY.has(answer.status) && mayTryAgain(answer))
        if (!isAnswer) await pause(PAUSE_MS)
        return isAnswer ? answer : undefined
      },
      120_000,
    )
  }

  /** Acknowledged wishes sent once more: the same answer, nothing issued. */
  async repeat(share: number): Promise<void> {
    for (const wish of this.wishes.filter(({ answer }) => answer && this.random() < share)) {
      const headers = { ...wish.headers, 'idempotency-key': wish.key, authorization: `Bearer ${wish.apiKey}` }
      const { status, json, headers: got } = await this.app.api('POST', wish.path, wish.body, headers)
      if (json?.id !== wish.answer!.id || !got.get('idempotent-replayed'))
        this.surprises.push(`${wish.key} was acknowledged with ${wish.answer!.id}, and now with ${status} ${json?.id}`)
    }
  }
}

const AGAIN = new Set([
  'idempotency_in_progress',
  'changed_meanwhile',
  'unavailable',
  'chain_not_ready',
  'rate_limited',
])
const mayTryAgain = ({ status, json }: ApiAnswer) => status !== 409 || AGAIN.has(json?.error?.code)
