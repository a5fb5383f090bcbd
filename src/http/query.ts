/** Query parameters against a shape: texts become numbers and booleans, unknown names are refused with a hint. */
import { invalid, type Problem } from '../domain/errors.ts'
import { checkField, type Field, type Shape } from '../domain/shape.ts'
import { didYouMean } from '../domain/suggest.ts'
import { shown } from '../domain/text.ts'

/** Throws `invalid` with every fault. `search` as in the URL, with or without `?`. */
export function readQuery(search: string, shape: Shape): Record<string, unknown> {
  if (search === '' || search === '?') return {}
  const problems: Problem[] = []
  const values: Record<string, unknown> = {}
  for (const [name, text] of new URLSearchParams(search)) {
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined
    const shownName = name.slice(0, 100).toWellFormed()
    if (!field) {
      const hint = didYouMean(name, Object.keys(shape))
      problems.push({
        field: shownName,
        code: 'unknown_field',
        message: `There is no parameter ${shown(name)}.${hint}`,
      })
    } else if (Object.hasOwn(values, name)) {
      problems.push({ field: name, code: 'duplicate', message: `The parameter ${name} stands twice.` })
    } else {
      values[name] = converted(text, field)
      checkField(values[name], field, name, problems)
    }
  }
  if (problems.length) throw invalid(problems)
  return values
}

/** What is no number stays text, so that the check names it. */
function converted(text: string, field: Field): unknown {
  if (field.kind === 'integer') return /^-?\d{1,15}$/.test(text) ? Number(text) : text
  if (field.kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  return text
}
