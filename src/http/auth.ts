/** Who calls: the key in `Authorization: Bearer …` and nowhere else. What he may do is `mayDo`'s decision alone. */
import { authenticate } from '../actions/api-keys.ts'
import { mayDo } from '../domain/api-keys-decide.ts'
import type { ApiKey, Permission } from '../domain/api-keys.ts'
import { AppError } from '../domain/errors.ts'
import type { Caller } from '../domain/scopes.ts'
import type { Store } from '../store/store.ts'
import type { HttpContext } from './context.ts'
import { isWithin, readRange } from './remote-address.ts'

/** The key of the header; throws 401 with the cure where something else was sent. */
export function bearerKey(request: Request): string | undefined {
  const header = request.headers.get('authorization')
  if (header === null) {
    if (/[?&](api_?key|access_token|token|key)=/i.test(request.url))
      throw new AppError(
        'unauthorized',
        'A key in the address would end up in logs. Send it as Authorization: Bearer ….',
      )
    return undefined
  }
  const key = /^Bearer +(\S+)$/i.exec(header)?.[1]
  if (key === undefined)
    throw new AppError(
      'unauthorized',
      'Send the key as "Authorization: Bearer tm_live_…"; no other scheme is known here.',
    )
  return key
}

/** The key that came, checked against everything but its permissions. */
export async function callerKey(context: HttpContext, request: Request): Promise<ApiKey> {
  return authenticate(context, bearerKey(request))
}

const parsedRanges = new WeakMap<readonly string[], ReturnType<typeof readRange>[]>()

export function refuseAddress(apiKey: ApiKey, address: string): void {
  const { allowedCidrs } = apiKey
  if (allowedCidrs.length === 0) return
  let ranges = parsedRanges.get(allowedCidrs)
  if (!ranges) parsedRanges.set(allowedCidrs, (ranges = allowedCidrs.map(readRange)))
  if (
    !isWithin(
      address,
      ranges.filter((range) => range !== undefined),
    )
  )
    throw new AppError('forbidden', `This key may not be used from ${address}.`)
}

export function refuseUnpermitted(caller: Caller, permission: Permission | readonly Permission[]): void {
  const needed = typeof permission === 'string' ? [permission] : permission
  if (needed.some((each) => mayDo(caller, each))) return
  const scopes = needed.map((each) => `"${each}"`).join(' or ')
  throw new AppError('forbidden', `This key lacks the scope ${scopes}. Make a key that has it.`)
}

/** When keys were last used, kept here and written now and then: a write per request would be dear. */
export class LastUsed {
  private used = new Map<string, number>()

  constructor(private readonly store: Store) {}

  note(id: string, at: number): void {
    this.used.set(id, at)
  }

  async flush(): Promise<void> {
    if (this.used.size === 0) return
    const used = this.used
    this.used = new Map()
    await this.store.apiKeys.touch(used)
  }
}
