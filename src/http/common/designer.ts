/** The template designer: a shell without data. Everything it shows comes from the API with the key that is typed there. */
import { html } from '../public/html.ts'
import { assetAddress } from '../public/assets.ts'
import { HTML } from '../response.ts'
import { commonRoute, type Answer, type Call } from '../route.ts'

/** It talks to this server alone. `blob:` is for pictures that came with the key. */
export const DESIGNER_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const show = commonRoute({
  method: 'GET',
  path: '/admin/designer',
  tag: 'Pages',
  summary: 'Template designer',
  description: 'A page without data of its own; it asks for an API key with the scope `templates`.',
  withApi: true,
  answers: { 200: { description: 'The page.', type: 'text/html' } },
  handle: ({ context }) => designerPage(context),
})

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' fill='none' stroke='%231d4ed8' stroke-width='3'%3E%3Cpath d='M4 7h24v18H4zM10 20l5-6 4 4 3-3'/%3E%3C/svg%3E"

function designerPage(context: Call['context']): Answer {
  const text = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Template designer</title>
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="${ICON}" />
        <link rel="stylesheet" href="${assetAddress(context, 'designer.css')}" />
        <script type="module" src="${assetAddress(context, 'designer.js')}"></script>
      </head>
      <body>
        <div id="designer"></div>
        <noscript><p>The designer is a program that runs in this page: switch JavaScript on to use it.</p></noscript>
      </body>
    </html> `.text
  const headers = {
    'Content-Security-Policy': DESIGNER_SECURITY_POLICY,
    'Cache-Control': 'no-cache',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
  }
  return { text, type: HTML, headers }
}

export const designerRoutes = [show]
