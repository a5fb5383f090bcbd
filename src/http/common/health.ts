import { commonRoute } from '../route.ts'

const NEVER_STORED = { 'Cache-Control': 'no-store' }

export const healthRoutes = [
  commonRoute({
    method: 'GET',
    path: '/livez',
    tag: 'Health',
    summary: 'Is the program alive',
    description: 'For supervisors: it answers, so it need not be restarted.',
    answers: { 200: { description: 'It is.', schema: 'Alive' } },
    handle: () => ({ json: { status: 'ok' }, headers: NEVER_STORED }),
  }),
  commonRoute({
    method: 'GET',
    path: '/readyz',
    tag: 'Health',
    summary: 'Can it serve requests',
    description: 'For load balancers: each check says ok or what is wrong.',
    answers: {
      200: { description: 'It can.', schema: 'Health' },
      503: { description: 'Not now.', schema: 'Health' },
    },
    handle: async ({ context }) => {
      const { ready, degraded, checks } = await context.health()
      return { status: ready ? 200 : 503, json: { ready, degraded, checks }, headers: NEVER_STORED }
    },
  }),
]
