/** Elements in words: what the live region says and what lists show. */
import type { Design, DesignElement } from '../../src/domain/designs.ts'
import type { TemplateField } from '../../src/domain/templates.ts'
import { KIND_NAMES, labelOf } from './model.ts'

const millimetres = (length: number) => `${Math.round(length * 10) / 10}`

/** “Recipient, text, 38.5 from the left, 86 from the top, 220 by 24 millimetres”. */
export function describe(element: DesignElement, named: boolean): string {
  const { x, y, width, height, rotation, locked } = element
  const place = `${millimetres(x)} from the left, ${millimetres(y)} from the top, ${millimetres(width)} by ${millimetres(height)} millimetres`
  const turned = rotation ? `, turned ${rotation} degrees` : ''
  const fixed = locked ? ', locked' : ''
  return named ? `${labelOf(element)}, ${KIND_NAMES[element.kind].toLowerCase()}, ${place}${turned}${fixed}` : place
}

const MEMBERS: Record<string, string> = {
  x: 'position',
  y: 'position',
  width: 'size',
  height: 'size',
  rotation: 'rotation',
  opacity: 'opacity',
  text: 'text',
  data: 'content',
  font: 'font',
  size: 'text size',
  minSize: 'smallest size',
  color: 'colour',
  fill: 'fill',
  stroke: 'line',
  strokeWidth: 'line width',
  background: 'background',
  align: 'alignment',
  valign: 'alignment',
  asset: 'picture',
  hidden: 'visibility',
  locked: 'lock',
  name: 'name',
}

/** What publishing would change, one line each. */
export function changesBetween(
  before: { design: Design; fields: TemplateField[] },
  after: { design: Design; fields: TemplateField[] },
): string[] {
  const known = new Map(before.design.elements.map((element) => [element.id, element]))
  const now = new Set(after.design.elements.map(({ id }) => id))
  const lines = pageChanges(before.design.page, after.design.page)
  for (const element of after.design.elements) {
    const old = known.get(element.id)
    if (!old) lines.push(`Added: ${labelOf(element)}`)
    else {
      const members = changedMembers(old, element)
      if (members.length) lines.push(`Changed: ${labelOf(element)} (${members.join(', ')})`)
    }
  }
  for (const old of before.design.elements) if (!now.has(old.id)) lines.push(`Removed: ${labelOf(old)}`)
  if (orderOf(before.design, now) !== orderOf(after.design, new Set(known.keys())))
    lines.push('Layers in another order')
  return [...lines, ...fieldChanges(before.fields, after.fields)]
}

const orderOf = ({ elements }: Design, shared: ReadonlySet<string>) =>
  elements.flatMap(({ id }) => (shared.has(id) ? [id] : [])).join('\n')

function pageChanges(before: Design['page'], after: Design['page']): string[] {
  const lines: string[] = []
  if (before.width !== after.width || before.height !== after.height)
    lines.push(`Page: ${after.width} × ${after.height} mm instead of ${before.width} × ${before.height} mm`)
  if ((before.bleed ?? 0) !== (after.bleed ?? 0)) lines.push(`Bleed: ${after.bleed ?? 0} mm`)
  if ((before.background ?? '') !== (after.background ?? '')) lines.push('Page: another background')
  return lines
}

function changedMembers(before: DesignElement, after: DesignElement): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const value = (element: DesignElement, name: string) =>
    JSON.stringify((element as unknown as Record<string, unknown>)[name] ?? null)
  const changed = [...names].filter((name) => value(before, name) !== value(after, name))
  return [...new Set(changed.map((name) => MEMBERS[name] ?? name))]
}

function fieldChanges(before: TemplateField[], after: TemplateField[]): string[] {
  const known = new Set(before.map(({ key }) => key))
  const now = new Set(after.map(({ key }) => key))
  return [
    ...after.filter(({ key }) => !known.has(key)).map(({ label }) => `New field: ${label}`),
    ...before.filter(({ key }) => !now.has(key)).map(({ label }) => `Field removed: ${label}`),
  ]
}

/** “3 minutes ago”, “yesterday”. */
export function ago(moment: number, now: number): string {
  const seconds = Math.round((moment - now) / 1000)
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  if (seconds > -60) return 'just now'
  if (seconds > -3600) return format.format(Math.round(seconds / 60), 'minute')
  if (seconds > -86_400) return format.format(Math.round(seconds / 3600), 'hour')
  return format.format(Math.round(seconds / 86_400), 'day')
}
