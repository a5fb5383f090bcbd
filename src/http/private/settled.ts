import type { ReadCertificate } from '../../domain/certificates-decide.ts'
import type { PrivateCall } from '../route.ts'

/**
 * The certificate once nothing of it is under way any more, or as it is when the patience is over. Undefined when there
 * was nothing to wait for: what the caller holds is what is stored.
 */
export async function settled(
  { context, caller, services }: PrivateCall,
  current: ReadCertificate,
  milliseconds: number,
): Promise<ReadCertificate | undefined> {
  if (milliseconds <= 0 || !isUnderWay(current)) return undefined
  const { id } = current.certificate
  let newest: ReadCertificate | undefined
  await services.waiter.until(id, milliseconds, async () => {
    newest = (await context.store.certificates.find(caller, id)) ?? newest
    return newest && !isUnderWay(newest) ? newest : undefined
  })
  return newest
}

const isUnderWay = ({ certificate: { status, version, latestVersion } }: ReadCertificate) =>
  status === 'pending' || (status === 'issued' && latestVersion > version)
