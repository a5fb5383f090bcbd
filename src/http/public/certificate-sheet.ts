/** The certificate itself: the picture of its design with its facts beside it, or, without a picture, a sheet drawn by the page. */
import type { PublicCertificate } from '../../domain/public-certificate.ts'
import { html, safeUrl, type HtmlValue, type SafeHtml } from './html.ts'
import { rosette, seal, watermark } from './ornament.ts'
import { fact, isolated } from './page-layout.ts'
import type { Words } from './page-texts.ts'

/** What the picture shows, for those who cannot see it; its text stands below it as well. */
export const pictureText = (view: PublicCertificate, words: Words) =>
  words.say('pictureAlt', { title: view.title, recipient: view.recipientName })

/** The rendering, sharp at every size. Its proportions are known before it comes, so that nothing jumps. */
export function picture(view: PublicCertificate, words: Words): SafeHtml {
  const { width, height } = view.picture!
  const shape = width > height ? 'landscape' : 'portrait'
  return html`<figure class="picture ${shape}">
    <picture>
      <source type="image/svg+xml" srcset="/${view.id}.svg" />
      <img
        src="/${view.id}.png"
        width="${Math.round(width * 4)}"
        height="${Math.round(height * 4)}"
        alt="${pictureText(view, words)}"
        fetchpriority="high"
      />
    </picture>
  </figure>`
}

/** What the picture says, as text: for screen readers, for small screens, and for the comparison with the signed file. */
export function factsSection(view: PublicCertificate, words: Words): SafeHtml {
  return html`<section class="facts" aria-labelledby="certificate">
    ${
      view.logo
        ? html`<img
            class="logo"
            src="/${view.id}/logo"
            width="${view.logo.width}"
            height="${view.logo.height}"
            alt=""
          />`
        : null
    }
    <p class="issuer" data-shown="issuer" lang="${view.language}">${isolated(view.issuer.name)}</p>
    ${heading(view, words)} ${description(view)} ${dates(view, words)} ${furtherFields(view, words)}
  </section>`
}

const heading = (view: PublicCertificate, words: Words) =>
  html`<h1 id="certificate">
    <span class="lead">${words.say('awardedTo')}</span>
    <span class="recipient" data-shown="recipient">${isolated(view.recipientName)}</span>
    <span class="lead">${words.say('awardedFor')}</span>
    <span class="achievement" data-shown="title" lang="${view.language}">${isolated(view.title)}</span>
  </h1>`

const description = (view: PublicCertificate) =>
  view.description ? html`<p class="description" lang="${view.language}">${isolated(view.description)}</p>` : null

const dates = (view: PublicCertificate, words: Words) =>
  html`<dl class="dates">
    ${fact(words.say('issuedOn'), words.date(view.issuedOn))}
    ${fact(words.say('completedOn'), view.completedOn ? words.date(view.completedOn) : null)}
    ${fact(words.say(view.state === 'expired' ? 'expiredOn' : 'validUntil'), view.expiresAt === null ? null : words.date(view.expiresAt))}
    ${fact(words.say('licenseNumber'), view.licenseNumber ? isolated(view.licenseNumber) : null)}
  </dl>`

/** The diploma. `data-shown` marks what the script compares with the signed file. */
export function sheet(view: PublicCertificate, words: Words): SafeHtml {
  const mark = view.state === 'revoked' ? 'revokedMark' : view.sandbox ? 'sandboxMark' : null
  return html`<article class="sheet" aria-labelledby="certificate">
    ${rosette(view.id, 'underprint')} ${mark ? watermark(words.say(mark)) : null}
    <p class="issuer" data-shown="issuer" lang="${view.language}">${isolated(view.issuer.name)}</p>
    ${heading(view, words)} ${description(view)} ${dates(view, words)} ${furtherFields(view, words)} ${seal()}
  </article>`
}

function furtherFields(view: PublicCertificate, words: Words): SafeHtml | null {
  if (view.fields.length === 0 && !view.criteria && view.skills.length === 0) return null
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
    ${
      view.skills.length
        ? html`<div class="criteria skills">
            <h2>${words.say('skills')}</h2>
            <ul lang="${view.language}">
              ${view.skills.map((skill) => html`<li>${isolated(skill)}</li>`)}
            </ul>
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
