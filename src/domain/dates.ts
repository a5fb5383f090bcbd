/** Calendar days as people write them, YYYY-MM-DD, without time zones. */

const DAY_MS = 86_400_000

/** Is this a day that exists? 2026-02-30 is not. Years 1000–9999. */
export function isDay(text: string): boolean {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text
}

export const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)
/** First millisecond of the day, UTC. */
export const startOfDay = (day: string) => Date.parse(`${day}T00:00:00Z`)
/** Last whole second of the day, UTC: "valid until 3 March" includes 3 March. */
export const endOfDay = (day: string) => startOfDay(day) + DAY_MS - 1000

/** A moment given as a day (its last second) or as an RFC 3339 date-time with zone; undefined when it is neither. */
export function momentOf(text: string): number | undefined {
  if (isDay(text)) return endOfDay(text)
  const parts = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/.exec(
    text,
  )
  if (!parts || !isDay(parts[1]!)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000) * 1000
}

/** The same day `months` later; 31 January plus one month is the last day of February. */
export function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const index = year * 12 + month - 1 + months
  const lastDate = new Date(Date.UTC(Math.floor(index / 12), (index % 12) + 1, 0)).getUTCDate()
  return new Date(Date.UTC(Math.floor(index / 12), index % 12, Math.min(date, lastDate))).toISOString().slice(0, 10)
}
