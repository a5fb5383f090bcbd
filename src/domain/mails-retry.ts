/** When a mail that the relay did not take is tried again. Pure: the job asks, and stores the moment. */
import type { Random } from './ids.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** After the 1st, 2nd, … failed attempt. Grey-listing passes within minutes, a relay that is down may need two days. */
export const MAIL_RETRY_DELAYS: readonly number[] = [
  1 * MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  1 * HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  8 * HOUR,
  8 * HOUR,
  8 * HOUR,
  8 * HOUR,
  8 * HOUR,
]
/** The first attempt and one after each delay: 55 hours, at least 49 with all jitter against it. */
export const MAIL_ATTEMPTS = MAIL_RETRY_DELAYS.length + 1

const JITTER = 0.1

/**
 * Milliseconds until the next attempt after `failures` failed ones (from 1), ± 10 % so that the mails of one batch do
 * not all come back in the same second. Null: that was the last attempt, the mail has failed.
 */
export function mailRetryDelay(failures: number, random: Random): number | null {
  const delay = MAIL_RETRY_DELAYS[Math.max(1, Math.floor(failures)) - 1]
  if (delay === undefined) return null
  const [high, low] = random(2) as Uint8Array & [number, number]
  const chance = (high * 256 + low) / 65_535
  return Math.round(delay * (1 - JITTER + 2 * JITTER * chance))
}
