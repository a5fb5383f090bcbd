/** On a small screen one panel at a time lies over the lower part of the page. */
import { h, mark } from './dom.ts'

const TABS = [
  ['insert', 'Add'],
  ['layers', 'Layers'],
  ['properties', 'Properties'],
  ['sample', 'Sample'],
  ['problems', 'Problems'],
] as const
export type TabName = (typeof TABS)[number][0]

export class Tabs {
  readonly element: HTMLElement

  constructor(private readonly workbench: HTMLElement) {
    const tabs = TABS.map(([name, label]) => {
      const press = () => this.show(this.workbench.dataset.panel === name ? undefined : name)
      const facts = { type: 'button', class: 'tab', 'data-tab': name, 'aria-expanded': 'false' }
      return h('button', { ...facts, on: { click: press } }, label)
    })
    this.element = h('nav', { class: 'tabs', 'aria-label': 'Panels' }, tabs)
  }

  show(name: TabName | undefined) {
    mark(this.workbench, 'data-panel', name ?? false)
    for (const tab of this.element.querySelectorAll<HTMLElement>('.tab'))
      mark(tab, 'aria-expanded', String(tab.dataset.tab === name))
  }
  label(name: TabName, text: string) {
    const tab = this.element.querySelector(`[data-tab=${name}]`)
    if (tab && tab.textContent !== text) tab.textContent = text
  }
}
