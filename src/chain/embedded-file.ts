/** The file of the embedded chain: blocks, receipts and the nodes of the state trie. Loaded inside the worker only. */
import { Database } from 'bun:sqlite'
import { chmodSync, closeSync, openSync } from 'node:fs'
import type { BatchDBOp, DB } from '@ethereumjs/util'

export interface BlockRow {
  rlp: Uint8Array
  receipt: string | null
}
export interface NewBlock {
  number: number
  hash: string
  rlp: Uint8Array
  txHash: string | null
  receipt: string | null
}

/**
 * One connection, which nothing else may use: a block is one transaction that spans awaits. Commits are flushed to disk
 * before they are answered (synchronous FULL).
 */
export class ChainFile {
  readonly #db: Database

  private constructor(db: Database) {
    this.#db = db
  }

  /** Opens or creates the file with mode 0600; its -wal and -shm files inherit the mode. */
  static open(path: string): ChainFile {
    closeSync(openSync(path, 'a', 0o600))
    chmodSync(path, 0o600)
    const db = new Database(path)
    try {
      db.exec('pragma busy_timeout=5000; pragma journal_mode=wal; pragma synchronous=full')
      db.exec(`create table if not exists node(k text primary key, v blob not null) strict, without rowid;
        create table if not exists block(number integer primary key, hash text unique not null, rlp blob not null,
          tx_hash text unique, receipt text) strict`)
    } catch (error) {
      db.close()
      throw error
    }
    return new ChainFile(db)
  }

  head(): BlockRow | null {
    return this.#db.query<BlockRow, []>('select rlp, receipt from block order by number desc limit 1').get()
  }
  block(number: number): BlockRow | null {
    return this.#db.query<BlockRow, [number]>('select rlp, receipt from block where number = ?').get(number)
  }
  blockOfTransaction(hash: string): BlockRow | null {
    return this.#db.query<BlockRow, [string]>('select rlp, receipt from block where tx_hash = ?').get(hash)
  }
  receipts(from: number, to: number): string[] {
    const sql = 'select receipt from block where number between ? and ? and receipt is not null order by number'
    return this.#db
      .query<{ receipt: string }, [number, number]>(sql)
      .all(from, to)
      .map((row) => row.receipt)
  }
  addBlock(block: NewBlock): void {
    this.#db
      .query('insert into block(number, hash, rlp, tx_hash, receipt) values (?, ?, ?, ?, ?)')
      .run(block.number, block.hash, block.rlp, block.txHash, block.receipt)
  }

  node(key: string): Uint8Array | undefined {
    return this.#db.query<{ v: Uint8Array }, [string]>('select v from node where k = ?').get(key)?.v
  }
  addNode(key: string, value: Uint8Array): void {
    this.#db.query('insert or ignore into node(k, v) values (?, ?)').run(key, value) // the key is the value's hash
  }

  begin(): void {
    this.#db.exec('begin immediate')
  }
  commit(): void {
    this.#db.exec('commit')
  }
  rollback(): void {
    if (this.#db.inTransaction) this.#db.exec('rollback')
  }
  /** A consistent copy under a name that does not exist yet. Only between blocks. */
  copyTo(path: string): void {
    closeSync(openSync(path, 'wx', 0o600))
    this.#db.query('vacuum into ?').run(path)
  }
  close(): void {
    this.#db.close()
  }
}

type Operations = BatchDBOp<string, Uint8Array>[]

/** Trie nodes in the file. None is ever deleted, so the state of every past block stays readable. */
export class StoredNodes implements DB<string, Uint8Array> {
  constructor(readonly file: ChainFile) {}
  async open(): Promise<void> {}
  async get(key: string): Promise<Uint8Array | undefined> {
    return this.file.node(key)
  }
  async put(key: string, value: Uint8Array): Promise<void> {
    this.file.addNode(key, value)
  }
  async del(): Promise<void> {}
  async batch(operations: Operations): Promise<void> {
    for (const operation of operations) if (operation.type === 'put') this.file.addNode(operation.key, operation.value)
  }
  shallowCopy(): DB<string, Uint8Array> {
    return this
  }
}

/** What a call would write stays in memory: reading never touches the file. */
export class OverlaidNodes implements DB<string, Uint8Array> {
  readonly #added = new Map<string, Uint8Array>()
  constructor(readonly file: ChainFile) {}
  async open(): Promise<void> {}
  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#added.get(key) ?? this.file.node(key)
  }
  async put(key: string, value: Uint8Array): Promise<void> {
    this.#added.set(key, value)
  }
  async del(): Promise<void> {}
  async batch(operations: Operations): Promise<void> {
    for (const operation of operations) if (operation.type === 'put') this.#added.set(operation.key, operation.value)
  }
  shallowCopy(): DB<string, Uint8Array> {
    return this
  }
}
