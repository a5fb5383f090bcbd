/** What drawing costs: ours through its worker, and other programs that make PDFs, on the same certificate in the same run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'uqr'
import type { Design } from '../src/domain/designs.ts'
import type { PdfFacts, RenderAsset, RenderJob } from '../src/domain/ports.ts'
import { RenderClient } from '../src/render/client.ts'
import { BUNDLED_FACES } from '../src/render/fonts-catalogue.ts'
import { bundledFile } from '../src/render/fonts-files.ts'
import { digits, median, table, whole, type Effort, type Goal, type Part } from './report.ts'

export const PEERS = join(import.meta.dir, 'peers')
const TITLE = 'Advanced Project Management'
const BODY =
  'has successfully completed all requirements of the programme, comprising 120 hours of study and a final examination passed with distinction, and is hereby awarded this certificate with all the rights and honours thereto pertaining.'
const ADDRESS = 'https://certs.example.edu/cert_1'
/** The names every contestant can draw. */
const NAMES = Array.from(
  { length: 26 },
  (_, at) => `María Andersson ${String.fromCharCode(65 + at, 97 + ((at * 7) % 26))}`,
)

const common = { x: 20, width: 257, color: '#1a1a1a', align: 'center' } as const
const design = (picture: string): Design => ({
  page: { width: 297, height: 210 },
  elements: [
    { id: 'b', kind: 'image', asset: picture, x: 0, y: 0, width: 297, height: 210 },
    { ...common, id: 't', kind: 'text', text: TITLE, font: 'noto-serif', size: 24, y: 38, height: 14 },
    {
      ...common,
      id: 'n',
      kind: 'text',
      text: '{{recipient.name}}',
      font: 'great-vibes',
      size: 48,
      minSize: 10,
      y: 62,
      height: 24,
    },
    { ...common, id: 'd', kind: 'text', text: BODY, font: 'noto-serif', size: 13, y: 100, height: 40, wrap: true },
    { id: 'q', kind: 'qr', x: 240, y: 152, width: 35, height: 35 },
  ],
})

/** 3508 × 2480: A4 at 300 dots per inch, soft like a printed ground. */
async function background(): Promise<Uint8Array> {
  const [width, height] = [877, 620]
  const file = new Uint8Array(54 + width * height * 4)
  const view = new DataView(file.buffer)
  for (const [at, value] of [
    [2, file.length],
    [10, 54],
    [14, 40],
    [18, width],
    [22, -height],
  ] as const)
    view.setInt32(at, value, true)
  view.setUint16(0, 0x424d)
  view.setUint16(26, 1, true)
  view.setUint16(28, 32, true)
  for (let at = 54, pixel = 0; at < file.length; at += 4, pixel++) {
    const wave = Math.sin((pixel % width) / 9) * Math.cos(pixel / width / 11)
    file.set([190 + wave * 20, 230 + wave * 12, 245 + wave * 8, 255], at)
  }
  return new Bun.Image(file).resize(3508, 2480).jpeg({ quality: 85 }).bytes()
}

interface Sample {
  job(index: number): RenderJob
  facts: PdfFacts
  folder: string
}
async function sample(): Promise<Sample> {
  const folder = mkdtempSync(join(tmpdir(), 'testamur-bench-'))
  const picture = await background()
  const face = (id: string) => bundledFile(BUNDLED_FACES.find((one) => one.id === id)!)
  const { data, size } = encode(ADDRESS)
  const code = Array.from({ length: size * size }, (_, at) => [at % size, Math.floor(at / size)] as const)
  const dark = code.filter(([x, y]) => data[y]![x])
  writeFileSync(join(folder, 'background.jpg'), picture)
  writeFileSync(join(folder, 'serif.ttf'), face('noto-serif'))
  writeFileSync(join(folder, 'script.ttf'), face('great-vibes'))
  writeFileSync(join(folder, 'texts.json'), JSON.stringify({ title: TITLE, body: BODY, names: NAMES, code: dark }))
  const asset: RenderAsset = { sha256: 'b'.repeat(64), mediaType: 'image/jpeg', bytes: picture }
  const job = (index: number): RenderJob => ({
    design: design('asset_b'),
    values: { 'recipient.name': `${NAMES[index % NAMES.length]} ${index}`, verification_url: ADDRESS },
    language: 'en',
    mark: null,
    asset: async () => asset,
  })
  const credential = new Uint8Array(3_000).fill(65)
  const facts = {
    title: TITLE,
    author: 'Example',
    subject: '',
    language: 'en',
    createdAt: 1_790_000_000_000,
    credential,
  }
  return { job, facts, folder }
}

const WARM_UP = 20
async function timed(count: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < count + WARM_UP; index++) {
    const began = performance.now()
    await work(index)
    if (index >= WARM_UP) times.push(performance.now() - began)
  }
  return times
}

