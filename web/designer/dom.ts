/** Elements without a framework. No inline style or script: the policy of the page forbids both, the CSSOM is free. */
export type Child = Node | string | number | null | undefined | false | Child[]
type Handlers = { [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void }
export interface Attributes {
  on?: Handlers
  [name: string]: string | number | boolean | null | undefined | Handlers
}

/** An element with attributes and children. `true` is an attribute without a value; false and undefined leave it out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'on') listen(element, value as Handlers)
    else if (value !== undefined && value !== null && value !== false)
      element.setAttribute(name, value === true ? '' : String(value))
  }
  add(element, children)
  return element
}

function listen(element: HTMLElement, handlers: Handlers) {
  for (const [name, handler] of Object.entries(handlers)) element.addEventListener(name, handler as EventListener)
}

/** Appends children; what is nothing is left out. */
export function add(parent: Node, children: Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue
    if (Array.isArray(child)) add(parent, child)
    else parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)))
  }
}

/** Replaces what is inside. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren()
  add(parent, children)
}

/** Where a box stands, in CSS pixels. */
export function place(element: HTMLElement, left: number, top: number, width?: number, height?: number): void {
  element.style.left = `${left}px`
  element.style.top = `${top}px`
  if (width !== undefined) element.style.width = `${width}px`
  if (height !== undefined) element.style.height = `${height}px`
}

/** Sets or removes an attribute only when it changes: assistive technology is not told what stays. */
export function mark(element: Element, name: string, value: string | boolean): void {
  if (value === false) element.removeAttribute(name)
  else {
    const text = value === true ? '' : value
    if (element.getAttribute(name) !== text) element.setAttribute(name, text)
  }
}

const SVG = 'http://www.w3.org/2000/svg'
/** Outlines on a grid of 24, drawn with the colour of the text. */
const ICONS = {
  text: 'M5 6V4h14v2M12 4v16M9 20h6',
  field: 'M8 4c-3 0-3 2-3 4s0 3-2 4c2 1 2 2 2 4s0 4 3 4M16 4c3 0 3 2 3 4s0 3 2 4c-2 1-2 2-2 4s0 4-3 4',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9h.01',
  rect: 'M4 6h16v12H4z',
  ellipse: 'M12 5c5 0 9 3 9 7s-4 7-9 7-9-3-9-7 4-7 9-7z',
  line: 'M4 19 20 5',
  path: 'M4 18c4-12 6-12 8-6s4 6 8-6',
  qr: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 20v-2',
  undo: 'M9 4 4 9l5 5M4 9h10a5.5 5.5 0 0 1 0 11h-3',
  redo: 'M15 4l5 5-5 5M20 9H10a5.5 5.5 0 0 0 0 11h3',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v6M14 11v6',
  eye: 'M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7zM12 9a3 3 0 1 0 .01 0z',
  hidden:
    'M3 3l18 18M9.5 5.4A9.5 9.5 0 0 1 12 5c4 0 7 2 10 7a17 17 0 0 1-3 4M6 7c-1.5 1.2-2.7 2.8-4 5 3 5 6 7 10 7 1.6 0 3-.3 4.3-1',
  lock: 'M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3',
  open: 'M6 11h12v9H6zM8 11V8a4 4 0 0 1 7.5-2',
  up: 'M12 19V5M6 11l6-6 6 6',
  down: 'M12 5v14M6 13l6 6 6-6',
  front: 'M4 4h16M12 20V8M7 13l5-5 5 5',
  back: 'M4 20h16M12 4v12M7 11l5 5 5-5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  grid: 'M4 4h16v16H4zM4 9.300h16M4 14.700h16M9.3 4v16M14.7 4v16',
  guides: 'M4 4h16v16H4zM7.5 7.500h9v9h-9z',
  magnet: 'M6 4v8a6 6 0 0 0 12 0V4h-4v8a2 2 0 0 1-4 0V4zM6 8h4M14 8h4',
  left: 'M4 4v16M8 7h12v4H8zM8 14h7v4H8z',
  centerX: 'M12 3v18M5 7h14v4H5zM8 14h8v4H8z',
  right: 'M20 4v16M4 7h12v4H4zM9 14h7v4H9z',
  top: 'M4 4h16M7 8h4v12H7zM14 8h4v7h-4z',
  centerY: 'M3 12h18M7 5h4v14H7zM14 8h4v8h-4z',
  bottom: 'M4 20h16M7 4h4v12H7zM14 9h4v7h-4z',
  spreadX: 'M4 4v16M20 4v16M9 8h6v8H9z',
  spreadY: 'M4 4h16M4 20h16M8 9h8v6H8z',
  textLeft: 'M4 6h16M4 11h10M4 16h13',
  textCenter: 'M4 6h16M7 11h10M5 16h14',
  textRight: 'M4 6h16M10 11h10M7 16h13',
  close: 'M6 6l12 12M18 6 6 18',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  warning: 'M12 4 2.5 20h19zM12 10v4M12 17h.01',
  layers: 'M12 4l9 5-9 5-9-5zM3 14l9 5 9-5',
  sliders: 'M4 7h8M16 7h4M12 5v4M4 17h4M12 17h8M8 15v4',
  person: 'M12 4a4 4 0 1 0 .01 0zM4 20c1-5 4-6 8-6s7 1 8 6',
  tick: 'M5 12.500l4.5 4.500L19 7.5',
  chevron: 'M7 10l5 5 5-5',
  arrowLeft: 'M19 12H5M11 6l-6 6 6 6',
  rotate: 'M19 12a7 7 0 1 1-2-5l3 2M20 4v5h-5',
  swap: 'M4 9h14l-4-4M20 15H6l4 4',
}
export type IconName = keyof typeof ICONS

/** A picture beside a text, or inside a button that has a label of its own. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', ICONS[name])
  svg.append(path)
  return svg
}

/** A button that is a picture; its label is spoken and shown as a tip. */
export function iconButton(name: IconName, label: string, press: () => void, more: Attributes = {}): HTMLButtonElement {
  const { class: extra, ...rest } = more
  return h(
    'button',
    {
      type: 'button',
      class: `icon-button ${typeof extra === 'string' ? extra : ''}`,
      'aria-label': label,
      title: label,
      on: { click: press },
      ...rest,
    },
    icon(name),
  )
}

export const button = (label: Child, press: () => void, className = '', more: Attributes = {}): HTMLButtonElement =>
  h('button', { type: 'button', class: `button ${className}`, on: { click: press }, ...more }, label)
