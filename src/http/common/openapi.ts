import { openApiDocument } from '../openapi.ts'
import { taggedAnswer } from '../public/answers.ts'
import { commonRoute } from '../route.ts'
import { madeOnce } from '../services.ts'

export const openApiRoutes = [
  commonRoute({
    method: 'GET',
    path: '/openapi.json',
    tag: 'Documentation',
    summary: 'This API as OpenAPI 3.1',
    description: 'Generated from what the server runs.',
    cors: true,
    answers: { 200: { description: 'The document.', schema: 'OpenApi' } },
    handle: ({ context, services, request }) => {
      const { publicUrl, version, issuer } = context.appliance
      const facts = { publicUrl, version, issuer: issuer.name }
      const text = madeOnce(services, 'openapi', () => JSON.stringify(openApiDocument(services.routes, facts)))
      return taggedAnswer(context, request, { text, type: 'application/json' })
    },
  }),
]
