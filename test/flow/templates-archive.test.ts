/** A template goes out as one file and comes in again: the same bytes, and nothing else gets in. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { strToU8, unzipSync, zipSync, type Zippable } from 'fflate'
import { addAsset } from '../../src/actions/assets.ts'
import { designOf } from '../../src/actions/designs.ts'
import { exportTemplate, importTemplate } from '../../src/actions/templates-archive.ts'
import { changeTemplate, readCurrentTemplate } from '../../src/actions/templates.ts'
import { AppError } from '../../src/domain/errors.ts'
import { contentId, isPlainJpeg } from '../../src/domain/templates-archive.ts'
import { CUSTOM_DESIGN } from '../../src/domain/templates.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'
import { RealRenderer } from '../kit/real-renderer.ts'

const FONT = 'node_modules/@expo-google-fonts/alex-brush/400Regular/AlexBrush_400Regular.ttf'
let here: TestAppliance
let there: TestAppliance
let archive: Uint8Array<ArrayBuffer>
beforeAll(async () => {
  here = await startTestAppliance({ renderer: new RealRenderer() })
  there = await startTestAppliance({ renderer: new RealRenderer() })
  const { context, live } = here
  const seal = await addAsset(context, live, { bytes: await picture(() => [30, 60, 200]), name: 'Seal' })
  const photo = await addAsset(context, live, { bytes: await photograph(), name: 'Campus' })
  const font = await addAsset(context, live, { bytes: await Bun.file(FONT).bytes(), name: 'Ours' })
  expect([seal.asset.mediaType, photo.asset.mediaType, font.asset.kind]).toEqual(['image/png', 'image/jpeg', 'font'])
  const box = { x: 20, y: 20, width: 60, height: 40 }
  await here.template(live, {
    slug: 'diploma',
    achievement: { tags: ['leadership', 'planning'], image: seal.asset.id },
    languages: ['sv', 'de'],
    reminders: { days: [7, 60], issuer: true },
    mail: { sv: { subject: 'Ditt intyg i {{course_name}}', body: 'Hej {{recipient.name}}!\n\nHär är det.' } },
    logo: photo.asset.id,
    colors: { primary: '#123456' },
    cta: { label: 'Next course', url: 'https://example.edu/next?of={{course_name}}' },
    design: {
      page: { width: 297, height: 210, bleed: 3 },
      elements: [
        { id: 'campus', kind: 'image', asset: photo.asset.id, fit: 'cover', ...box },
        { id: 'seal', kind: 'image', asset: seal.asset.id, ...box },
        {
          id: 'name',
          kind: 'text',
          ...box,
          width: 200,
          text: '{{recipient.name}}',
          font: font.asset.id,
          size: 30,
          minSize: 8,
          color: '#000000',
        },
        { id: 'qr', kind: 'qr', ...box, x: 200 },
      ],
    },
  })
  archive = (await exportTemplate(context, live, 'diploma')).bytes
})
afterAll(() => Promise.all([here.close(), there.close()]))

/** Of few colours: it is kept as PNG. */
async function picture(colour: (at: number) => number[]) {
  const [width, height] = [64, 48]
  const bmp = new Uint8Array(54 + width * height * 4)
  const view = new DataView(bmp.buffer)
  bmp.set(strToU8('BM'))
  view.setUint32(10, 54, true)
  view.setUint32(14, 40, true)
  view.setInt32(18, width, true)
  view.setInt32(22, -height, true)
  view.setUint16(26, 1, true)
  view.setUint16(28, 32, true)
  for (let at = 0; at < width * height; at++) bmp.set([...colour(at), 255], 54 + at * 4)
  return new Bun.Image(bmp).png().bytes()
}
const photograph = async () =>
  new Bun.Image(await picture((at) => [at * 97, at * 31, at * 7])).jpeg({ quality: 95 }).bytes()

const filesOf = () => unzipSync(archive)
const manifest = () => JSON.parse(new TextDecoder().decode(filesOf()['template.json']))
const zip = (files: Record<string, Uint8Array>) => zipSync(files as Zippable)
async function refusal(bytes: Uint8Array): Promise<string> {
  const kept = await there.store.assets.size('live')
  const before = (await there.store.templates.list(there.live, { limit: 100 })).length
  try {
    await importTemplate(there.context, there.live, bytes)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect(error.status).toBeLessThan(500)
    expect((await there.store.templates.list(there.live, { limit: 100 })).length).toBe(before)
    expect(await there.store.assets.size('live')).toEqual(kept)
    return error.message
  }
  throw new Error('it was taken')
}

