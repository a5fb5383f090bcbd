/** The page of one certificate: the sheet, what the browser verified, the record, what to keep and share. */
import type { PublicCertificate, PublicState } from '../../domain/public-certificate.ts'
import { networkName, recordSection, versionsSection } from './certificate-record.ts'
import { html, safeUrl, type HtmlValue, type SafeHtml } from './html.ts'
import { qrCode, rosette, seal, watermark } from './ornament.ts'
import { fact, isolated, page, sentence, type PageAssets } from './page-layout.ts'
import type { PageText } from './page-texts-en.ts'
import { wordsIn, type Words } from './page-texts.ts'

export interface CertificatePageOptions {
  /** BCP 47; English where there are no texts. */
  language: string
  assets: PageAssets
  /** Where the browser asks the certificate's chain: /chain/rpc for the embedded one, else public https nodes. */
  chainRpcUrl: string | readonly string[]
  /** Nodes of the further chains on which the root stands. */
  furtherNodes?: Record<number, readonly string[]>
}

/** HTML of the page in any state. Nothing of `view` reaches it unescaped. */
export function certificatePage(view: PublicCertificate, options: CertificatePageOptions): string {
  const words = wordsIn(options.language)
  const closed = view.state === 'failed' || view.state === 'erased'
  const title = closed
    ? words.say(view.state === 'failed' ? 'failedTitle' : 'erasedTitle')
    : words.say('documentTitle', { recipient: view.recipientName, title: view.title })
  return page({
    words,
    assets: options.assets,
    title,
    description: closed ? '' : describe(view, words),
    head: closed ? null : previewTags(view, words, title),
    standing: view.state,
    ...(closed ? {} : { skipTo: { target: 'check', label: words.say('skipToCheck') } }),
    scripted: !closed,
    top: closed ? null : verdictLine(view, words),
    main: closed ? closedSheet(view, words) : openPage(view, words, options),
    footer: html`<p><a href="/verify">${words.say('otherFile')}</a></p>
      ${contact(view, words)}`,
  })
}

const describe = (view: PublicCertificate, words: Words) =>
  words.say('documentDescription', { issuer: view.issuer.name, date: words.date(view.issuedOn) })

const OPEN_GRAPH_LOCALES: Record<string, string> = { en: 'en_GB', sv: 'sv_SE', de: 'de_DE', fr: 'fr_FR', es: 'es_ES' }

function previewTags(view: PublicCertificate, words: Words, title: string): SafeHtml {
  const description = describe(view, words)
  return html`<link rel="canonical" href="${safeUrl(view.links.page)}" />
    <link rel="alternate" type="application/vc+json" href="${safeUrl(view.links.json)}" />
    <meta property="og:type" content="website" />
    <meta property="og:title" content="${title}" />
    <meta property="og:description" content="${description}" />
    <meta property="og:url" content="${safeUrl(view.links.page)}" />
    <meta property="og:site_name" content="${view.issuer.name}" />
    <meta property="og:locale" content="${OPEN_GRAPH_LOCALES[words.language]}" />
    <meta name="twitter:card" content="summary" />
    <meta name="twitter:title" content="${title}" />
    <meta name="twitter:description" content="${description}" /> `
}

/** What the record says about the state; the browser's own verdict replaces it once there is one. */
function standing(view: PublicCertificate, words: Words): string {
  const texts: Record<PublicState, PageText> = {
    issued: 'standingIssued',
    pending: 'standingPending',
    expired: 'standingExpired',
    revoked: 'standingRevoked',
    failed: 'standingFailed',
    erased: 'standingErased',
  }
  return words.say(texts[view.state], { date: words.date(endOf(view)) })
}
const endOf = (view: PublicCertificate) =>
  view.state === 'revoked' && view.revoked ? view.revoked.at : (view.expiresAt ?? '')

function verdictLine(view: PublicCertificate, words: Words): SafeHtml {
  return html`<header class="verdict-bar">
    <p id="verdict-line" role="status"><span class="standing">${standing(view, words)}</span></p>
    <p class="unchecked">${words.say('notCheckedByBrowser')}</p>
  </header>`
}

