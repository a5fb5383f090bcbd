/** What a visitor can take from a certificate's page, and say on it: files, profile, links, code, mail. */
import type { PublicCertificate } from '../../domain/public-certificate.ts'
import { embedCode } from './embed-code.ts'
import { html, safeUrl, type HtmlValue, type SafeHtml } from './html.ts'
import { qrCode } from './ornament.ts'
import { isolated, sentence } from './page-layout.ts'
import type { Words } from './page-texts.ts'

/** QR code, files, profile, and the ways to pass the link on. */
export function keepSection(view: PublicCertificate, words: Words): SafeHtml {
  const { links } = view
  const living = view.state !== 'revoked'
  const linkedin = living ? safeUrl(links.linkedin) : null
  const cta = view.cta ? safeUrl(view.cta.url) : null
  const drawn = view.picture !== null
  const pdf = drawn && view.state !== 'pending'
  return html`<section class="keep" aria-labelledby="keep-heading">
    <h2 id="keep-heading">${words.say('takeHeading')}</h2>
    <figure class="code">
      ${qrCode(links.page, words.say('qr'))}
      <figcaption>${words.say('qrCaption')}</figcaption>
    </figure>
    <p class="address" id="address">${links.page}</p>
    <ul class="actions">
      ${
        pdf
          ? html`<li class="primary">
              <a href="/${view.id}.pdf?download" download>${words.say('downloadPdf')}</a>
              <p class="hint">${words.say('downloadPdfHint')}</p>
            </li>`
          : null
      }
      <li${pdf ? null : html` class="primary"`}>
        <a href="${safeUrl(links.json)}" download="${view.id}.json">${words.say('download')}</a>
        <p class="hint">${words.say('downloadHint')}</p>
      </li>
      ${drawn ? html`<li><a href="/${view.id}.png?width=2400&amp;download" download>${words.say('downloadPng')}</a></li>` : null}
      ${linkedin ? html`<li><a href="${linkedin}" rel="nofollow">${words.say('linkedin')}</a></li>` : null}
      ${cta ? html`<li class="cta"><a href="${cta}" rel="noopener" lang="${view.language}">${isolated(view.cta!.label)}</a></li>` : null}
      <li><button type="button" id="copy" data-copied="${words.say('copied')}" data-done="${words.say('copiedShort')}" hidden>${words.say('copy')}</button></li>
      <li><button type="button" id="share" hidden>${words.say('share')}</button></li>
      <li><button type="button" id="print" hidden>${words.say('print')}</button></li>
    </ul>
    ${living ? channels(view, words) : null}
  </section>`
}

/** Each through a counted address of this site: no script and no button of anybody else. */
function channels({ id }: PublicCertificate, words: Words): SafeHtml {
  const names: Array<[channel: string, name: string]> = [
    ['linkedin-post', 'LinkedIn'],
    ['x', 'X'],
    ['facebook', 'Facebook'],
    ['whatsapp', 'WhatsApp'],
    ['email', words.say('shareEmail')],
  ]
  return html`<div class="channels">
    <p id="channels">${words.say('shareHeading')}</p>
    <ul aria-labelledby="channels">
      ${names.map(([channel, name]) => html`<li><a href="/s/${id}/${channel}" rel="nofollow">${name}</a></li>`)}
    </ul>
  </div>`
}

/** Further things, closed until they are wanted. They work without JavaScript too. */
export function panels(view: PublicCertificate, words: Words, publicUrl: string): SafeHtml {
  const panel = (title: string, content: HtmlValue) =>
    html`<details class="panel">
      <summary>${title}</summary>
      <div>${content}</div>
    </details> `
  return html`<p class="spoken" id="said" role="status"></p>
    <div class="panels">
      ${view.state === 'revoked' ? null : panel(words.say('fieldsHeading'), profileFields(view, words))}
      ${view.picture ? panel(words.say('embedHeading'), embedField(view, words, publicUrl)) : null}
      ${view.state === 'revoked' ? null : panel(words.say('mailMeTitle'), mailForm(view, words))}
      ${view.issuer.email === '' ? null : panel(words.say('reportTitle'), reportForm(view, words))}
    </div>`
}

/** One by one, as LinkedIn, Europass and application forms ask for them. */
function profileFields(view: PublicCertificate, words: Words): SafeHtml {
  const rows: Array<[label: string, value: string]> = [
    [words.say('fieldName'), view.title],
    [words.say('fieldIssuer'), view.issuer.name],
    [words.say('fieldIssued'), words.date(view.issuedOn)],
    ...(view.expiresAt === null
      ? []
      : [[words.say('fieldExpires'), words.date(view.expiresAt)] satisfies [string, string]]),
    [words.say('fieldId'), view.licenseNumber ?? view.id],
    [words.say('fieldUrl'), view.links.page],
  ]
  return html`<p>${words.say('fieldsText')}</p>
    <dl class="copyable">
      ${rows.map(
        ([label, value]) =>
          html`<div>
            <dt>${label}</dt>
            <dd>
              <span>${isolated(value)}</span>
              <button type="button" data-copies="${value}" aria-label="${words.say('copyOne', { what: label })}" hidden>
                ${words.say('copyShort')}
              </button>
            </dd>
          </div>`,
      )}
    </dl>`
}

const embedField = (view: PublicCertificate, words: Words, publicUrl: string) => {
  const code = embedCode(view, publicUrl)
  return html`<p>${words.say('embedText')}</p>
    <label for="embed-code">${words.say('embedLabel')}</label>
    <textarea id="embed-code" rows="4" readonly spellcheck="false">${code}</textarea>
    <p>
      <button type="button" data-copies="${code}" hidden>${words.say('embedCopy')}</button>
    </p>`
}

const mailForm = (view: PublicCertificate, words: Words) =>
  html`<form action="/${view.id}/mail" method="post">
    <p>${words.say('mailMeText')}</p>
    <label for="mail-me">${words.say('mailMeLabel')}</label>
    <div class="field">
      <input type="email" id="mail-me" name="email" required maxlength="254" autocomplete="email" />
      <button type="submit">${words.say('mailMeSend')}</button>
    </div>
  </form>`

const reportForm = (view: PublicCertificate, words: Words) =>
  html`<form action="/${view.id}/report" method="post">
    <p>${sentence(words.say('reportText'), { issuer: isolated(view.issuer.name) })}</p>
    <label for="report-message">${words.say('reportMessage')}</label>
    <textarea id="report-message" name="message" rows="4" required minlength="3" maxlength="2000"></textarea>
    <label for="report-email">${words.say('reportAddress')}</label>
    <input type="email" id="report-email" name="email" maxlength="254" autocomplete="email" />
    <p><button type="submit">${words.say('reportSend')}</button></p>
  </form>`