describe('an exported template', () => {
  test('is the same file every time', async () => {
    here.clock.advance(86_400_000)
    expect((await exportTemplate(here.context, here.live, 'diploma')).bytes).toEqual(archive)
  })

  test('holds template.json, what it needs, and a word to people', () => {
    const names = Object.keys(filesOf()).map((name) => name.replace(/[0-9a-f]{64}/, '*'))
    expect(names.toSorted().join(' ')).toBe('README.md assets/*.jpg assets/*.png fonts/*.ttf template.json')
    expect(new TextDecoder().decode(filesOf()['README.md'])).toContain('Alex Brush')
    // Nothing of this appliance: neither ids nor addresses nor keys.
    const text = JSON.stringify(manifest())
    expect(text).not.toMatch(/tmpl_|key_|certs\.example\.edu/)
  })

  test('imported elsewhere is another template with the same content, and exports to the same bytes', async () => {
    const { template, version } = await importTemplate(there.context, there.live, archive)
    const original = await readCurrentTemplate(here.context, here.live, 'diploma')
    expect(template.id).not.toBe(original.template.id)
    expect([template.slug, template.version, version.definition.design]).toEqual(['diploma', 1, CUSTOM_DESIGN])
    expect((await exportTemplate(there.context, there.live, 'diploma')).bytes).toEqual(archive)
    const { mail, reminders, achievement } = version.definition
    expect(mail?.sv?.subject).toBe('Ditt intyg i {{course_name}}')
    expect(reminders?.days).toEqual([60, 7])
    expect(achievement.tags).toEqual(['leadership', 'planning'])
    const { certificate } = await there.issue(template.id)
    expect(certificate.status).toBe('pending')
  })

  test('imported where its slug is taken gets a number, and its files are kept once', async () => {
    const { template } = await importTemplate(here.context, here.live, archive)
    expect(template.slug).toBe('diploma-2')
    expect(await here.store.assets.size('live')).toMatchObject({ assets: 3 })
  })

  test('of a gallery design keeps its name, its page size and its drawing as they were frozen', async () => {
    const id = await here.template(here.live, { slug: 'letter', design: 'classic', page_size: 'letter' })
    const { bytes } = await exportTemplate(here.context, here.live, id)
    const files = unzipSync(bytes)
    const changed = JSON.parse(new TextDecoder().decode(files['template.json']))
    changed.design.elements[0].name = 'As it was years ago'
    const { version } = await importTemplate(
      there.context,
      there.live,
      zip({ 'template.json': strToU8(JSON.stringify(changed)) }),
    )
    expect([version.definition.design, version.definition.pageSize]).toEqual(['classic', 'letter'])
    const design = await designOf(there.context, version)
    expect([design.elements[0]!.name, design.page.width]).toEqual(['As it was years ago', 279.4])
    // A later change of something else leaves the drawing alone.
    const next = await changeTemplate(there.context, there.live, version.templateId, { hold_minutes: 5 })
    expect(await designOf(there.context, next.version)).toEqual(design)
  })
})