function openPage(view: PublicCertificate, words: Words, options: CertificatePageOptions): SafeHtml {
  return html`${notices(view, words)} ${sheet(view, words)}
    <div class="below">
      <div class="evidence">
        ${checkSection(view, words, options)} ${recordSection(view, words)} ${versionsSection(view, words)}
      </div>
      ${keepSection(view, words)}
    </div>`
}

function notices(view: PublicCertificate, words: Words): HtmlValue {
  const issuer = isolated(view.issuer.name)
  const notice = (kind: string, title: string, text: HtmlValue) =>
    html`<div class="notice notice-${kind}">
      <p class="notice-title">${title}</p>
      <p>${text}</p>
    </div> `
  const date = words.date(endOf(view))
  const list: HtmlValue[] = []
  if (view.sandbox) list.push(notice('sandbox', words.say('sandboxTitle'), words.say('sandboxText')))
  if (view.state === 'revoked') {
    const reason = view.revoked?.reason
    const text = sentence(words.say(reason ? 'revokedReason' : 'revokedNoReason'), {
      issuer,
      reason: reason ? isolated(reason) : null,
    })
    const network = networkName(view, words)
    const pending =
      view.revoked && !view.revoked.onChain
        ? html`<span class="being-written"
            >${sentence(words.say('revokedPending', { date }), { issuer, network })}</span
          >`
        : null
    list.push(
      notice('revoked', words.say('revokedTitle', { date }), html`${text}${pending ? html`<br />${pending}` : null}`),
    )
  }
  if (view.state === 'expired')
    list.push(notice('expired', words.say('expiredTitle', { date }), words.say('expiredText')))
  if (view.state === 'pending') {
    const text = sentence(words.say('pendingText'), { issuer, network: networkName(view, words) })
    list.push(notice('pending', words.say('pendingTitle'), text))
  }
  return list
}

/** The diploma. `data-shown` marks what the script compares with the signed file. */
function sheet(view: PublicCertificate, words: Words): SafeHtml {
  const mark = view.state === 'revoked' ? 'revokedMark' : view.sandbox ? 'sandboxMark' : null
  return html`<article class="sheet" aria-labelledby="certificate">
    ${rosette(view.id, 'underprint')} ${mark ? watermark(words.say(mark)) : null}
    <p class="issuer" data-shown="issuer" lang="${view.language}">${isolated(view.issuer.name)}</p>
    <h1 id="certificate">
      <span class="lead">${words.say('awardedTo')}</span>
      <span class="recipient" data-shown="recipient">${isolated(view.recipientName)}</span>
      <span class="lead">${words.say('awardedFor')}</span>
      <span class="achievement" data-shown="title" lang="${view.language}">${isolated(view.title)}</span>
    </h1>
    ${view.description ? html`<p class="description" lang="${view.language}">${isolated(view.description)}</p>` : null}
    <dl class="dates">
      ${fact(words.say('issuedOn'), words.date(view.issuedOn))}
      ${fact(words.say('completedOn'), view.completedOn ? words.date(view.completedOn) : null)}
      ${fact(words.say(view.state === 'expired' ? 'expiredOn' : 'validUntil'), view.expiresAt === null ? null : words.date(view.expiresAt))}
      ${fact(words.say('licenseNumber'), view.licenseNumber ? isolated(view.licenseNumber) : null)}
    </dl>
    ${furtherFields(view, words)} ${seal()}
  </article>`
}

function furtherFields(view: PublicCertificate, words: Words): SafeHtml | null {
  if (view.fields.length === 0 && !view.criteria) return null
  return html`<section class="further" aria-label="${words.say('details')}">
    ${view.fields.length ? html`<dl class="fields">${view.fields.map((field) => fact(isolated(field.label), fieldValue(field, words)))}</dl>` : null}
    ${
      view.criteria
        ? html`<div class="criteria">
            <h2>${words.say('criteria')}</h2>
            <p lang="${view.language}">${isolated(view.criteria)}</p>
          </div>`
        : null
    }
  </section>`
}

