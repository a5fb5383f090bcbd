/** The worker's side of the renderer. Only here are fonts, WebAssembly and the PDF library loaded. */
import { RenderRefused } from '../domain/ports.ts'
import { RenderService } from './service.ts'
import type { RenderAnswer, RenderCommand } from './worker-messages.ts'

/** The handler of all commands; each is answered once. */
export function serveRenderer(
  post: (answer: RenderAnswer, transfer: ArrayBuffer[]) => void,
): (command: RenderCommand) => void {
  const service = new RenderService()
  return ({ id, task, assets }) => {
    const needs = service.take(assets, task)
    if (needs.length > 0) return post({ id, needs }, [])
    service.perform(task).then(
      (result) => post({ id, result }, owned(result)),
      (error: unknown) => post({ id, error: described(error) }, []),
    )
  }
}

/** Bytes nobody else refers to travel without a copy. */
function owned(result: unknown): ArrayBuffer[] {
  if (!(result instanceof Uint8Array) || !(result.buffer instanceof ArrayBuffer)) return []
  return result.byteLength === result.buffer.byteLength ? [result.buffer] : []
}

function described(error: unknown): NonNullable<RenderAnswer['error']> {
  if (error instanceof RenderRefused) return { refused: true, message: error.message, fatal: false }
  // A trap leaves the module in the middle of its work, and a heap that could not grow stays full.
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError)
    return { refused: true, message: 'this cannot be drawn: it is too large or its file is damaged', fatal: true }
  return { refused: false, message: error instanceof Error ? error.message : String(error), fatal: false }
}
