/** Renderings that were made lately: bounded by their bytes, and each made once, however many ask for it at the same time. */
const MAX_BYTES = 48 * 1024 * 1024
/** A file larger than this is made anew each time rather than push everything else out. */
const MAX_ONE = MAX_BYTES / 8

export class Pictures {
  private readonly kept = new Map<string, Uint8Array>()
  private readonly making = new Map<string, Promise<Uint8Array>>()
  private size = 0

  constructor(private readonly maxBytes = MAX_BYTES) {}

  /** Of all that is kept. */
  get bytes(): number {
    return this.size
  }

  has(name: string): boolean {
    return this.kept.has(name) || this.making.has(name)
  }

  /** What is kept under this name, or is made now. A failure is not kept. */
  get(name: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const known = this.kept.get(name)
    if (known) {
      // The newest are last: what was asked for longest ago goes first.
      this.kept.delete(name)
      this.kept.set(name, known)
      return Promise.resolve(known)
    }
    let making = this.making.get(name)
    if (!making) {
      making = make()
        .then((bytes) => this.keep(name, bytes))
        .finally(() => this.making.delete(name))
      this.making.set(name, making)
    }
    return making
  }

  private keep(name: string, bytes: Uint8Array): Uint8Array {
    if (bytes.length > Math.min(MAX_ONE, this.maxBytes)) return bytes
    this.kept.set(name, bytes)
    this.size += bytes.length
    for (const [oldest, each] of this.kept) {
      if (this.size <= this.maxBytes) break
      this.kept.delete(oldest)
      this.size -= each.length
    }
    return bytes
  }
}