function fieldValue({ value, type }: PublicCertificate['fields'][number], words: Words): HtmlValue {
  if (typeof value === 'boolean') return words.say(value ? 'yes' : 'no')
  if (typeof value === 'number') return words.number(value)
  if (type === 'date') return words.date(value)
  const address = type === 'url' ? safeUrl(value) : null
  return address
    ? html`<a href="${address}" rel="nofollow noopener noreferrer">${isolated(value)}</a>`
    : isolated(value)
}

/** Filled by the script; without it the introduction and the server's statement stay. */
function checkSection(view: PublicCertificate, words: Words, options: CertificatePageOptions): SafeHtml {
  const nodes = typeof options.chainRpcUrl === 'string' ? [options.chainRpcUrl] : options.chainRpcUrl
  return html`<section
    id="check"
    tabindex="-1"
    aria-labelledby="check-heading"
    data-json="${safeUrl(view.links.json)}"
    data-visits="/${view.id}/visits"
    data-sandbox="${String(view.sandbox)}"
    data-rpc="${JSON.stringify({ ...options.furtherNodes, [view.chain.chainId]: nodes })}"
  >
    <h2 id="check-heading">${words.say('checkHeading')}</h2>
    <p>${words.say('checkIntro')}</p>
    <p class="unchecked"><strong>${standing(view, words)}.</strong> ${words.say('notCheckedByBrowser')}</p>
    <div id="verdict"></div>
  </section>`
}

function keepSection(view: PublicCertificate, words: Words): SafeHtml {
  const linkedin = safeUrl(view.links.linkedin)
  const link = view.links.page
  return html`<section class="keep" aria-labelledby="keep-heading">
    <h2 id="keep-heading">${words.say('takeHeading')}</h2>
    <figure class="code">
      ${qrCode(link, words.say('qr'))}
      <figcaption>${words.say('qrCaption')}</figcaption>
    </figure>
    <p class="address" id="address">${link}</p>
    <ul class="actions">
      <li class="primary">
        <a href="${safeUrl(view.links.json)}" download="${view.id}.json" type="application/vc+json"
          >${words.say('download')}</a
        >
        <p class="hint">${words.say('downloadHint')}</p>
      </li>
      ${linkedin ? html`<li><a href="${linkedin}" rel="nofollow">${words.say('linkedin')}</a></li>` : null}
      <li><button type="button" id="copy" data-copied="${words.say('copied')}" hidden>${words.say('copy')}</button></li>
      <li><button type="button" id="share" hidden>${words.say('share')}</button></li>
      <li><button type="button" id="print" hidden>${words.say('print')}</button></li>
    </ul>
    <p class="spoken" id="said" role="status"></p>
  </section>`
}

function contact(view: PublicCertificate, words: Words): HtmlValue {
  const website = safeUrl(view.issuer.url)
  const address = website ?? (view.issuer.email ? `mailto:${encodeURI(view.issuer.email)}` : null)
  const name = isolated(view.issuer.name)
  const link = address ? html`<a href="${address}" rel="noopener">${name}</a>` : name
  return html`<p>${sentence(words.say('contact'), { issuer: link })}</p>`
}

/** Failed or erased: no diploma, no name, nothing to verify here. */
function closedSheet(view: PublicCertificate, words: Words): SafeHtml {
  const failed = view.state === 'failed'
  const text = sentence(words.say(failed ? 'failedText' : 'erasedText'), { issuer: isolated(view.issuer.name) })
  return html`<article class="sheet plain">
    ${rosette(view.id, 'underprint')}
    <p class="issuer">${isolated(view.issuer.name)}</p>
    <h1>${words.say(failed ? 'failedTitle' : 'erasedTitle')}</h1>
    <p>${text}</p>
    ${failed || !view.chain.confirmed ? null : html`<p>${words.say('chainKept', { network: networkName(view, words) })}</p>`}
    ${failed ? null : html`<p class="actions-line"><a class="button" href="/verify">${words.say('home')}</a></p>`}
  </article>`
}
