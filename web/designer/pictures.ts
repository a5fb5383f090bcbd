/** Choosing a picture: one that is there already, or a new one from the disk. */
import type { ImageElement } from '../../src/domain/designs.ts'
import { api, sayError, type AssetBody } from './api.ts'
import { openDialog, pickFile, type Toasts } from './dialogs.ts'
import { button, fill, h } from './dom.ts'
import { assetAddress } from './drawing.ts'
import type { Editor } from './editor.ts'
import { tidy } from './geometry.ts'
import { newElement } from './model.ts'

export const PICTURE_TYPES = 'image/png,image/jpeg,image/webp,image/gif,image/svg+xml'
/** What the server takes; said before megabytes travel for nothing. */
const LARGEST = 10 * 1024 * 1024

/** Sends a picture; throws with words for the person. */
export async function upload(file: File): Promise<AssetBody> {
  if (file.size > LARGEST)
    throw new Error(`${file.name} has ${(file.size / 1024 / 1024).toFixed(0)} MB. Up to 10 MB can be used.`)
  return api.upload(file)
}

/** The asset that was chosen; undefined when nothing was. */
export async function choosePicture(): Promise<AssetBody | undefined> {
  let chosen: AssetBody | undefined
  await openDialog((close) => {
    const state = h('p', { class: 'hint', role: 'status' }, 'Loading pictures…')
    const grid = h('ul', { class: 'picture-grid' })
    const take = (asset: AssetBody) => {
      chosen = asset
      close()
    }
    const add = async () => {
      const file = await pickFile(PICTURE_TYPES)
      if (!file) return
      state.textContent = `Uploading ${file.name}…`
      await upload(file).then(take, (error: unknown) => (state.textContent = sayError(error)))
    }
    void showPictures(grid, state, take)
    return {
      title: 'Choose a picture',
      wide: true,
      body: [
        h(
          'p',
          { class: 'hint' },
          'PNG, JPEG, WebP, GIF or SVG, up to 10 MB. Pictures are cleaned and scaled on the server.',
        ),
        state,
        grid,
      ],
      actions: [button('Cancel', close), button('Upload a picture…', () => void add(), 'primary')],
    }
  })
  return chosen
}

async function showPictures(grid: HTMLElement, state: HTMLElement, take: (asset: AssetBody) => void) {
  try {
    const pictures = (await api.assets()).filter(({ kind }) => kind === 'image')
    state.textContent = pictures.length ? '' : 'No pictures yet.'
    fill(
      grid,
      pictures.map((asset) => {
        const image = h('img', { alt: '', loading: 'lazy' })
        void assetAddress(asset.id).then((address) => address && (image.src = address))
        const label = `${asset.name}, ${asset.width} × ${asset.height} pixels`
        return h(
          'li',
          {},
          h(
            'button',
            { type: 'button', class: 'tile', 'aria-label': label, on: { click: () => take(asset) } },
            image,
            h('span', {}, asset.name),
          ),
        )
      }),
    )
  } catch (error) {
    state.textContent = sayError(error)
  }
}

/** Millimetres of a new picture: as on paper at 200 dots an inch, but never more than half of the page. */
export function pictureSize(asset: AssetBody, page: { width: number; height: number }) {
  const ratio = asset.width > 0 && asset.height > 0 ? asset.width / asset.height : 1
  const natural = ((asset.width || 400) / 200) * 25.4
  const width = Math.max(5, Math.min(natural, page.width / 2, (page.height / 2) * ratio))
  return { width: Math.round(width * 10) / 10, height: Math.round((width / ratio) * 10) / 10 }
}

/** Puts a picture into the middle of the page and selects it. */
export function placePicture(editor: Editor, asset: AssetBody): void {
  const { page } = editor.design
  const { width, height } = pictureSize(asset, page)
  const place = { x: tidy((page.width - width) / 2), y: tidy((page.height - height) / 2), width, height }
  const picture: Partial<ImageElement> = { ...place, asset: asset.id }
  editor.add([newElement(editor.design, 'image', picture)], 'Add a picture')
}

/** A file that was dropped or pasted. */
export async function addPicture(editor: Editor, toasts: Toasts, file: File): Promise<void> {
  toasts.show(`Uploading ${file.name}…`)
  try {
    placePicture(editor, await upload(file))
    toasts.show(`${file.name} is on the page`)
  } catch (error) {
    toasts.fail(sayError(error))
  }
}
