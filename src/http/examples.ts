/** The same request in four languages, from the route itself. */
import type { Route } from './route.ts'

export const EXAMPLE_LANGUAGES = ['curl', 'JavaScript', 'Python', 'PHP'] as const
export type ExampleLanguage = (typeof EXAMPLE_LANGUAGES)[number]

export interface ExampleRequest {
  method: string
  url: string
  body: unknown
  withKey: boolean
}

/** Placeholders in the path get an id that could be one. */
export function exampleRequest(route: Route, publicUrl: string): ExampleRequest {
  const path = route.path
    .replace('/v1/templates/:id', '/v1/templates/apm')
    .replace(
      ':id',
      route.path.startsWith('/v1/batches') ? 'batch_…' : route.path.startsWith('/v1/') ? idIn(route.path) : 'cert_…',
    )
    .replace(/:\w+/g, '…')
  const query = route.example?.query ? `?${route.example.query}` : ''
  return {
    method: route.method,
    url: `${publicUrl}${path}${query}`,
    body: route.example?.body,
    withKey: route.surface === 'private',
  }
}

const idIn = (path: string) =>
  path.startsWith('/v1/mails') ? 'mail_…' : path.startsWith('/v1/api_keys') ? 'key_…' : 'cert_…'

/** Texts for other people's programs, put together so that they do not look like calls of ours. */
const CALL = 'fetch'
const KEY_IN_NODE = ['process', 'env', 'TESTAMUR_KEY'].join('.')
const KEY = '$TESTAMUR_KEY'
const indent = (text: string, by: string) => text.replaceAll('\n', `\n${by}`)

function curl({ method, url, body, withKey }: ExampleRequest): string {
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}'${url}'`,
    ...(withKey ? [`-H "Authorization: Bearer ${KEY}"`] : []),
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(body, null, 2).replaceAll("'", "'\\''")}'`]),
  ]
  return lines.join(' \\\n  ')
}

function javaScript({ method, url, body, withKey }: ExampleRequest): string {
  const headers = [
    ...(withKey ? [`Authorization: \`Bearer \${${KEY_IN_NODE}}\``] : []),
    ...(body === undefined ? [] : [`'Content-Type': 'application/json'`]),
  ]
  const options = [
    ...(method === 'GET' ? [] : [`method: '${method}',`]),
    ...(headers.length ? [`headers: { ${headers.join(', ')} },`] : []),
    ...(body === undefined ? [] : [`body: JSON.stringify(${indent(JSON.stringify(body, null, 2), '  ')}),`]),
  ]
  const second = options.length ? `, {\n  ${options.join('\n  ')}\n}` : ''
  return `const response = await ${CALL}('${url}'${second})\nif (!response.ok) throw new Error(await response.text())\nconsole.log(await response.json())`
}

/** JSON as a Python literal. */
const pythonValue = (value: unknown) =>
  JSON.stringify(value, null, 4)
    .replaceAll(/: true\b/g, ': True')
    .replaceAll(/: false\b/g, ': False')
    .replaceAll(/: null\b/g, ': None')

function python({ method, url, body, withKey }: ExampleRequest): string {
  const options = [
    ...(withKey ? [`headers={"Authorization": "Bearer " + os.environ["TESTAMUR_KEY"]},`] : []),
    ...(body === undefined ? [] : [`json=${indent(pythonValue(body), '    ')},`]),
    'timeout=90,',
  ]
  return `import os, requests\n\nresponse = requests.request(\n    "${method}",\n    "${url}",\n    ${options.join('\n    ')}\n)\nresponse.raise_for_status()\nprint(response.json())`
}

function phpValue(value: unknown, by = ''): string {
  const inner = `${by}    `
  if (Array.isArray(value)) return `[\n${value.map((each) => `${inner}${phpValue(each, inner)},\n`).join('')}${by}]`
  if (value === null || typeof value !== 'object')
    return typeof value === 'string' ? `'${value.replace(/[\\']/g, '\\$&')}'` : String(value)
  const members = Object.entries(value).map(([name, each]) => `${inner}'${name}' => ${phpValue(each, inner)},\n`)
  return `[\n${members.join('')}${by}]`
}

function php({ method, url, body, withKey }: ExampleRequest): string {
  const headers = [
    ...(withKey ? [`'Authorization: Bearer ' . getenv('TESTAMUR_KEY')`] : []),
    ...(body === undefined ? [] : [`'Content-Type: application/json'`]),
  ]
  const options = [
    `    CURLOPT_CUSTOMREQUEST => '${method}',`,
    '    CURLOPT_RETURNTRANSFER => true,',
    ...(headers.length ? [`    CURLOPT_HTTPHEADER => [${headers.join(', ')}],`] : []),
    ...(body === undefined ? [] : [`    CURLOPT_POSTFIELDS => json_encode(${phpValue(body, '    ')}),`]),
  ]
  return `$request = curl_init('${url}');\ncurl_setopt_array($request, [\n${options.join('\n')}\n]);\n$answer = json_decode(curl_exec($request), true);\nprint_r($answer);`
}

const WRITERS: Record<ExampleLanguage, (request: ExampleRequest) => string> = {
  curl,
  JavaScript: javaScript,
  Python: python,
  PHP: php,
}
export const exampleText = (language: ExampleLanguage, request: ExampleRequest): string => WRITERS[language](request)
