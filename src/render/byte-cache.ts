/** What is used again soon, up to so many bytes; the entry unused the longest goes first. */
export class ByteCache<Value> {
  readonly #values = new Map<string, Value>()
  readonly #limit: number
  readonly #sizeOf: (value: Value) => number
  #bytes = 0

  constructor(limit: number, sizeOf: (value: Value) => number) {
    this.#limit = limit
    this.#sizeOf = sizeOf
  }

  get bytes(): number {
    return this.#bytes
  }
  get(key: string): Value | undefined {
    const value = this.#values.get(key)
    if (value === undefined) return undefined
    this.#values.delete(key)
    this.#values.set(key, value)
    return value
  }
  has(key: string): boolean {
    return this.#values.has(key)
  }
  set(key: string, value: Value): void {
    this.delete(key)
    this.#values.set(key, value)
    this.#bytes += this.#sizeOf(value)
    for (const oldest of this.#values.keys()) {
      if (this.#bytes <= this.#limit) break
      this.delete(oldest)
    }
  }
  delete(key: string): void {
    const value = this.#values.get(key)
    if (value === undefined) return
    this.#values.delete(key)
    this.#bytes -= this.#sizeOf(value)
  }
}
