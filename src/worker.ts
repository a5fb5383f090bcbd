/**
 * Entry of the workers of this binary. The first message names the task; its module is loaded only then, so that a
 * worker carries nothing it does not need.
 */
import type { Answer, Command, OpenCommand } from './chain/embedded-messages.ts'

declare const self: Worker

self.onmessage = async (event: MessageEvent<OpenCommand>) => {
  const { task } = event.data
  if (task !== 'embedded-chain') throw new Error(`no such task: ${String(task)}`)
  const { serveEmbeddedChain } = await import('./chain/embedded-worker.ts')
  const perform = await serveEmbeddedChain(event.data, (answer: Answer) => self.postMessage(answer))
  self.onmessage = (next: MessageEvent<Command>) => perform(next.data)
}
