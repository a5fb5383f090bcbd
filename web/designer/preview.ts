/** The picture is the server's: every change asks for a new one; an answer that a newer one has overtaken is dropped. */
import { ApiError, sayError, type PreviewAnswer, type PreviewRequest } from './api.ts'

const REST_MS = 16
/** Asked again at most this often while an answer is still on its way. */
const BUSY_MS = 70

export interface PreviewResult extends PreviewAnswer {
  /** From the question to the answer. */
  milliseconds: number
}

export class Preview {
  private sequence = 0
  private shown = 0
  private underway = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly ask: (request: PreviewRequest) => Promise<PreviewAnswer>,
    private readonly request: () => PreviewRequest,
    private readonly show: (result: PreviewResult) => void,
    private readonly fail: (message: string) => void,
    private readonly settled: (idle: boolean) => void,
  ) {}

  /** Something changed. */
  refresh() {
    this.settled(false)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.send(), this.underway > 0 ? BUSY_MS : REST_MS)
  }

  private async send() {
    this.timer = undefined
    const number = ++this.sequence
    const begun = performance.now()
    this.underway++
    try {
      const answer = await this.ask(this.request())
      if (number > this.shown) {
        this.shown = number
        this.show({ ...answer, milliseconds: performance.now() - begun })
      }
    } catch (error) {
      if (number > this.shown) {
        this.shown = number
        this.fail(sayError(error))
        if (error instanceof ApiError && error.retryAfter > 0) this.again(error.retryAfter)
      }
    } finally {
      this.underway--
      if (this.underway === 0 && this.timer === undefined) this.settled(true)
    }
  }

  /** The server asked for a rest; then the newest picture is wanted all the same. */
  private again(seconds: number) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.send(), Math.min(30, seconds) * 1000)
  }

  stop() {
    clearTimeout(this.timer)
    this.shown = Infinity
  }
}
