/** The documentation, served by the appliance itself: it may have no way to the internet. */
import { catalogue, AppError, type ErrorCode } from '../../domain/errors.ts'
import { errorPages, guidePages } from '../docs-pages.ts'
import { DOCS_STYLE, docsPage } from '../docs-layout.ts'
import { referenceHtml } from '../docs-reference.ts'
import { markdownHtml, titleOf } from '../markdown.ts'
import { html } from '../public/html.ts'
import { HTML } from '../response.ts'
import { commonRoute, type Call } from '../route.ts'
import { madeOnce } from '../services.ts'

const TAG = 'Documentation'
const answers = { 200: { description: 'The page.', type: 'text/html' } }
const CACHE = { 'Cache-Control': 'no-cache' }

const shown = ({ services }: Call, name: string, make: () => string) => ({
  text: madeOnce(services, `docs ${name}`, make),
  type: HTML,
  headers: CACHE,
})

function markdownPage(call: Call, name: string, markdown: string | undefined) {
  if (markdown === undefined) throw new AppError('not_found')
  return shown(call, name, () => docsPage(titleOf(markdown), markdownHtml(markdown)))
}

const own = (pages: Record<string, string>, name: string) => (Object.hasOwn(pages, name) ? pages[name] : undefined)

export const docsRoutes = [
  commonRoute({
    method: 'GET',
    path: '/docs',
    tag: TAG,
    summary: 'Reference of the API',
    description: 'Every request with its members, answers and examples.',
    answers,
    handle: (call) =>
      shown(call, 'reference', () =>
        docsPage('API reference', referenceHtml(call.services.routes, call.context.appliance.publicUrl)),
      ),
  }),
  commonRoute({
    method: 'GET',
    path: '/docs/style.css',
    tag: TAG,
    summary: 'Style of the documentation',
    answers: { 200: { description: 'CSS.', type: 'text/css' } },
    handle: () => ({ text: DOCS_STYLE, type: 'text/css; charset=utf-8', headers: CACHE }),
  }),
  commonRoute({
    method: 'GET',
    path: '/docs/guide/:name',
    tag: TAG,
    summary: 'A page of the guide',
    answers,
    errors: ['not_found'],
    handle: (call) => markdownPage(call, `guide ${call.params.name}`, own(guidePages, call.params.name!)),
  }),
  commonRoute({
    method: 'GET',
    path: '/docs/errors',
    tag: TAG,
    summary: 'All error codes',
    answers,
    handle: (call) =>
      shown(call, 'errors', () => {
        const rows = (Object.keys(catalogue) as ErrorCode[]).map(
          (code) =>
            html`<tr>
              <td>
                <a href="/docs/errors/${code}"><code>${code}</code></a>
              </td>
              <td>${catalogue[code].status}</td>
              <td>${catalogue[code].message}</td>
            </tr> `,
        )
        const main = html`<h1>Error codes</h1>
          <p>Codes are never renamed: branch on <code>error.code</code>, show <code>error.message</code> to people.</p>
          <table>
            <thead>
              <tr>
                <th scope="col">code</th>
                <th scope="col">status</th>
                <th scope="col">meaning</th>
              </tr>
            </thead>
            <tbody>
              ${rows}
            </tbody>
          </table>`
        return docsPage('Error codes', main)
      }),
  }),
  commonRoute({
    method: 'GET',
    path: '/docs/errors/:code',
    tag: TAG,
    summary: 'One error code',
    description: 'The `documentation_url` of every error leads here.',
    answers,
    errors: ['not_found'],
    handle: (call) => markdownPage(call, `error ${call.params.code}`, own(errorPages, call.params.code!)),
  }),
]
