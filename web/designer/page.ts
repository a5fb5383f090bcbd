/** The template designer: signs in, shows what there is, opens one design. */
import { api, ApiError, designOfTemplate, keptKey, sayError, type Face, type TemplateBody } from './api.ts'
import { givesUp, Toasts } from './dialogs.ts'
import { fill } from './dom.ts'
import { dropDraft, readDraft } from './drafts.ts'
import { Editor } from './editor.ts'
import { signIn, Start } from './start.ts'
import { Workbench } from './workbench.ts'
import { ago } from './words.ts'

const NAME = 'Template designer'
const root = document.getElementById('designer')!
const toasts = new Toasts()
let fonts: Face[] = []
let open: Workbench | undefined
let start: Start | undefined

function show(view: HTMLElement, title: string) {
  document.title = title
  fill(root, view)
}
function close() {
  open?.stop()
  start?.stop()
  open = undefined
  start = undefined
}

/** The key is good when it may see fonts: that needs the scope of this page. */
async function enter() {
  fonts = await api.fonts()
  await route()
}
function signOut(problem = '') {
  keptKey.forget()
  close()
  show(signIn(enter, problem), NAME)
}
function showStart() {
  close()
  start = new Start({ toasts, open: ({ id }) => void go(`#${id}`), signOut: () => signOut() })
  show(start.element, NAME)
}
async function go(hash: string) {
  if (location.hash === hash) await route()
  else location.hash = hash
}

/** Asks what to do with a draft; gives what is opened. */
async function draftOrPublished(template: TemplateBody) {
  const draft = readDraft(template.id)
  if (draft) {
    const overtaken =
      draft.version === template.version
        ? ''
        : ` It began with version ${draft.version}; version ${template.version} is published now.`
    const text = `This browser keeps a draft of ${template.name} from ${ago(draft.savedAt, Date.now())}.${overtaken}`
    const words = { drop: 'Discard it', keep: 'Go on with it' }
    if (!(await givesUp('There is a draft', text, words)))
      return { design: draft.design, fields: draft.fields, version: draft.version, begun: true }
    dropDraft(template.id)
  }
  return { design: await designOfTemplate(template), fields: template.fields, version: template.version, begun: false }
}

async function openTemplate(id: string) {
  const template = await api.template(id)
  const { design, fields, version, begun } = await draftOrPublished(template)
  close()
  open = new Workbench({
    editor: new Editor(design, fields),
    template: { ...template, version },
    fonts,
    toasts,
    begun,
    leave: () => void go('#'),
  })
  show(open.element, `${template.name} – ${NAME}`)
}

async function route() {
  const id = /^#([\w-]+)$/.exec(location.hash)?.[1]
  try {
    if (id) await openTemplate(id)
    else showStart()
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return signOut(sayError(error))
    toasts.fail(sayError(error))
    if (id) history.replaceState(null, '', location.pathname)
    showStart()
  }
}

addEventListener('hashchange', () => keptKey.read() && void route())
addEventListener('pagehide', () => open?.flush())
addEventListener('beforeunload', (event) => {
  open?.flush()
  if (open?.unsaved) event.preventDefault()
})

document.body.append(toasts.element)
if (keptKey.read()) enter().catch((error: unknown) => signOut(sayError(error)))
else signOut()
