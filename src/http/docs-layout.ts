/** The frame of the documentation: no script, one style sheet, no request to anywhere else. */
import { guidePages } from './docs-pages.ts'
import { titleOf } from './markdown.ts'
import { html, type SafeHtml } from './public/html.ts'

const GUIDE_ORDER = [
  'first-certificate',
  'retries',
  'batches',
  'revoking',
  'sandbox',
  'networks',
  'keys',
  'reanchoring',
  'contract',
]

export const docsPage = (title: string, main: SafeHtml): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Testamur</title>
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/docs/style.css" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the text</a>
        <header>
          <nav aria-label="Documentation">
            <ul>
              <li><a href="/docs">Reference</a></li>
              ${GUIDE_ORDER.map((name) => html`<li><a href="/docs/guide/${name}">${titleOf(guidePages[name] ?? '')}</a></li> `)}
              <li><a href="/docs/errors">Error codes</a></li>
              <li><a href="/openapi.json">OpenAPI</a></li>
            </ul>
          </nav>
        </header>
        <main id="main">${main}</main>
      </body>
    </html> `.text

export const DOCS_STYLE = `:root {
  --paper: #fdfbf6; --ink: #24211c; --soft: #5c5548; --line: #cdc3ae; --accent: #1d4f41; --field: #f3eee2;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #131210; --ink: #ece7dc; --soft: #b3aa99; --line: #453f35; --accent: #8fd0bb; --field: #1e1c19; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: 0.5rem; }
header { border-bottom: 1px solid var(--line); }
header ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 0 auto; padding: 0.75rem 1rem; max-width: 60rem; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); padding-bottom: 0.25rem; }
h3 { margin-top: 2rem; }
code, pre { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; font-size: 0.9em; }
pre { background: var(--field); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem 1rem; overflow-x: auto; line-height: 1.45; }
:not(pre) > code { background: var(--field); border-radius: 4px; padding: 0.1em 0.3em; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.75rem 0.35rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
details { margin: 0.5rem 0; }
summary { cursor: pointer; color: var(--accent); }
.method { font-weight: 700; margin-right: 0.5rem; }
.soft { color: var(--soft); }
`
