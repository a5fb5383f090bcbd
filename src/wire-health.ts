/** What /readyz answers. */
import { EMBEDDED_NETWORK } from './domain/networks.ts'
import { PARTITIONS } from './domain/scopes.ts'
import type { Health, HttpContext } from './http/context.ts'

/** Ready = requests can be accepted for good. A chain that is away degrades: certificates wait, nothing is lost. */
export async function health(
  actions: Pick<HttpContext, 'store' | 'appliance'>,
  state: { draining: boolean },
): Promise<Health> {
  const { store, appliance } = actions
  const checks: Record<string, string> = {}
  checks.draining = state.draining ? 'the program is stopping' : 'ok'
  try {
    await store.instance.get('installation')
    checks.database = 'ok'
  } catch {
    checks.database = 'the database does not answer'
  }
  for (const partition of PARTITIONS) {
    const registry = await store.registries
      .of(EMBEDDED_NETWORK, partition, appliance.dids[partition])
      .catch(() => undefined)
    checks[`embedded_chain_${partition}`] = registry?.address ? 'ok' : 'its registry is being set up'
  }
  const ready = Object.values(checks).every((check) => check === 'ok')
  return { ready, degraded: !ready, checks }
}
