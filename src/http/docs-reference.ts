/** The reference page, from the routes themselves. */
import { catalogue } from '../domain/errors.ts'
import type { Field, Shape } from '../domain/shape.ts'
import { EXAMPLE_LANGUAGES, exampleRequest, exampleText } from './examples.ts'
import { anchorOf, inline } from './markdown.ts'
import { codesOf, documentPath, operationId, routeStatuses } from './openapi.ts'
import { html, type HtmlValue, type SafeHtml } from './public/html.ts'
import type { JsonSchema, Route } from './route.ts'
import { schemas } from './schemas.ts'

export function referenceHtml(routes: readonly Route[], publicUrl: string): SafeHtml {
  const shown = routes.filter(({ tag }) => tag !== 'Documentation' && tag !== 'Pages')
  const tags = [...new Set(shown.map(({ tag }) => tag))]
  return html`<h1>API reference</h1>
    <p>
      JSON in and out. Send your key with each request to <code>/v1</code>:
      <code>Authorization: Bearer tm_live_…</code>, or <code>tm_test_…</code> for the sandbox. Unknown members are
      refused with a hint. Times are UTC. New members may be added to answers at any time; none is renamed or removed.
    </p>
    <p>
      Every answer under <code>/v1</code> carries <code>X-RateLimit-Limit</code>, <code>X-RateLimit-Remaining</code> and
      <code>X-RateLimit-Reset</code> (Unix seconds); a plan without a limit says 1000000000. Errors look like
      <code>{"error": {"code", "message", "documentation_url"}}</code>; ask for <code>application/problem+json</code> to
      get RFC 9457.
    </p>
    <ul>
      ${tags.map((tag) => html`<li><a href="#${anchorOf(tag)}">${tag}</a></li>`)}
    </ul>
    ${tags.map(
      (tag) =>
        html`<h2 id="${anchorOf(tag)}">${tag}</h2>
          ${shown.filter((route) => route.tag === tag).map((route) => routeHtml(route, publicUrl))}`,
    )}`
}

function routeHtml(route: Route, publicUrl: string): SafeHtml {
  const scopes = route.surface === 'private' ? [route.permission].flat() : []
  return html`<section>
    <h3 id="${operationId(route)}">
      <span class="method">${route.method}</span><code>${documentPath(route.path)}</code>
    </h3>
    <p><strong>${route.summary}.</strong> ${inline(route.description ?? '')}</p>
    ${scopes.length ? html`<p class="soft">Scope: ${scopes.map((scope, index) => [index ? ' or ' : '', html`<code>${scope}</code>`])}</p>` : null}
    ${headersHtml(route)}
    ${
      route.query && Object.keys(route.query).length
        ? html`<h4>Parameters</h4>
            ${fieldsTable(route.query)}`
        : null
    }
    ${
      route.body && Object.keys(route.body).length
        ? html`<h4>Body</h4>
            ${fieldsTable(route.body)}`
        : null
    }
    <h4>Answers</h4>
    ${answersTable(route)}
    ${EXAMPLE_LANGUAGES.map(
      (language) =>
        html`<details${language === 'curl' ? html` open` : null}><summary>${language}</summary><pre tabindex="0"><code>${exampleText(language, exampleRequest(route, publicUrl))}</code></pre></details>\n`,
    )}
  </section> `
}

function headersHtml(route: Route): HtmlValue {
  const names = [
    ...(route.idempotent ? [html`<a href="/docs/guide/retries"><code>Idempotency-Key</code></a>`] : []),
    ...(route.waits ? [html`<code>Prefer: wait=N</code>, <code>Prefer: respond-async</code>`] : []),
  ]
  return names.length
    ? html`<p class="soft">Headers: ${names.map((name, index) => [index ? ', ' : '', name])}</p>`
    : null
}

const fieldsTable = (shape: Shape): SafeHtml =>
  html`<table>
    <thead>
      <tr>
        <th scope="col">name</th>
        <th scope="col">type</th>
        <th scope="col"></th>
      </tr>
    </thead>
    <tbody>
      ${Object.entries(shape).map(([name, field]) => fieldRows(name, field))}
    </tbody>
  </table>`

function fieldRows(name: string, field: Field): HtmlValue {
  const inside =
    field.kind === 'object' ? field.fields : field.kind === 'list' && field.of.kind === 'object' ? field.of.fields : {}
  const prefix = field.kind === 'list' ? `${name}[].` : `${name}.`
  const example = field.example === undefined ? '' : ` For example ${JSON.stringify(field.example)}.`
  return html`<tr>
      <td><code>${name}</code></td>
      <td>${typeName(field)}${field.required ? html`<br /><strong>required</strong>` : null}</td>
      <td>${inline(field.doc ?? '')}${example}</td>
    </tr>
    ${Object.entries(inside).map(([inner, each]) => fieldRows(prefix + inner, each))}`
}

function typeName(field: Field): string {
  switch (field.kind) {
    case 'text':
      return field.format === 'lines' || field.format === undefined
        ? `text, up to ${field.max}`
        : { day: 'day, YYYY-MM-DD', moment: 'day or moment', slug: 'slug', url: 'web address' }[field.format]
    case 'integer':
      return field.max === Number.MAX_SAFE_INTEGER
        ? `integer from ${field.min}`
        : `integer, ${field.min} to ${field.max}`
    case 'choice':
      return field.of.join(' | ')
    case 'list':
      return `list of ${field.of.kind === 'anything' ? 'rows' : field.of.kind}`
    case 'either':
      return field.of.map(typeName).join(' or ')
    case 'values':
      return 'object of texts, numbers and booleans'
    case 'json':
      return 'any JSON object'
    default:
      return field.kind
  }
}

function answersTable(route: Route): SafeHtml {
  const rows = routeStatuses(route).map((status) => {
    const answer = route.answers[status]
    const meaning: HtmlValue = answer
      ? [answer.description, answer.schema ? membersOf(answer.schema) : null]
      : codesOf(route, status).map((code, index) => [
          index ? ', ' : '',
          html`<a href="/docs/errors/${code}" title="${catalogue[code].message}"><code>${code}</code></a>`,
        ])
    return html`<tr>
      <td>${status}</td>
      <td>${meaning}</td>
    </tr> `
  })
  return html`<table>
    <thead>
      <tr>
        <th scope="col">status</th>
        <th scope="col"></th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`
}

function membersOf(name: string): HtmlValue {
  const properties = (schemas[name] as { properties?: Record<string, JsonSchema> }).properties
  if (!properties) return null
  return html` <span class="soft"
    >Members: ${Object.keys(properties).map((member, index) => [index ? ', ' : '', html`<code>${member}</code>`])}</span
  >`
}
