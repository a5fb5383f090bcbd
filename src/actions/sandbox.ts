import type { Scope } from '../domain/scopes.ts'
import type { ActionContext } from './context.ts'

/** Empties the sandbox: everything in it but its keys, registries and status lists. Live rows are out of reach. */
export async function wipeSandbox(context: ActionContext, scope: Scope): Promise<{ certificates: number }> {
  const wiped = await context.store.wipe('test')
  await context.store.commit({
    at: context.clock.now(),
    events: [{ type: 'sandbox.wiped', partition: 'test', subject: scope.actor, actor: scope.actor, data: wiped }],
  })
  return wiped
}
