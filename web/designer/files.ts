/** What leaves the designer as a file. */
import { api, sayError, type PreviewRequest, type TemplateBody } from './api.ts'
import { saveFile, type Toasts } from './dialogs.ts'

/** The draft as a PDF, as a printer would get it. */
export async function saveProof(request: PreviewRequest, { slug }: TemplateBody, toasts: Toasts): Promise<void> {
  toasts.show('Making the proof…')
  try {
    saveFile(await api.proof(request), `${slug}-proof.pdf`)
    toasts.show('The proof was saved as a PDF')
  } catch (error) {
    toasts.fail(sayError(error))
  }
}

/** The published version with its pictures and fonts, for another appliance. */
export async function saveExport({ id, slug, version }: TemplateBody, toasts: Toasts): Promise<void> {
  try {
    saveFile(await api.exportTemplate(id), `${slug}.zip`)
    toasts.show(`Version ${version} was exported, as it is published`)
  } catch (error) {
    toasts.fail(sayError(error))
  }
}
