import type { Design } from '../domain/designs.ts'

/** What an uploaded file is called in a design; built-in fonts have other names. */
const ASSET = /^asset_/

/** Ids of the pictures and uploaded fonts that a design names, each once. */
export function assetIdsOf({ elements }: Design): string[] {
  const named = elements.flatMap((element) => {
    if (element.kind === 'image') return [element.asset]
    return element.kind === 'text' && ASSET.test(element.font) ? [element.font] : []
  })
  return [...new Set(named)].filter((id) => id !== '')
}
