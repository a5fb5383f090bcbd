/** The documentation and the OpenAPI document are whole, and made from what runs. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { catalogue } from '../../src/domain/errors.ts'
import { EXAMPLE_LANGUAGES, exampleRequest, exampleText } from '../../src/http/examples.ts'
import { inline, markdownHtml } from '../../src/http/markdown.ts'
import { html } from '../../src/http/public/html.ts'
import { allRoutes } from '../../src/http/routes.ts'
import { DOCS_PAGES, docsPages } from '../../scripts/docs.ts'
import { startHttp, type TestHttp } from '../kit/http.ts'
import { document, unlikeSchema } from '../kit/openapi.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startHttp()
})
afterAll(() => http.close())
const get = (path: string) => http.api('GET', path, { key: null })

describe('the OpenAPI document', () => {
  type Operation = {
    operationId: string
    responses: Record<string, unknown>
    parameters?: Array<{ name: string; in: string }>
  }
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({ path, method, operation })),
  )

  test('is served as it is made', async () => {
    const { json, headers } = await get('/openapi.json')
    expect(json.openapi).toBe('3.1.0')
    expect(json.paths).toEqual(JSON.parse(JSON.stringify(document.paths)))
    expect(headers.get('etag')).toBeTruthy()
  })
  test('names every route, each with an id of its own, and every parameter of its path', () => {
    expect(operations).toHaveLength(allRoutes.length)
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(allRoutes.length)
    for (const { path, operation } of operations) {
      expect(operation.operationId).toMatch(/^[a-z][A-Za-z0-9]*$/)
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
      expect((operation.parameters ?? []).filter((each) => each.in === 'path').map(({ name }) => name)).toEqual(inPath)
      expect(path).not.toContain(':')
    }
  })
  test('refers only to what is there, and every schema can be compiled', () => {
    const text = JSON.stringify(document)
    for (const [, pointer] of text.matchAll(/"\$ref":"#(\/[^"]+)"/g)) {
      const found = pointer!
        .split('/')
        .slice(1)
        .reduce<unknown>((part, name) => (part as Record<string, unknown>)?.[name], document)
      expect(found).toBeDefined()
    }
    for (const name of Object.keys(document.components.schemas))
      expect(() => unlikeSchema(`/components/schemas/${name}`.replace(/^/, '#'), {})).not.toThrow()
  })
  test('gives each response a description, and each error both of its forms', () => {
    for (const { operation } of operations)
      for (const [status, response] of Object.entries(operation.responses) as Array<
        [string, { description: string; content?: object }]
      >) {
        expect(response.description).not.toBe('')
        expect(status).toMatch(/^[2-5]\d\d$/)
      }
    const refused = (document.paths['/v1/certificates'] as Record<string, Operation>).post!.responses['400'] as {
      content: object
    }
    expect(Object.keys(refused.content)).toEqual(['application/json', 'application/problem+json'])
  })
})

describe('the documentation', () => {
  test('holds every page there is: run scripts/docs.ts when one comes or goes', () => {
    const plain = (text: string) => text.replace(/\s+/g, ' ')
    expect(plain(readFileSync(DOCS_PAGES, 'utf8'))).toBe(plain(docsPages()))
  })
  test('every link of it leads somewhere', async () => {
    const seen = new Set<string>(['/docs'])
    for (const path of seen) {
      const { status, text } = await get(path)
      expect([path, status]).toEqual([path, 200])
      for (const [, href] of text.matchAll(/href="(\/docs[^"#]*|\/openapi\.json)"/g)) seen.add(href!)
    }
    for (const code of Object.keys(catalogue)) expect(seen).toContain(`/docs/errors/${code}`)
    expect(seen.size).toBeGreaterThan(Object.keys(catalogue).length + 5)
  })
  test('the reference names every route of the API, with examples in four languages', async () => {
    const { text } = await get('/docs')
    for (const { method, path } of allRoutes.filter(({ surface }) => surface === 'private'))
      expect(text).toContain(`>${method}</span><code>${path.replace(/:(\w+)/g, '{$1}')}</code>`)
    for (const language of EXAMPLE_LANGUAGES) expect(text).toContain(`<summary>${language}</summary>`)
    expect(text).not.toContain('<script')
  })
})

describe('examples', () => {
  const route = allRoutes.find(({ method, path }) => method === 'POST' && path === '/v1/certificates')!
  const request = exampleRequest(route, 'https://certs.example.edu')
  const example = (language: (typeof EXAMPLE_LANGUAGES)[number]) => exampleText(language, request)

  test('curl works when pasted', async () => {
    const words = Bun.spawnSync(['sh', '-c', example('curl').replace(/^curl/, 'printf "%s\\n"')], {
      env: { TESTAMUR_KEY: 'tm_test_x', PATH: '/usr/bin:/bin' },
    }).stdout.toString()
    expect(words).toContain('Authorization: Bearer tm_test_x')
    expect(JSON.parse(words.slice(words.indexOf('{')))).toEqual(request.body)
  })
  test('JavaScript is JavaScript', () => {
    expect(() => new Bun.Transpiler({ loader: 'js' }).transformSync(example('JavaScript'))).not.toThrow()
  })
  test('Python has Python literals, PHP has arrays', () => {
    expect(exampleText('Python', { ...request, body: { a: true, b: null } })).toContain('"a": True')
    expect(exampleText('PHP', { ...request, body: { a: ["it's"] } })).toContain(`'it\\'s'`)
  })
})

describe('Markdown', () => {
  const rendered = (text: string) => markdownHtml(text).text.replace(/>\s+</g, '><').trim()
  test('leaves out pictures, which the program does not carry', () => {
    expect(rendered('One\n\n![A picture](../images/x.png)\n\nTwo')).toBe('<p>One</p><p>Two</p>')
  })

  test('knows what our pages use', () => {
    expect(rendered('# A `b`\n\ntext **c**, *d*\n\n- one\n  more\n- two')).toBe(
      '<h1 id="a-b">A <code>b</code></h1><p>text <strong>c</strong>, <em>d</em></p><ul><li>one more</li><li>two</li></ul>',
    )
    expect(rendered('| a | b |\n|---|---|\n| `1` | 2 |')).toContain('<td><code>1</code></td><td>2</td>')
    expect(markdownHtml('```json\n{\n\n  "a": "<b>"\n}\n```').text).toContain(
      '{\n\n  &quot;a&quot;: &quot;&lt;b&gt;&quot;\n}',
    )
  })
  test('escapes everything else, and links only where links may lead', () => {
    expect(rendered('<script>x</script>')).toBe('<p>&lt;script&gt;x&lt;/script&gt;</p>')
    expect(html`${inline('[a](javascript:alert(1)) [b](/docs) [c](https://x.example/"onload=1)')}`.text).not.toMatch(
      /href="javascript|"onload/,
    )
    expect(html`${inline('[b](/docs)')}`.text).toBe('<a href="/docs">b</a>')
  })
})
