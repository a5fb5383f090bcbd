/** Why a row cannot be printed, in words for the person who sent it: field, value and cure. */
import { placeholdersOf } from './designs-fill.ts'
import type { Design, DesignElement, DesignProblem } from './designs.ts'
import type { Problem } from './errors.ts'
import type { TemplateDefinition } from './templates.ts'
import { shown } from './text.ts'

export interface RowFacts {
  definition: Pick<TemplateDefinition, 'fields'>
  recipientName: string
  /** As they were filled in. */
  values: Record<string, string>
}

/** A problem of a rendering as one of the request. */
export function drawingProblem(problem: DesignProblem, design: Design, facts: RowFacts): Problem {
  const element = design.elements.find(({ id }) => id === problem.element)
  const field = fieldOf(problem, element, facts)
  const value = shown(field.value ?? problem.text)
  const place = `"${element?.name ?? problem.element}"`
  if (problem.kind === 'missing_letters') {
    const letters = (problem.letters ?? []).slice(0, 10)
    const some = letters.map((letter) => `${shown(letter)} (${pointsOf(letter)})`).join(', ')
    return {
      field: field.name,
      code: 'missing_letters',
      message: `${field.name} ${value} cannot be printed: no font here has ${some || 'all of its letters'}. Correct it, or upload a font that has them and use it for ${place}.`,
    }
  }
  if (field.name === 'template_id')
    return {
      field: field.name,
      code: 'does_not_fit',
      message: `The design of this template has no room for ${value} in ${place}. Give ${place} more room or a smaller minSize.`,
    }
  const smallest = element?.kind === 'text' ? ` even at ${element.minSize ?? element.size} points` : ''
  return {
    field: field.name,
    code: 'does_not_fit',
    message: `${field.name} ${value} does not fit into ${place} on the certificate${smallest}. Shorten it, or give ${place} more room or a smaller minSize.`,
  }
}

const pointsOf = (letter: string) =>
  [...letter].map((each) => `U+${each.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`).join(' ')

/** The name first, then the fields in the order of the text; what no row says is the template's own fault. */
function fieldOf(
  { kind, letters = [] }: DesignProblem,
  element: DesignElement | undefined,
  { definition, recipientName, values }: RowFacts,
): { name: string; value?: string } {
  const text = element?.kind === 'text' ? element.text : element?.kind === 'qr' ? (element.data ?? '') : ''
  const keys = definition.fields.map(({ key }) => key)
  const given = placeholdersOf(text).flatMap((name) => {
    if (name === 'recipient.name') return [{ name, value: recipientName }]
    const key = name.replace(/^fields\./, '')
    return keys.includes(key) ? [{ name: `fields.${key}`, value: values[key] ?? '' }] : []
  })
  const candidates = given.toSorted((left, right) => rank(left) - rank(right))
  const guilty =
    kind === 'missing_letters'
      ? candidates.find(({ value }) => letters.some((letter) => holds(value, letter)))
      : longest(candidates)
  return guilty ?? candidates[0] ?? { name: 'template_id' }
}

const rank = ({ name }: { name: string }) => (name === 'recipient.name' ? 0 : 1)
const holds = (value: string, letter: string) => value.normalize('NFC').includes(letter) || value.includes(letter)
/** Where several share a line, the name is named unless another is more than twice as long. */
const longest = (candidates: Array<{ name: string; value: string }>) =>
  candidates.find(({ value }) => candidates.every((other) => other.value.length <= 2 * Math.max(1, value.length)))
