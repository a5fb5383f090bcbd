/**
 * `bun bench/peers/draw.mjs NAME COUNT FOLDER` makes COUNT certificates with one of the others and prints milliseconds of each as
 * JSON. FOLDER holds the same background, font files and texts for all; see bench/render.ts.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [, , name, count, folder] = process.argv
const file = (path) => readFileSync(join(folder, path))
const { title, body, names, code } = JSON.parse(file('texts.json').toString())
const [background, serif, script] = [file('background.jpg'), file('serif.ttf'), file('script.ttf')]
/** Points: A4 lying. */
const PAGE = [841.89, 595.28]

async function pdfkit() {
  const PDFDocument = createRequire(import.meta.url)('pdfkit')
  return (who) =>
    new Promise((resolve) => {
      const doc = new PDFDocument({ size: PAGE, margin: 0 })
      const parts = []
      doc.on('data', (part) => parts.push(part))
      doc.on('end', () => resolve(Buffer.concat(parts)))
      doc.registerFont('serif', serif)
      doc.registerFont('script', script)
      doc.image(background, 0, 0, { width: PAGE[0], height: PAGE[1] })
      doc.font('serif', 24).text(title, 60, 110, { width: 720, align: 'center' })
      doc.font('script', 48).text(who, 60, 180, { width: 720, align: 'center' })
      doc.font('serif', 13).text(body, 120, 290, { width: 600, align: 'center' })
      for (const [x, y] of code) doc.rect(680 + x * 3, 430 + y * 3, 3, 3)
      doc.fill('#000000')
      doc.end()
    })
}

async function reactPdf() {
  const { createElement: element } = await import('react')
  const { Document, Page, Text, Image, View, Svg, Path, Font, renderToBuffer } = await import('@react-pdf/renderer')
  Font.register({ family: 'serif', src: join(folder, 'serif.ttf') })
  Font.register({ family: 'script', src: join(folder, 'script.ttf') })
  const line = (top, size, family, text) =>
    element(
      View,
      { style: { position: 'absolute', top, left: 60, width: 720 } },
      element(Text, { style: { fontFamily: family, fontSize: size, textAlign: 'center' } }, text),
    )
  const path = code.map(([x, y]) => `M${x} ${y}h1v1h-1z`).join('')
  return (who) =>
    renderToBuffer(
      element(
        Document,
        null,
        element(
          Page,
          { size: PAGE },
          element(Image, {
            src: { data: background, format: 'jpg' },
            style: { position: 'absolute', width: PAGE[0], height: PAGE[1] },
          }),
          line(110, 24, 'serif', title),
          line(180, 48, 'script', who),
          line(290, 13, 'serif', body),
          element(
            Svg,
            { viewBox: '0 0 33 33', style: { position: 'absolute', top: 430, left: 680, width: 99, height: 99 } },
            element(Path, { d: path, fill: '#000000' }),
          ),
        ),
      ),
    )
}

async function pdfme() {
  const { generate } = await import('@pdfme/generator')
  const { text, image, barcodes } = await import('@pdfme/schemas')
  const field = (name, y, height, fontName, fontSize) => ({
    ...{ name, type: 'text', position: { x: 20, y }, width: 257, height, fontName, fontSize, alignment: 'center' },
  })
  const template = {
    basePdf: { width: 297, height: 210, padding: [0, 0, 0, 0] },
    schemas: [
      [
        { name: 'background', type: 'image', position: { x: 0, y: 0 }, width: 297, height: 210 },
        field('title', 38, 14, 'serif', 24),
        field('name', 62, 24, 'script', 48),
        field('body', 100, 40, 'serif', 13),
        { name: 'code', type: 'qrcode', position: { x: 240, y: 152 }, width: 35, height: 35 },
      ],
    ],
  }
  const font = { serif: { data: serif, fallback: true, subset: true }, script: { data: script, subset: true } }
  const uri = `data:image/jpeg;base64,${background.toString('base64')}`
  return (who) =>
    generate({
      template,
      inputs: [{ background: uri, title, name: who, body, code: 'https://certs.example.edu/cert_1' }],
      options: { font },
      plugins: { Text: text, Image: image, 'QR Code': barcodes.qrcode },
    })
}

const draw = await { pdfkit, 'react-pdf': reactPdf, pdfme }[name]()
const times = []
let bytes = 0
for (let at = 0; at < Number(count) + 2; at++) {
  const began = performance.now()
  const pdf = await draw(names[at % names.length])
  if (at >= 2) times.push(performance.now() - began) // two to warm up
  bytes = pdf.length
}
console.log(JSON.stringify({ times, bytes, rss: process.memoryUsage.rss() }))
process.exit()
