/** What the main thread and the worker of the embedded chain say to each other. */
export interface OpenCommand {
  task: 'embedded-chain'
  id: number
  /** The main thread's time, Unix milliseconds: blocks are stamped with it. */
  now: number
  file: string
  installation: string
}
export type Command = { id: number; now: number } & (
  { kind: 'request'; method: string; params: unknown[] } | { kind: 'copy'; path: string } | { kind: 'close' }
)
export interface Answer {
  id: number
  result?: unknown
  /** `refused`: the chain's no, with its JSON-RPC code; otherwise a fault of the chain itself. */
  error?: { refused: boolean; message: string; code?: number; data?: string }
}
