/** The worker's side of the embedded chain. Only here are the EVM's modules loaded: the main thread never pays for them. */
import { ChainRefused } from '../domain/ports.ts'
import { EmbeddedChain } from './embedded.ts'
import type { Answer, Command, OpenCommand } from './embedded-messages.ts'

/**
 * Opens the chain, answers the opening command, and returns the handler of all later ones. The clock is the main
 * thread's: each command brings its time along.
 */
export async function serveEmbeddedChain(
  open: OpenCommand,
  post: (answer: Answer) => void,
): Promise<(command: Command) => void> {
  const clock = { time: open.now, now: () => clock.time }
  let chain: EmbeddedChain
  try {
    chain = await EmbeddedChain.open({ file: open.file, installation: open.installation, clock })
  } catch (error) {
    post(failure(open.id, error))
    return () => {}
  }
  post({ id: open.id, result: null })
  return (command) => {
    clock.time = command.now
    perform(chain, command).then(
      (result) => post({ id: command.id, result }),
      (error: unknown) => post(failure(command.id, error)),
    )
  }
}

async function perform(chain: EmbeddedChain, command: Command): Promise<unknown> {
  if (command.kind === 'request') return chain.request(command.method, command.params)
  await (command.kind === 'copy' ? chain.copyTo(command.path) : chain.close())
  return null
}

function failure(id: number, error: unknown): Answer {
  const message = error instanceof Error ? error.message : 'unknown'
  if (!(error instanceof ChainRefused)) return { id, error: { refused: false, message } }
  return { id, error: { refused: true, message, code: error.code, data: error.data } }
}
