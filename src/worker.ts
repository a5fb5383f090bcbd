/**
 * Entry of the workers of this binary. The first message names the task; its module is loaded only then, so that a
 * worker carries nothing it does not need.
 */
import type { Answer, Command, OpenCommand } from './chain/embedded-messages.ts'
import type { RenderAnswer, RenderCommand, RenderOpen } from './render/worker-messages.ts'

declare const self: Worker

self.onmessage = async (event: MessageEvent<OpenCommand | RenderOpen>) => {
  const open = event.data
  if (open.task === 'embedded-chain') {
    const { serveEmbeddedChain } = await import('./chain/embedded-worker.ts')
    const perform = await serveEmbeddedChain(open, (answer: Answer) => self.postMessage(answer))
    self.onmessage = (next: MessageEvent<Command>) => perform(next.data)
  } else if (open.task === 'render') await openRenderer()
  else throw new Error(`no such task: ${String((open as { task: unknown }).task)}`)
}

/** Its first job comes right behind the opening message, while the modules load. */
async function openRenderer() {
  const early: RenderCommand[] = []
  self.onmessage = (next: MessageEvent<RenderCommand>) => void early.push(next.data)
  const { serveRenderer } = await import('./render/render-worker.ts')
  const perform = serveRenderer((answer: RenderAnswer, transfer) => self.postMessage(answer, transfer))
  self.onmessage = (next: MessageEvent<RenderCommand>) => perform(next.data)
  early.forEach(perform)
}
