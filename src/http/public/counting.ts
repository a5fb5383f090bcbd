/** A visit as it is counted: of the address a town at most is kept, robots and previews are left out. */
import type { Visit } from '../../actions/visits.ts'
import type { Call } from '../route.ts'
import { isMachine } from '../visitors.ts'

/** Counts what a person did; nothing happens for a robot. */
export async function countVisit(
  { context, services, request, params, address }: Call,
  { kind, channel = null, referrer = null }: Pick<Visit, 'kind'> & Partial<Pick<Visit, 'channel' | 'referrer'>>,
): Promise<void> {
  if (isMachine(request.headers)) return
  const certificateId = params.id!
  const agent = request.headers.get('user-agent') ?? ''
  const done = channel === null ? kind : `${kind} ${channel}`
  const unique = services.visitors.isFirstToday(certificateId, address, agent, done)
  const told = unique && services.visitors.mayTell(certificateId, kind)
  const location = kind === 'view' ? (context.locate?.(address) ?? null) : null
  await services.visits.count({ certificateId, kind, unique, told, referrer, channel, location })
}