async function peer(name: string, count: number, folder: string): Promise<{ times: number[]; rss: number }> {
  const child = Bun.spawn([process.execPath, 'draw.mjs', name, String(count), folder], { cwd: PEERS, stderr: 'pipe' })
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  if ((await child.exited) !== 0) throw new Error(`${name} failed: ${err.slice(-500)}`)
  return JSON.parse(out.trim().split('\n').at(-1)!) as { times: number[]; rss: number }
}

const megabytes = (bytes: number) => `${whole(bytes / 1e6)} MB`

/** Memory after so many, drawn one after the other and written to a file each, as a batch does it. */
async function inARow(client: RenderClient, { job, facts, folder }: Sample, stops: readonly number[]) {
  const began = performance.now()
  const seen: Array<{ count: number; rss: number; seconds: number }> = []
  for (let index = 1; index <= stops.at(-1)!; index++) {
    await Bun.write(join(folder, `${index % 50}.pdf`), await client.pdf(job(index), facts))
    if (!stops.includes(index)) continue
    Bun.gc(true)
    seen.push({ count: index, rss: process.memoryUsage.rss(), seconds: (performance.now() - began) / 1000 })
  }
  return seen
}

function open(): RenderClient {
  return new RenderClient({
    spawn: () => new Worker(join(import.meta.dir, '../src/worker.ts')),
    schedule: (milliseconds, wake) => {
      const timer = setTimeout(wake, milliseconds)
      return () => clearTimeout(timer)
    },
    idleMs: 600_000,
    limitMs: 60_000,
    waiting: 10,
  })
}

export async function benchRender({ quick }: Effort): Promise<Part> {
  const given = await sample()
  const client = open()
  try {
    const count = quick ? 30 : 150
    const { job, facts } = given
    const own = await timed(count, (index) => client.pdf(job(index), facts))
    const others = []
    for (const name of ['react-pdf', 'pdfkit', 'pdfme'])
      others.push({ name, ...(await peer(name, quick ? 8 : 30, given.folder)) })
    const again = await timed(count, (index) => client.pdf(job(index + count), facts))
    const raster = (format: 'jpeg' | 'png' | 'webp') =>
      timed(count >> 1, (index) => client.raster(job(index), { width: 1200, format }))
    const jpeg = await raster('jpeg')
    const figures: Array<[string, number[]]> = [
      ['check before issuing', await timed(count, (index) => client.check(job(index)))],
      ['SVG, picture linked', await timed(count, (index) => client.svg(job(index), { asset_b: '/b' }))],
      ['PDF with credential', [...own, ...again]],
      ['JPEG, 1200 pixels', jpeg],
      ['WebP, 1200 pixels', await raster('webp')],
      ['PNG, 1200 pixels', await raster('png')],
    ]
    const row = await inARow(client, given, quick ? [200, 500] : [1_000, 2_000, 5_000])
    const ours = median([...own, ...again])
    const best = Math.min(...others.map(({ times }) => median(times)))
    const ratio = row.at(-1)!.rss / row.at(-2)!.rss
    return { lines: linesOf(figures, ours, others, row), goals: goalsOf(ours, best, median(jpeg), ratio) }
  } finally {
    client.close()
    rmSync(given.folder, { recursive: true, force: true })
  }
}

function linesOf(
  figures: Array<[string, number[]]>,
  ours: number,
  others: Array<{ name: string; times: number[]; rss: number }>,
  row: Array<{ count: number; rss: number; seconds: number }>,
): string[] {
  const worst = (times: number[]) => [...times].sort((left, right) => left - right)[Math.floor(times.length * 0.95)]!
  return [
    ...table([
      ['one certificate, A4 with a full background', 'ms', '95 %'],
      ...figures.map(([what, times]) => [what, digits(median(times), 1), digits(worst(times), 1)]),
    ]),
    '',
    ...table([
      ['PDF of the same certificate', 'ms', 'ours = 1'],
      ['ours: PDF/A-3b, tagged, credential inside', digits(ours, 1), '1.0x'],
      ...others.map(({ name, times }) => [name, digits(median(times), 1), `${digits(median(times) / ours, 1)}x`]),
    ]),
    '',
    ...table([
      ['in a row, files written', 'seconds', 'memory of the process'],
      ...row.map(({ count, seconds, rss }) => [whole(count), digits(seconds, 1), megabytes(rss)]),
    ]),
  ]
}

function goalsOf(ours: number, best: number, jpeg: number, ratio: number): Goal[] {
  const grown = Math.max(0, ratio - 1) * 100
  return [
    {
      what: 'PDF beside the fastest of the others',
      goal: '≥ 5x',
      measured: `${digits(best / ours, 1)}x`,
      met: best / ours >= 5,
    },
    { what: 'JPEG of 1200 pixels', goal: '≤ 60 ms', measured: `${digits(jpeg, 0)} ms`, met: jpeg <= 60 },
    {
      what: 'memory grown between the last two stops of the row',
      goal: '< 20 %',
      measured: `${digits(grown, 0)} %`,
      met: grown < 20,
    },
  ]
}
