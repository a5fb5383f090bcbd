/** Numbers for a monitoring system: Prometheus text exposition 0.0.4, behind a door of its own with nothing else in it. */
import type { Fetch } from './server.ts'

export interface MetricSample {
  labels?: Record<string, string>
  /** Text for whole numbers beyond what a number holds exactly (wei). */
  value: number | string
}
export interface MetricFamily {
  /** Counters end in _total, and nothing else does. */
  name: string
  help: string
  type: 'gauge' | 'counter'
  samples: MetricSample[]
}

const TYPE = 'text/plain; version=0.0.4; charset=utf-8'
const LABEL_ESCAPES: Record<string, string> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }
const escapeLabel = (text: string) => text.replace(/[\\"\n]/g, (character) => LABEL_ESCAPES[character]!)
const escapeHelp = (text: string) => text.replace(/[\\\n]/g, (character) => LABEL_ESCAPES[character]!)

function sampleLine(name: string, { labels = {}, value }: MetricSample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`
}

/** Families without samples are left out. */
export function exposition(families: readonly MetricFamily[]): string {
  const lines = families
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${escapeHelp(help)}`,
      `# TYPE ${name} ${type}`,
      ...samples.map((sample) => sampleLine(name, sample)),
    ])
  return `${lines.join('\n')}\n`
}

const plain = (status: number, text: string, headers: Record<string, string> = {}) =>
  new Response(text, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...headers },
  })

/** GET /metrics; 404 for every other address. `collect` rejects while the program stops: 503 then. */
export function metricsDoor(collect: () => Promise<readonly MetricFamily[]>): Fetch {
  return async (request) => {
    if (new URL(request.url).pathname !== '/metrics') return plain(404, 'The numbers are at /metrics.\n')
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return plain(405, 'Ask with GET.\n', { Allow: 'GET, HEAD' })
    let text: string
    try {
      text = exposition(await collect())
    } catch {
      return plain(503, 'The numbers cannot be read just now.\n')
    }
    return plain(200, request.method === 'HEAD' ? '' : text, { 'Content-Type': TYPE })
  }
}
