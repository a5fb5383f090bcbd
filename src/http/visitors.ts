/** Who counts as a visitor. Whether somebody was here today is known by a salted hash that lives in memory for a day. */
import type { Clock } from '../domain/clock.ts'
import { dayOf } from '../domain/dates.ts'
import type { TextHash } from '../domain/events.ts'
import { toHex, type Random } from '../domain/ids.ts'

const MAX_SEEN = 200_000
/** Events of one kind that one certificate can cause in a day: a popular one must not fill the log. */
const MAX_TOLD = 200
const MAX_TELLERS = 50_000
/** Robots, previews of chat and social programs, monitors, and libraries that are no browser. */
const MACHINES =
  /bot\b|bot[/;_-]|crawl|spider|slurp|preview|facebookexternalhit|embedly|whatsapp|telegram|slack|discord|skypeuripreview|linkedin|pinterest|vkshare|quora|outbrain|w3c_validator|lighthouse|pingdom|uptime|monitor|headless|phantom|curl|wget|python|java\/|go-http|okhttp|axios|node-fetch|undici|libwww|httpclient|ruby|php/i

export class Visitors {
  private seen = new Set<string>()
  private told = new Map<string, number>()
  private day = ''
  private salt = ''

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly hash: TextHash,
  ) {}

  private turnDay() {
    const day = dayOf(this.clock.now())
    if (day === this.day) return
    this.day = day
    this.salt = toHex(this.random(16))
    this.seen = new Set()
    this.told = new Map()
  }

  /** True once per day, certificate, visitor and thing done (`view`, `shared x`, …). The address is forgotten with the salt. */
  isFirstToday(certificateId: string, address: string, userAgent: string, done = 'view'): boolean {
    this.turnDay()
    const mark = this.hash(`${this.salt}\n${certificateId}\n${done}\n${address}\n${userAgent}`).slice(0, 24)
    if (this.seen.has(mark)) return false
    if (this.seen.size >= MAX_SEEN) this.seen.delete(this.seen.values().next().value!)
    this.seen.add(mark)
    return true
  }

  /** Whether one more event of this kind may be told of this certificate today. */
  mayTell(certificateId: string, kind: string): boolean {
    this.turnDay()
    const teller = `${certificateId} ${kind}`
    const told = this.told.get(teller) ?? 0
    if (told >= MAX_TOLD) return false
    if (told === 0 && this.told.size >= MAX_TELLERS) this.told.delete(this.told.keys().next().value!)
    this.told.set(teller, told + 1)
    return true
  }
}

/** A person's browser says what it is; whoever says nothing, or says robot, is not counted. */
export const isMachine = (headers: Headers): boolean => {
  const userAgent = headers.get('user-agent') ?? ''
  if (userAgent === '' || MACHINES.test(userAgent)) return true
  return /prefetch|preview/i.test(headers.get('sec-purpose') ?? headers.get('purpose') ?? '')
}

/** Host somebody came from, given as a host or an address; null for our own pages and for what is neither. */
export function referrerHost(from: unknown, ownOrigin: string): string | null {
  if (typeof from !== 'string' || from === '' || from.length > 2000) return null
  const address = /^https?:\/\//i.test(from) ? from : `https://${from}`
  if (!URL.canParse(address)) return null
  const { hostname } = new URL(address)
  if (hostname === new URL(ownOrigin).hostname) return null
  const host = hostname.replace(/^www\./, '')
  return /^[a-z0-9.-]{1,100}$/.test(host) ? host : null
}
