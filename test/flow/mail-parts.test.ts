import { expect, test } from 'bun:test'
import { makeParts, type PlannedPart } from '../../src/actions/mails-parts.ts'
import { roomForPictures } from '../../src/domain/mails-fit.ts'

const beside = { text: 'text', html: '<p>html</p>' }
const rooms: number[] = []
const planned = (role: PlannedPart['role'], size: number | null | Error): PlannedPart => ({
  role,
  name: `${role}.bin`,
  mediaType: 'image/png',
  shown: role === 'pdf' ? null : { cid: `${role}@c.example`, width: 1, height: 1 },
  make: async (room) => {
    rooms.push(room)
    if (size instanceof Error) throw size
    return size === null ? null : new Uint8Array(size)
  },
})

test('each picture gets the room that the earlier ones leave; a file to keep takes none', async () => {
  rooms.length = 0
  const parts = [planned('logo', 60_000), planned('pdf', 5_000_000), planned('picture', 100_000)]
  const made = await makeParts(parts, beside)
  expect(made.map(({ part, bytes }) => [part.role, bytes.length])).toEqual([
    ['logo', 60_000],
    ['pdf', 5_000_000],
    ['picture', 100_000],
  ])
  const all = roomForPictures(beside)
  expect(rooms).toEqual([all, all - 60_000, all - 60_000])
})

test('what cannot be made, or is too large, is left out and told', async () => {
  const told: string[] = []
  const parts = [planned('logo', new Error('broken')), planned('picture', null), planned('pdf', 7)]
  const made = await makeParts(
    parts,
    beside,
    ({ role }, error) => void told.push(`${role}: ${(error as Error).message}`),
  )
  expect(made.map(({ part }) => part.role)).toEqual(['pdf'])
  expect(told).toEqual(['logo: broken', 'picture: too large'])
})

test('whoever is told may call it all off', async () => {
  const off = () => {
    throw new Error('later')
  }
  await expect(makeParts([planned('picture', new Error('busy'))], beside, off)).rejects.toThrow('later')
})
