/** The frame of every public page: head, skip link, main, languages. No inline script or style: the CSP forbids them. */
import { html, safeUrl, SafeHtml, type HtmlValue } from './html.ts'
import { LANGUAGE_NAMES, PAGE_LANGUAGES, type Words } from './page-texts.ts'

/** Addresses of the built files. */
export interface PageAssets {
  script: string
  style: string
}

/** What these pages may do; sent as Content-Security-Policy with each of them. */
export const PAGE_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' https:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

export interface PageFrame {
  words: Words
  assets: PageAssets
  title: string
  /** For search engines and previews; empty = none. */
  description?: string
  /** Further elements of the head. */
  head?: HtmlValue
  /** Before main, e.g. the line with the verdict. */
  top?: HtmlValue
  main: SafeHtml
  /** State of the certificate, for the style sheet. */
  standing?: string
  skipTo?: { target: string; label: string }
  /** In front of the languages. */
  footer?: HtmlValue
  /** False where the page has nothing to run. */
  scripted?: boolean
}

/** A small ring with a tick, in the page's one colour. */
export const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' fill='none' stroke='%231d4f41'%3E%3Ccircle cx='16' cy='16' r='14' stroke-width='2'/%3E%3Cpath d='M10 16.5l4.5 4.5L22.5 11' stroke-width='3'/%3E%3C/svg%3E"

/** A whole document as text, beginning with its doctype. */
export function page(frame: PageFrame): string {
  const { words, assets, title } = frame
  return html`<!doctype html>
<html lang="${words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${frame.description ? html`<meta name="description" content="${frame.description}" /> ` : null}<meta name="robots" content="noindex">
<meta name="referrer" content="same-origin">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#ebe5d8" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#131210" media="(prefers-color-scheme: dark)">
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${safeUrl(assets.style)}">
${frame.scripted === false ? null : html`<script type="module" src="${safeUrl(assets.script)}"></script> `}${frame.head}</head>
<body${frame.standing ? html` data-standing="${frame.standing}"` : null}>
${frame.skipTo ? html`<a class="skip" href="#${frame.skipTo.target}">${frame.skipTo.label}</a> ` : null}${frame.top}
<main>
${frame.main}
</main>
<footer class="colophon">
${frame.footer}
<nav aria-label="${words.say('languages')}"><ul class="languages">${PAGE_LANGUAGES.map((language) =>
    language === words.language
      ? html`<li><span aria-current="true" lang="${language}">${LANGUAGE_NAMES[language]}</span></li>`
      : html`<li>
          <a href="?lang=${language}" lang="${language}" hreflang="${language}">${LANGUAGE_NAMES[language]}</a>
        </li>`,
  )}</ul></nav>
</footer>
</body>
</html>
`.text
}

/** A `dt` and its `dd`; nothing when there is no value. */
export const fact = (label: HtmlValue, value: HtmlValue, className = ''): SafeHtml | null =>
  value === null || value === undefined || value === ''
    ? null
    : html`<div${className ? html` class="${className}"` : null}><dt>${label}</dt><dd>${value}</dd></div>`

/** Text from outside, kept apart so that its writing direction steers nothing around it. */
export const isolated = (text: string): SafeHtml => html`<bdi>${text}</bdi>`

/** A sentence of the table whose {names} are filled with HTML. */
export function sentence(text: string, values: Record<string, HtmlValue>): HtmlValue[] {
  return text.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    return name && Object.hasOwn(values, name) ? values[name] : part
  })
}
