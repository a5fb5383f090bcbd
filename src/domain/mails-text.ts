/** The plain text of a mail, 72 columns; links stand on lines of their own and are never broken. */
import type { MailContent, MailFact } from './mails-compose.ts'
import { columns, link, wrap } from './mails-plain.ts'

export function mailText(content: MailContent): string {
  const { words } = content
  const blocks: string[] = []
  if (content.notice) blocks.push(wrap(`*** ${content.notice.tag}: ${content.notice.text} ***`))
  const heading = wrap(content.heading, '    ')
  if (content.headingFirst) blocks.push(heading)
  blocks.push(...content.opening.map((lines) => lines.map((line) => wrap(line)).join('\n')))
  if (!content.headingFirst) blocks.push(heading)
  blocks.push(factLines(content.facts, words.colon))
  if (content.said) blocks.push(content.said.map((line) => wrap(line, '> ')).join('\n'))
  blocks.push(`${content.button}${words.colon}\n${link(content.pageUrl)}`)
  blocks.push(wrap(content.explanation))
  if (content.attached) blocks.push(wrap(content.attached))
  if (content.jsonUrl) blocks.push(`${words.file}${words.colon}\n${link(content.jsonUrl)}\n${wrap(words.fileLasts)}`)
  if (content.linkedinUrl) blocks.push(`${words.linkedin}${words.colon}\n${link(content.linkedinUrl)}`)
  if (content.cta) blocks.push(`${wrap(content.cta.label)}${words.colon}\n${link(content.cta.url)}`)
  const contact = content.replyTo ? `${words.questions} ${content.replyTo}` : link(content.issuerUrl)
  const footer = [wrap(content.issuerName), contact, wrap(content.footer)].filter((line) => line !== '')
  blocks.push(`-- \n${footer.join('\n')}`)
  return `${blocks.join('\n\n')}\n`
}

function factLines(facts: MailFact[], colon: string): string {
  const labelWidth = Math.max(...facts.map(({ label }) => columns(label))) + 2
  const lines = facts.map(({ label, value }) => {
    const start = `${label}${colon}${' '.repeat(labelWidth - columns(label))}`
    return wrap(value, ' '.repeat(4 + labelWidth + colon.length)).replace(/^ +/, `    ${start}`)
  })
  return lines.join('\n')
}
