import type { TestAppliance } from './appliance.ts'

export const certificateOf = async (app: TestAppliance, id: string) =>
  (await app.store.certificates.find(app.live, id))!
