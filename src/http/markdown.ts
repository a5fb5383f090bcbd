/** The small part of Markdown our own documentation uses, as escaped HTML: headings, lists, tables, code, links, emphasis. */
import { html, SafeHtml, type HtmlValue } from './public/html.ts'

const safe = (text: string) => new SafeHtml(text)

/** `code`, **strong**, *emphasis* and [links](…) to http(s), paths and anchors. */
export function inline(text: string): HtmlValue[] {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*|\[[^\]]+\]\([^)\s]+\))/)
  return parts.map((part): HtmlValue => {
    if (/^`.+`$/.test(part)) return html`<code>${part.slice(1, -1)}</code>`
    if (/^\*\*.+\*\*$/.test(part)) return html`<strong>${inline(part.slice(2, -2))}</strong>`
    if (/^\*.+\*$/.test(part)) return html`<em>${part.slice(1, -1)}</em>`
    const link = /^\[([^\]]+)\]\((https?:\/\/[^)\s]+|\/[^)\s]*|#[^)\s]*)\)$/.exec(part)
    return link ? html`<a href="${link[2]}">${link[1]}</a>` : part
  })
}

export const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')

/** Blocks separated by blank lines, except code, which ends at its fence. */
function blocksOf(markdown: string): string[] {
  const blocks: string[] = []
  let block: string[] = []
  let fenced = false
  for (const line of [...markdown.replaceAll('\r\n', '\n').split('\n'), '']) {
    if (line.startsWith('```')) fenced = !fenced
    const heading = !fenced && /^#{1,4} /.test(line)
    if ((!fenced && line.trim() === '') || heading) {
      if (block.length) blocks.push(block.join('\n'))
      block = []
      if (heading) blocks.push(line)
    } else block.push(line)
  }
  return blocks
}

function blockHtml(block: string): SafeHtml {
  const heading = /^(#{1,4}) (.*)$/.exec(block)
  if (heading) {
    const level = heading[1]!.length
    const open = safe(`<h${level}`)
    return html`${open} id="${anchorOf(heading[2]!)}">${inline(heading[2]!)}${safe(`</h${level}>`)}`
  }
  // Pictures are for readers of the repository: the program carries none of them.
  if (/^!\[[^\]]*\]\([^)\s]+\)$/.test(block)) return html``
  const code = /^```(\w*)\n([\s\S]*?)\n?```$/.exec(block)
  if (code) return html`<pre tabindex="0"><code>${code[2]}</code></pre>`
  const lines = block.split('\n')
  if (lines.every((line) => /^(- |  )/.test(line)))
    return html`<ul>
      ${items(lines, /^- /)}
    </ul>`
  if (lines.every((line) => /^(\d+\. |  )/.test(line)))
    return html`<ol>
      ${items(lines, /^\d+\. /)}
    </ol>`
  if (lines.length > 1 && lines.every((line) => line.startsWith('|'))) return table(lines)
  return html`<p>${inline(lines.join(' '))}</p>`
}

/** A line that begins with two blanks belongs to the item before it. */
function items(lines: string[], bullet: RegExp): SafeHtml[] {
  const texts: string[] = []
  for (const line of lines) {
    if (bullet.test(line)) texts.push(line.replace(bullet, ''))
    else texts[texts.length - 1] += ` ${line.trim()}`
  }
  return texts.map((text) => html`<li>${inline(text)}</li>`)
}

function table(lines: string[]): SafeHtml {
  const cellsOf = (line: string) =>
    line
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => cell.trim())
  const [head, , ...rows] = lines
  return html`<table>
    <thead>
      <tr>
        ${cellsOf(head!).map((cell) => html`<th scope="col">${inline(cell)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${cellsOf(row).map((cell) => html`<td>${inline(cell)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`
}

export const markdownHtml = (markdown: string): SafeHtml =>
  html`${blocksOf(markdown).map((block) => html`${blockHtml(block)} `)}`
/** Text of the first heading. */
export const titleOf = (markdown: string): string => /^# (.*)$/m.exec(markdown)?.[1]?.replaceAll('`', '') ?? 'Testamur'
