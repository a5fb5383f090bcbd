/** The page of one certificate: the sheet, what the browser verified, the record, what to keep and share. */
import type { PublicCertificate, PublicState } from '../../domain/public-certificate.ts'
import { networkName, recordSection, versionsSection } from './certificate-record.ts'
import { brandAddress } from './brand.ts'
import { keepSection, panels } from './certificate-keep.ts'
import { factsSection, picture, pictureText, sheet } from './certificate-sheet.ts'
import { html, safeUrl, type HtmlValue, type SafeHtml } from './html.ts'
import { rosette } from './ornament.ts'
import { isolated, page, sentence, type PageAssets } from './page-layout.ts'
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
  /** Origin of this site, for addresses that leave it; that of the certificate's own address when left out. */
  publicUrl?: string
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
    head: closed ? null : html`${brandLink(view)}${previewTags(view, words, title)}`,
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
  const origin = new URL(view.links.page).origin
  const oembed = `${origin}/oembed?url=${encodeURIComponent(view.links.page)}`
  return html`<link rel="canonical" href="${safeUrl(view.links.page)}" />
    <link rel="alternate" type="application/vc+json" href="${safeUrl(view.links.json)}" />
    <link rel="alternate" type="application/json+oembed" href="${safeUrl(oembed)}" title="${title}" />
    <meta property="og:type" content="website" />
    <meta property="og:title" content="${title}" />
    <meta property="og:description" content="${description}" />
    <meta property="og:url" content="${safeUrl(view.links.page)}" />
    <meta property="og:site_name" content="${view.issuer.name}" />
    <meta property="og:locale" content="${OPEN_GRAPH_LOCALES[words.language]}" />
    ${view.picture ? socialPicture(view, words, origin) : html`<meta name="twitter:card" content="summary" />`}
    <meta name="twitter:title" content="${title}" />
    <meta name="twitter:description" content="${description}" /> `
}

/** 1200 by 630: the certificate whole, on the issuer's colour. */
const socialPicture = (view: PublicCertificate, words: Words, origin: string) =>
  html`<meta property="og:image" content="${safeUrl(`${origin}/${view.id}.og.jpg`)}" />
    <meta property="og:image:type" content="image/jpeg" />
    <meta property="og:image:width" content="1200" />
    <meta property="og:image:height" content="630" />
    <meta property="og:image:alt" content="${pictureText(view, words)}" />
    <meta name="twitter:card" content="summary_large_image" />
    <meta name="twitter:image" content="${safeUrl(`${origin}/${view.id}.og.jpg`)}" />
    <meta name="twitter:image:alt" content="${pictureText(view, words)}" /> `

function brandLink({ brand }: PublicCertificate): SafeHtml | null {
  const address = brandAddress(brand?.primary)
  return address ? html`<link rel="stylesheet" href="${address}" /> ` : null
}

/** What the record says about the state; the browser's own verdict replaces it once there is one. */
export function standingOf(view: PublicCertificate, words: Words): string {
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
    <p id="verdict-line" role="status"><span class="standing">${standingOf(view, words)}</span></p>
    <p class="unchecked">${words.say('notCheckedByBrowser')}</p>
  </header>`
}

function openPage(view: PublicCertificate, words: Words, options: CertificatePageOptions): SafeHtml {
  const evidence = html`<div class="evidence">
    ${checkSection(view, words, options)} ${recordSection(view, words)} ${versionsSection(view, words)}
  </div>`
  const keep = keepSection(view, words)
  // On a phone what to take comes before how it was checked: the verdict itself stands above everything.
  const body = view.picture
    ? html`${picture(view, words)}
        <div class="below pictured">${factsSection(view, words)} ${keep} ${evidence}</div>`
    : html`${sheet(view, words)}
        <div class="below">${evidence} ${keep}</div>`
  return html`${notices(view, words)} ${body}
  ${panels(view, words, options.publicUrl ?? new URL(view.links.page).origin)}`
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
    <p class="unchecked"><strong>${standingOf(view, words)}.</strong> ${words.say('notCheckedByBrowser')}</p>
    <div id="verdict"></div>
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
