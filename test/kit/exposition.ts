/** A strict reader of the Prometheus text format 0.0.4, written from its specification and not from our writer. */
export interface ReadSample {
  labels: Record<string, string>
  value: number
}
export interface ReadFamily {
  type: string
  help: string
  samples: ReadSample[]
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/** Families by name; throws on anything a scraper would stumble over. */
export function readExposition(text: string): Map<string, ReadFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  const families = new Map<string, ReadFamily>()
  const seen = new Set<string>()
  let help: { name: string; text: string } | undefined
  let current: string | undefined
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line)
    if (comment) {
      const [, kind, name, rest] = comment as unknown as [string, string, string, string]
      if (!NAME.test(name)) throw new Error(`not a name: ${name}`)
      if (kind === 'HELP') help = { name, text: rest }
      else {
        if (help?.name !== name) throw new Error(`TYPE without HELP: ${name}`)
        if (families.has(name)) throw new Error(`twice: ${name}`)
        if (rest !== 'counter' && rest !== 'gauge') throw new Error(`unknown type: ${rest}`)
        if (name.endsWith('_total') !== (rest === 'counter')) throw new Error(`${name} is a ${rest}`)
        families.set(name, { type: rest, help: help.text, samples: [] })
        current = name
      }
      continue
    }
    const sample = readSample(line)
    if (sample.name !== current) throw new Error(`${sample.name} stands under ${current}`)
    const identity = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`
    if (seen.has(identity)) throw new Error(`twice: ${identity}`)
    seen.add(identity)
    families.get(current)!.samples.push(sample)
  }
  for (const [name, { samples }] of families) if (samples.length === 0) throw new Error(`${name} has no sample`)
  return families
}

function readSample(line: string): ReadSample & { name: string } {
  const name = /^[^{ ]+/.exec(line)?.[0] ?? ''
  if (!NAME.test(name)) throw new Error(`not a line: ${line}`)
  const labels: Record<string, string> = {}
  let at = name.length
  if (line[at] === '{') {
    at++
    while (line[at] !== '}') {
      const part = /^([^=]+)="((?:[^"\\]|\\[\\n"])*)"(,(?=[^}])|(?=\}))/.exec(line.slice(at))
      if (!part) throw new Error(`not labels: ${line}`)
      const [whole, label, escaped] = part as unknown as [string, string, string]
      if (!LABEL.test(label) || label in labels) throw new Error(`not a label: ${label}`)
      labels[label] = escaped.replace(/\\([\\n"])/g, (_, character: string) => (character === 'n' ? '\n' : character))
      at += whole.length
    }
    at++
  }
  const value = /^ (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(line.slice(at))
  if (!value) throw new Error(`not a value: ${line}`)
  return { name, labels, value: Number(value[1]) }
}