describe('an archive that is not as we made it', () => {
  test('may have been packed again with folders around it', async () => {
    const files = Object.entries(filesOf()).map(([name, bytes]) => [`My diploma/../../${name}`, bytes] as const)
    const { template } = await importTemplate(there.context, there.live, zip(Object.fromEntries(files)))
    expect(template.slug).toMatch(/^diploma/)
  })

  const bomb = () => {
    const bytes = zip({ 'template.json': new Uint8Array(20 * 1024 * 1024) })
    expect(bytes.length).toBeLessThan(40_000)
    return bytes
  }
  /** The directory says 100 bytes; what is packed unpacks to 5 MB. */
  const liar = () => {
    const bytes = zip({ 'template.json': new Uint8Array(5 * 1024 * 1024) })
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    for (let at = 0; at + 30 < bytes.length; at++) {
      const signature = view.getUint32(at, true)
      if (signature === 0x04034b50) view.setUint32(at + 22, 100, true)
      if (signature === 0x02014b50) view.setUint32(at + 24, 100, true)
    }
    return bytes
  }
  const without = (pattern: RegExp) =>
    zip(Object.fromEntries(Object.entries(filesOf()).filter(([name]) => !pattern.test(name))))
  const json = (change: (manifest: any) => void) => {
    // oxlint-disable-line no-explicit-any
    const changed = manifest()
    change(changed)
    return zip({ ...filesOf(), 'template.json': strToU8(JSON.stringify(changed)) })
  }
  test.each([
    ['nothing', () => new Uint8Array(), 'no ZIP file'],
    ['no ZIP', () => strToU8('PK\u0003\u0004 but not really'), 'no ZIP file'],
    ['half of one', () => archive.subarray(0, archive.length / 2), 'no ZIP file'],
    ['one without template.json', () => zip({ 'README.md': strToU8('x') }), 'holds no template.json'],
    ['one with a stranger', () => zip({ ...filesOf(), 'install.sh': strToU8('rm -rf /') }), 'install.sh'],
    [
      'one that leaves its folder',
      () => zip({ ...filesOf(), '../../../etc/cron.d/x': strToU8('x') }),
      'belongs to no template',
    ],
    [
      'one with the same file twice',
      () => zip({ ...filesOf(), 'copy/template.json': strToU8('{}') }),
      'manifest twice',
    ],
    ['a bomb', bomb, 'more than a template may have'],
    ['a bomb that lies', liar, 'archive'],
    ['one that lacks a picture', () => without(/png$/), 'lacks the file'],
    [
      'one with a picture too many',
      () => zip({ ...filesOf(), [`assets/${'0'.repeat(64)}.png`]: strToU8('x') }),
      'does not name',
    ],
    [
      'one with another content under the name',
      () =>
        zip(
          Object.fromEntries(
            Object.entries(filesOf()).map(([name, bytes]) => [name, /png$/.test(name) ? strToU8('x') : bytes]),
          ),
        ),
      'is damaged',
    ],
    ['no JSON', () => zip({ ...filesOf(), 'template.json': strToU8('{') }), 'no JSON text'],
    ['another format', () => json((each) => (each.format = 'other')), 'format must be one of'],
    ['a later version', () => json((each) => (each.version = 2)), 'version must lie between 1 and 1'],
    ['an unknown member', () => json((each) => (each.template.script = 'x')), 'There is no field'],
    [
      'a prototype',
      () =>
        zip({ ...filesOf(), 'template.json': strToU8(JSON.stringify(manifest()).replace('"name"', '"__proto__"')) }),
      '__proto__',
    ],
    [
      'a design with a hole',
      () => json((each) => (each.design.elements[0].asset = `asset_${'z'.repeat(26)}`)),
      'no uploaded picture',
    ],
    [
      'a design with script',
      () => json((each) => (each.design.elements[2].link = 'javascript:alert(1)')),
      'http, https or mailto',
    ],
    [
      'a font that is a picture',
      () => json((each) => each.assets.forEach((asset: { kind: string }) => (asset.kind = 'font'))),
      'says that',
    ],
  ] as Array<[string, () => Uint8Array, string]>)('is refused: %s', async (_, make, why) => {
    expect(await refusal(make())).toContain(why)
  })

  test('is refused before it is read when it is too large', async () => {
    expect(await refusal(new Uint8Array(64 * 1024 * 1024 + 1))).toContain('at most 64 MB')
  })
})

test('names made of content are ids like all others', () => {
  expect(contentId('ff'.repeat(32))).toBe(`asset_${'z'.repeat(26)}`)
  expect(contentId('00'.repeat(32))).toBe(`asset_${'0'.repeat(26)}`)
})

test('a JPEG counts as plain only while it holds nothing but its picture', async () => {
  const [name] = Object.keys(filesOf()).filter((each) => each.endsWith('.jpg'))
  const jpeg = filesOf()[name!]!
  expect(isPlainJpeg(jpeg)).toBe(true)
  expect(isPlainJpeg(new Uint8Array([...jpeg, 0x50, 0x4b]))).toBe(false)
  expect(isPlainJpeg(jpeg.subarray(0, jpeg.length - 2))).toBe(false)
  const exif = new Uint8Array([0xff, 0xe1, 0, 4, 1, 2])
  expect(isPlainJpeg(new Uint8Array([...jpeg.subarray(0, 2), ...exif, ...jpeg.subarray(2)]))).toBe(false)
  expect(isPlainJpeg(strToU8('GIF89a'))).toBe(false)
})
