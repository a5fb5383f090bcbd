import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Asset } from './http/context.ts'
import { textHash } from './wire-context.ts'

const TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
}
const read = new Map<string, Asset | undefined>()

/** A built file by its bare name, read once; undefined for everything else. */
export function readAsset(folder: string, name: string): Asset | undefined {
  if (!/^[a-z][a-z0-9-]*\.(js|css|html|svg|png)$/.test(name)) return undefined
  const path = join(folder, name)
  if (!read.has(path)) read.set(path, load(path, name))
  return read.get(path)
}

function load(path: string, name: string): Asset | undefined {
  try {
    const bytes = new Uint8Array(readFileSync(path))
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)]!
    return { bytes, type, hash: textHash(new TextDecoder('latin1').decode(bytes)).slice(0, 20) }
  } catch {
    return undefined
  }
}
