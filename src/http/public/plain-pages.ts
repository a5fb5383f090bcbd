/** Public pages that show no certificate: nothing here, check a file, a message. */
import { EMBEDDED_CHAIN_ID } from '../../domain/networks.ts'
import { html } from './html.ts'
import { rosette } from './ornament.ts'
import { page, type PageAssets } from './page-layout.ts'
import { wordsIn, type Words } from './page-texts.ts'

export interface PlainPageOptions {
  /** BCP 47; English where there are no texts. */
  language: string
  assets: PageAssets
}

/** For any address without a certificate. It is the same for all of them, so it tells nobody which ids exist. */
export function notFoundPage({ language, assets }: PlainPageOptions): string {
  const words = wordsIn(language)
  return page({
    words,
    assets,
    title: words.say('notFoundTitle'),
    scripted: false,
    main: html`<article class="sheet plain">
      ${rosette('404', 'underprint')}
      <h1>${words.say('notFoundTitle')}</h1>
      <p>${words.say('notFoundText')}</p>
      <ul class="ways">
        <li>${words.say('notFoundLink')}</li>
        <li>${words.say('notFoundAsk')}</li>
        <li>${words.say('notFoundVerify')}</li>
      </ul>
      <p class="actions-line"><a class="button" href="/verify">${words.say('home')}</a></p>
    </article>`,
  })
}

/** A page that says one thing, e.g. that too many requests came. `title` and `text` are plain text. */
export function messagePage(options: PlainPageOptions & { title: string; text: string }): string {
  const words = wordsIn(options.language)
  return page({
    words,
    assets: options.assets,
    title: options.title,
    scripted: false,
    main: html`<article class="sheet plain">
      ${rosette('message', 'underprint')}
      <h1>${options.title}</h1>
      <p>${options.text}</p>
      <p class="actions-line"><a class="button" href="/verify">${words.say('home')}</a></p>
    </article>`,
  })
}

export interface VerifyPageOptions extends PlainPageOptions {
  /** Chain id → nodes the browser may ask; the embedded chain at /chain/rpc when left out. */
  chainRpcUrls?: Record<number, readonly string[]>
}

/** /verify: drop or choose a credential file, or type a number or link. The form works without JavaScript: GET /verify?id=… */
export function verifyPage({ language, assets, chainRpcUrls }: VerifyPageOptions): string {
  const words = wordsIn(language)
  const nodes = JSON.stringify(chainRpcUrls ?? { [EMBEDDED_CHAIN_ID]: ['/chain/rpc'] })
  return page({
    words,
    assets,
    title: words.say('verifyTitle'),
    description: words.say('verifyIntro'),
    main: html`<article class="sheet plain verify">
      ${rosette('verify', 'underprint')}
      <h1>${words.say('verifyTitle')}</h1>
      <p class="description">${words.say('verifyIntro')}</p>
      <p class="unchecked">${words.say('verifyNoScript')}</p>
      ${fileField(words)} ${cameraField(words)}
      <section id="check" class="check-here" tabindex="-1" aria-labelledby="verdict-line" data-rpc="${nodes}" hidden>
        <h2 id="verdict-line" role="status"></h2>
        <div id="verdict"></div>
      </section>
      ${addressForm(words)} ${nodeField(words)}
      <p class="save-checker">
        <a href="/verify.html" download="verify.html">${words.say('verifySave')}</a>
        <span class="hint">${words.say('verifySaveHint')}</span>
      </p>
    </article>`,
  })
}

/** Shown by the script: without it a file cannot be verified here. */
const fileField = ({ say }: Words) =>
  html`<div class="drop" id="drop" hidden>
    <label for="file"
      ><span class="drop-title">${say('verifyDrop')}</span>
      <span class="drop-choose">${say('verifyChoose')}</span></label
    >
    <input
      type="file"
      id="file"
      accept=".json,.pdf,application/json,application/vc+json,application/ld+json,application/pdf,image/png,image/jpeg,image/webp"
      aria-describedby="file-hint"
    />
    <p class="hint" id="file-hint">${say('verifyFileHint')}</p>
  </div>`

/** Shown by the script where the browser has a camera and reads codes. */
const cameraField = ({ say }: Words) =>
  html`<div class="camera" id="camera" hidden>
    <button type="button" id="camera-button" data-stop="${say('verifyCameraStop')}">${say('verifyCamera')}</button>
    <video id="camera-view" muted playsinline hidden></video>
  </div>`

const addressForm = ({ say }: Words) =>
  html`<form action="/verify" method="get" id="open">
    <h2>${say('verifyOr')}</h2>
    <label for="id">${say('verifyIdLabel')}</label>
    <div class="field">
      <input
        type="text"
        id="id"
        name="id"
        required
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        aria-describedby="id-hint"
      />
      <button type="submit">${say('verifyOpen')}</button>
    </div>
    <p class="hint" id="id-hint">${say('verifyIdHint')}</p>
    <p class="problem" id="id-problem" role="alert"></p>
  </form>`

const nodeField = ({ say }: Words) =>
  html`<details class="node" id="node" hidden>
    <summary>${say('verifyNode')}</summary>
    <label for="rpc">${say('verifyNodeLabel')}</label>
    <input type="url" id="rpc" pattern="https://.+" autocomplete="off" spellcheck="false" aria-describedby="rpc-hint" />
    <p class="hint" id="rpc-hint">${say('verifyNodeHint')}</p>
  </details>`
