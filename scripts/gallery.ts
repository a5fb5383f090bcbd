/** Draws docs/images/gallery and writes the two pages of the gallery from the designs themselves. Run it when a design changes. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { SAMPLES, sampleValues, type SampleName } from '../src/domain/designs-samples.ts'
import { GALLERY, galleryDesign, type GalleryEntry, type PageSize } from '../src/domain/gallery/gallery.ts'
import { GALLERY_SAMPLES } from '../src/domain/gallery/samples.ts'
import { RenderService } from '../src/render/service.ts'

const FOLDER = 'docs/images/gallery'
/** Served with the program, which carries no pictures: the words. */
export const GUIDE = 'docs/guide/gallery.md'
/** For readers of the repository: the pictures. */
export const PICTURES = 'docs/gallery.md'
const WIDTH = 1_200
/** Bytes of one picture. */
const LARGEST = 200_000

const PURPOSES: Record<GalleryEntry['purpose'], string> = {
  diploma: 'diploma',
  course_completion: 'course completion',
  compliance_training: 'compliance training',
  award: 'award',
  membership: 'membership',
  workshop: 'workshop',
  licence: 'licence',
  micro_credential: 'micro-credential',
}
const SIZES: Record<PageSize, string> = {
  a4: 'A4 landscape',
  a4_portrait: 'A4 portrait',
  letter: 'Letter landscape',
  letter_portrait: 'Letter portrait',
}

/** Values of a design as its picture shows them. */
export function picturedValues(entry: GalleryEntry, person: SampleName = 'latin'): Record<string, string> {
  const { issuer, template, fields } = GALLERY_SAMPLES[entry.slug]!
  const place = { issuerName: issuer, publicUrl: 'https://verify.example.org' }
  const definition = { name: template ?? entry.name, fields: entry.fields }
  return { ...sampleValues(definition, SAMPLES[person], place), ...fields }
}

/** One design as it is after cutting, as PNG. */
async function picture(service: RenderService, entry: GalleryEntry, size: PageSize): Promise<Uint8Array> {
  const whole = galleryDesign(entry.slug, size)!
  const design = { ...whole, page: { ...whole.page, bleed: 0 } }
  const width = Math.round((WIDTH * design.page.width) / Math.max(design.page.width, design.page.height))
  const job = { design, values: picturedValues(entry), language: 'en', mark: null, assets: [] }
  return (await service.perform({ kind: 'raster', job, width, format: 'png' })) as Uint8Array
}

/** With as many colours as the limit leaves room for; flat drawings lose nothing by it. */
async function small(png: Uint8Array): Promise<Uint8Array> {
  for (const colors of [256, 128, 64, 32, 16]) {
    const file = await new Bun.Image(png).png({ palette: true, colors, compressionLevel: 9 }).bytes()
    if (file.length <= LARGEST) return file
  }
  throw new Error(`a picture does not fit into ${LARGEST} bytes`)
}

/** The other way round and the other paper: so both are seen. */
const second = ({ sizes }: GalleryEntry): PageSize =>
  sizes.find((size) => size.startsWith('letter') && isTall(size) !== isTall(sizes[0]!))!
const isTall = (size: PageSize) => size.endsWith('portrait')

const row = (cells: string[]) => `| ${cells.join(' | ')} |`
const fieldWords = ({ fields }: GalleryEntry) =>
  fields.map(({ key, required }) => `\`${key}\`${required ? ' (required)' : ''}`).join(', ') || 'none'

/** The page of the guide. */
export function guidePage(): string {
  return `# The gallery of designs

A template names the design of its certificates: \`"design": "classic"\`, and with \`"page_size"\` the sheet. \`GET /v1/designs\` lists the gallery, \`GET /v1/designs/{slug}?size=letter\` gives one design with all its elements, to be changed and sent back as the template's own. A published version of a template keeps the design as it was that day.

${row(['design', 'slug', 'made for', 'fields it shows'])}
${row(['---', '---', '---', '---'])}
${GALLERY.map((entry) => row([`**${entry.name}**`, `\`${entry.slug}\``, PURPOSES[entry.purpose], fieldWords(entry)])).join('\n')}

Every design also shows the recipient's name, the issuer, the date of issue, the certificate's id, the verification link and its QR code; ${GALLERY.filter(
    (entry) => JSON.stringify(galleryDesign(entry.slug)).includes('{{expires_at}}'),
  )
    .map((entry) => `\`${entry.slug}\``)
    .join(
      ', ',
    )} show until when it is valid, so give their templates a \`validity\`. A field that a certificate leaves empty leaves its place empty.

## Sizes

All come as ${Object.values(SIZES).join(', ')}: \`${Object.keys(SIZES).join('`, `')}\`. \`${GALLERY.filter((entry) =>
    isTall(entry.sizes[0]!),
  )
    .map((entry) => entry.slug)
    .join('`, `')}\` were drawn for portrait, the others for landscape; that is what you get when no size is named.

## Printing

Words and codes keep 10 mm from the edge, so any office printer will do. Designs whose colour runs to the edge bring 3 mm of bleed for a print shop. No line is thinner than 0.15 mm; the QR code is at least 20 mm wide. Names of 91 letters and names in any script fit: long ones become smaller or take two lines.

## What each is for

${GALLERY.map((entry) => `- **${entry.name}** (\`${entry.slug}\`): ${entry.description}`).join('\n')}
`
}

/** The page with the pictures. */
export function picturesPage(): string {
  const section = (entry: GalleryEntry) => `## ${entry.name}

\`${entry.slug}\`, for: ${PURPOSES[entry.purpose]}. ${entry.description}

![${entry.name}, ${SIZES[entry.sizes[0]!]}](images/gallery/${entry.slug}.png)

<details><summary>${SIZES[second(entry)]}</summary>

![${entry.name}, ${SIZES[second(entry)]}](images/gallery/${entry.slug}-${second(entry)}.png)

</details>
`
  return `# The gallery in pictures

The starting designs as the program draws them. How to choose one, its fields and sizes: [guide/gallery.md](guide/gallery.md). Everything in them is drawn by the program itself; names, organisations and numbers are made up.

${GALLERY.map(section).join('\n')}`
}

if (import.meta.main) {
  const service = new RenderService()
  mkdirSync(FOLDER, { recursive: true })
  for (const entry of GALLERY) {
    writeFileSync(`${FOLDER}/${entry.slug}.png`, await small(await picture(service, entry, entry.sizes[0]!)))
    const other = second(entry)
    writeFileSync(`${FOLDER}/${entry.slug}-${other}.png`, await small(await picture(service, entry, other)))
  }
  writeFileSync(GUIDE, guidePage())
  writeFileSync(PICTURES, picturesPage())
}
