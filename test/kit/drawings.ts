/** A design with everything in it, jobs and facts for it, and what two programs of others say of a PDF: qpdf and pdfium. */
import { createHash } from 'node:crypto'
import { PDFiumLibrary } from '../oracles/node_modules/@hyzyla/pdfium/dist/index.esm.js'
// @ts-expect-error: its declarations are not those of a module
import createQpdf from '../oracles/node_modules/@neslinesli93/qpdf-wasm/dist/qpdf.js'
import type { Design, DesignElement, TextElement } from '../../src/domain/designs.ts'
import type { PdfFacts, RenderAsset, RenderJob } from '../../src/domain/ports.ts'

export const NAMES = {
  latin: 'María Andersson',
  long: 'Dr. Wilhelmina Alexandrina Konstantinopoulou-Fitzgerald von und zu Hohenlohe-Langenburg III',
  cyrillic: 'Александр Сергеевич Пушкин',
  greek: 'Ελευθερία Παπαδοπούλου',
  chinese: '王小明 · 欧阳靖宇',
  arabic: 'محمد بن عبد الرحمن الفارسي',
  mixed: 'محمد الأحمد (Mohammed) لعام 2026',
  hebrew: 'שָׁלוֹם בֶּן־כֹּהֵן',
  hindi: 'श्रीमती ज्योत्स्ना कृष्णमूर्ति',
  thai: 'กิตติศักดิ์ ผู้ยิ่งใหญ่',
  vietnamese: 'Nguyễn Thị Phương Thảo',
  decomposed: 'Zoe\u0308 Kra\u0328z\u0307el\u0301',
  injection: '#import "x" $ [*_] \\ <script> & "q" `a` @b',
}

export const text = (more: Partial<TextElement> = {}): TextElement => ({
  id: 'name',
  kind: 'text',
  text: '{{recipient.name}}',
  font: 'noto-serif',
  size: 40,
  minSize: 8,
  color: '#1a1a1a',
  x: 20,
  y: 60,
  width: 257,
  height: 30,
  align: 'center',
  valign: 'middle',
  ...more,
})
export const page = (elements: DesignElement[], more: Partial<Design['page']> = {}): Design => ({
  page: { width: 297, height: 210, ...more },
  elements,
})

export const asset = (bytes: Uint8Array, mediaType: RenderAsset['mediaType']): RenderAsset => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  mediaType,
  bytes,
})

export function jobOf(
  design: Design,
  {
    name = NAMES.latin,
    assets = {},
    ...more
  }: Partial<RenderJob> & { name?: string; assets?: Record<string, RenderAsset> } = {},
): RenderJob {
  const values = {
    'recipient.name': name,
    verification_url: 'https://certs.example.edu/cert_1',
    'template.name': 'Bees',
  }
  return { design, values, language: 'en', mark: null, asset: async (id) => assets[id], ...more }
}

export const CREDENTIAL = new TextEncoder().encode(
  JSON.stringify({ type: ['VerifiableCredential'], n: 'é'.repeat(300) }),
)
export const facts = (more: Partial<PdfFacts> = {}): PdfFacts => ({
  title: 'Certificate',
  author: 'Example University',
  subject: 'Bees',
  language: 'en',
  createdAt: 1_790_000_000_000,
  credential: CREDENTIAL,
  ...more,
})

/** What qpdf makes of it, and its exit code: 0 good, 3 warnings, 2 errors. */
export async function qpdf(pdf: Uint8Array, ...words: string[]): Promise<{ code: number; pdf: Uint8Array | null }> {
  const wasm = new URL('../oracles/node_modules/@neslinesli93/qpdf-wasm/dist/qpdf.wasm', import.meta.url).pathname
  const program = await createQpdf({ locateFile: () => wasm, noInitialRun: true })
  program.FS.writeFile('/in.pdf', pdf)
  const code = program.callMain(['/in.pdf', ...words])
  return { code, pdf: words.includes('/out.pdf') ? Uint8Array.from(program.FS.readFile('/out.pdf')) : null }
}

export interface Seen {
  text: string
  width: number
  height: number
  at(x: number, y: number): [red: number, green: number, blue: number]
}
let library: Promise<PDFiumLibrary> | undefined
/** The first page as Chrome's PDF reader sees it, one pixel a point. */
export async function pdfium(pdf: Uint8Array, scale = 1): Promise<Seen> {
  const doc = await (await (library ??= PDFiumLibrary.init())).loadDocument(pdf)
  try {
    const first = doc.getPage(0)
    const text = first.getText() // drawing closes the page
    const { width, height, data } = await first.render({ scale, render: 'bitmap' })
    const pixels = Uint8Array.from(data)
    return {
      text: text.replaceAll('\u0000', '').replace(/\r?\n$/, ''),
      width,
      height,
      at: (x, y) =>
        [0, 1, 2].map((part) => pixels[(Math.floor(y) * width + Math.floor(x)) * 4 + part]!) as [
          number,
          number,
          number,
        ],
    }
  } finally {
    doc.destroy()
  }
}
