/** All keys on one page. */
import { openDialog } from './dialogs.ts'
import { button, h } from './dom.ts'
import { SHORTCUTS } from './keys.ts'

export const showHelp = (): Promise<void> =>
  openDialog((close) => ({
    title: 'Keys',
    wide: true,
    body: [
      h(
        'dl',
        { class: 'keys' },
        SHORTCUTS.map(([keys, what]) => h('div', {}, h('dt', {}, keys), h('dd', {}, what))),
      ),
    ],
    actions: [button('Close', close, 'primary')],
  }))
