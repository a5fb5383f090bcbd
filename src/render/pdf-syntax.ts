/** How numbers, colours and texts are written in a PDF. */
import { deflateSync } from 'node:zlib'
import { PDFHexString } from '@cantoo/pdf-lib'
import type { Matrix } from './display-list.ts'

/** At most three decimals; PDF knows no exponents. */
export function num(value: number): string {
  const text = value.toFixed(3).replace(/\.?0+$/, '')
  return text === '-0' ? '0' : text
}
export const round = (value: number) => Math.round(value * 1000) / 1000
export const hex4 = (value: number) => value.toString(16).padStart(4, '0').toUpperCase()

/** `#rrggbb` → three numbers from 0 to 1. */
export const rgb = (color: string) => [1, 3, 5].map((at) => num(parseInt(color.slice(at, at + 2), 16) / 255)).join(' ')

export function utf16(text: string): string {
  let hex = ''
  for (let at = 0; at < text.length; at++) hex += hex4(text.charCodeAt(at))
  return hex
}
/** PDFString.of() escapes nothing: whatever people typed goes through this. */
export const textString = (text: string) => PDFHexString.of(`FEFF${utf16(text)}`)

/** Fixed level: the same input gives the same bytes. */
export const deflate = (bytes: Uint8Array | string) => new Uint8Array(deflateSync(bytes, { level: 6 }))

export const matrixOf = (matrix: Matrix) =>
  `${matrix.map((value) => value.toFixed(6).replace(/\.?0+$/, '')).join(' ')} cm\n`

/** Marks what it encloses with the text it stands for. */
export const actualText = (text: string, body: string) => `/Span <</ActualText <FEFF${utf16(text)}>>> BDC\n${body}EMC\n`
