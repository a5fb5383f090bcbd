/** Cursor paging over (created_at, id), newest first. Cursors are opaque and signed: what comes back is what we gave. */
import { AppError, invalid } from '../domain/errors.ts'
import type { Mac } from '../domain/ports.ts'
import type { Shape } from '../domain/shape.ts'
import type { Page } from '../store/reads.ts'

export const pageShape: Shape = {
  limit: { kind: 'integer', min: 1, max: 100, doc: 'Entries per page. Default 20.' },
  cursor: { kind: 'text', max: 300, doc: '`pagination.next` or `pagination.prev` of an earlier answer.' },
}
const DEFAULT_LIMIT = 20

interface Placed {
  createdAt: number
  id: string
}
type Direction = 'next' | 'prev'

/** The page that was asked for; reads one entry more than is shown, which tells whether there is another page. */
export function readPage(mac: Mac, list: string, query: Record<string, unknown>): Page & { limit: number } {
  const limit = ((query.limit as number | undefined) ?? DEFAULT_LIMIT) + 1
  const cursor = query.cursor as string | undefined
  return cursor === undefined ? { limit } : { limit, ...readCursor(mac, list, cursor) }
}

/** ★ `{"data":[…],"pagination":{"next","prev"}}` */
export function pageAnswer<Item>(
  mac: Mac,
  list: string,
  page: Page,
  items: Item[],
  placeOf: (item: Item) => Placed,
): { shown: Item[]; pagination: Record<Direction, string | null> } {
  const more = items.length >= page.limit
  const back = page.direction === 'prev'
  const shown = !more ? items : back ? items.slice(1) : items.slice(0, -1)
  const at = (item: Item | undefined, direction: Direction) =>
    item === undefined ? null : writeCursor(mac, list, direction, placeOf(item))
  return {
    shown,
    pagination: {
      next: back || more ? at(shown.at(-1), 'next') : null,
      prev: back ? (more ? at(shown[0], 'prev') : null) : page.cursor ? at(shown[0], 'prev') : null,
    },
  }
}

const sealOf = (mac: Mac, list: string, text: string) => mac(`cursor/${list}/${text}`).slice(0, 16)

function writeCursor(mac: Mac, list: string, direction: Direction, { createdAt, id }: Placed): string {
  const text = `${direction}.${createdAt}.${id}`
  return Buffer.from(`${text}.${sealOf(mac, list, text)}`).toString('base64url')
}

function readCursor(mac: Mac, list: string, cursor: string): Pick<Page, 'cursor' | 'direction'> {
  const parts = /^((next|prev)\.(\d{1,15})\.(\w{1,60}))\.([0-9a-f]{16})$/.exec(
    Buffer.from(cursor, 'base64url').toString('latin1'),
  )
  if (!parts || sealOf(mac, list, parts[1]!) !== parts[5]) throw badCursor()
  return { cursor: { createdAt: Number(parts[3]), id: parts[4]! }, direction: parts[2] as Direction }
}

const badCursor = (): AppError =>
  invalid([
    {
      field: 'cursor',
      code: 'bad_cursor',
      message: 'cursor is none that this list gave out. Take pagination.next or pagination.prev of an earlier answer.',
    },
  ])
