/** From a draft to a version: what changes is shown first, and what the server finds wrong is shown where it is. */
import { api, ApiError, designOfTemplate, sayError, type TemplateBody } from './api.ts'
import { openDialog } from './dialogs.ts'
import { button, h } from './dom.ts'
import type { Editor } from './editor.ts'
import type { Finding } from './problems.ts'
import { changesBetween } from './words.ts'

const SHOWN = 40

export interface PublishAsk {
  editor: Editor
  template: TemplateBody
  findings: Finding[]
}

/** The template with its new version; undefined when nothing was published. */
export async function publish({ editor, template, findings }: PublishAsk): Promise<TemplateBody | undefined> {
  const now = await api.template(template.id)
  const before = { design: await designOfTemplate(now), fields: now.fields }
  const after = { design: editor.design, fields: editor.fields }
  const changes = changesBetween(before, after)
  let published: TemplateBody | undefined
  await openDialog((close) => {
    const wrong = h('p', { class: 'wrong', role: 'alert' })
    const go = button('Publish', () => void send(), 'primary')
    const send = async () => {
      go.disabled = true
      wrong.textContent = ''
      try {
        const sameFields = JSON.stringify(before.fields) === JSON.stringify(after.fields)
        published = await api.publish(template.id, {
          design: after.design,
          ...(sameFields ? {} : { fields: after.fields }),
        })
        close()
      } catch (error) {
        wrong.textContent =
          error instanceof ApiError && error.code === 'changed_meanwhile'
            ? 'Somebody published another version this very moment. Try again.'
            : sayError(error)
        go.disabled = false
      }
    }
    return {
      title: `Publish version ${now.version + 1} of ${template.name}`,
      body: [
        now.version === template.version ? null : overtaken(template.version, now.version),
        summary(changes),
        problemNote(findings),
        h(
          'p',
          { class: 'hint' },
          'New certificates get this version. Certificates that exist keep the one they were issued with.',
        ),
        wrong,
      ],
      actions: [button('Not yet', close), go],
    }
  })
  return published
}

const overtaken = (began: number, now: number) =>
  h(
    'p',
    { class: 'note' },
    `Your draft began with version ${began}, and version ${now} has been published since. Publishing replaces what it changed in the design.`,
  )

function summary(changes: string[]): HTMLElement {
  if (changes.length === 0) return h('p', {}, 'Nothing differs from the published version.')
  const more = changes.length - SHOWN
  return h(
    'div',
    {},
    h('h3', {}, 'What changes'),
    h(
      'ul',
      { class: 'changes' },
      changes.slice(0, SHOWN).map((change) => h('li', {}, change)),
      more > 0 ? h('li', {}, `and ${more} more`) : null,
    ),
  )
}

function problemNote(findings: Finding[]): HTMLElement | null {
  if (findings.length === 0) return null
  const text =
    findings.length === 1
      ? 'There is 1 problem with the sample shown:'
      : `There are ${findings.length} problems with the sample shown:`
  return h(
    'div',
    { class: 'note' },
    h('p', {}, text),
    h(
      'ul',
      {},
      findings.slice(0, 5).map((finding) => h('li', {}, finding.text)),
    ),
  )
}
