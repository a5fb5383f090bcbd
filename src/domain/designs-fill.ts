/** The {{placeholders}} in the texts of designs and mails. What they stand for is said by designs-values.ts. */
const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g

/** The names in `{{…}}`, each once, in order. */
export const placeholdersOf = (text: string): string[] => [
  ...new Set([...text.matchAll(PLACEHOLDER)].map(([, name]) => name!)),
]

/** Every `{{name}}` as its value; one without a value leaves nothing behind. A `{{name}}` inside a value stays text. */
export const fillText = (text: string, values: Record<string, string>): string =>
  text.replace(PLACEHOLDER, (_, name: string) => (Object.hasOwn(values, name) ? values[name]! : ''))

/** The same text with other names in its braces. */
export const renamed = (text: string, rename: (name: string) => string): string =>
  text.replace(PLACEHOLDER, (_, name: string) => `{{${rename(name)}}}`)
