/**
 * The HTML of a mail: tables and inline styles, because Outlook lays out with Word's engine and Gmail drops what it does
 * not know. No image, no script, no remote request. Light by inline style, dark by a media query where it is understood.
 */
import type { MailContent } from './mails-compose.ts'

const SERIF = "Georgia,'Times New Roman',Times,serif"
const SANS = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const INK = '#1c2530'
const SOFT = '#56616f'
const LINE = '#dfe3e8'
const ACCENT = '#1d4f76'
/** Only the line above a revocation: it should not look like good news. */
const REVOKED = '#8c2f2f'

export function mailHtml(content: MailContent): string {
  const { words } = content
  return `<!DOCTYPE html>
<html lang="${words.locale}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="x-apple-disable-message-reformatting">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(content.title)}</title>
<!--[if mso]><noscript><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml></noscript><![endif]-->
<style>${STYLE}</style>
</head>
<body class="page" style="margin:0;padding:0;width:100%;background-color:#eef1f4;-webkit-text-size-adjust:100%;-ms-text-size-adjust:100%">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;mso-hide:all">${escapeHtml(content.preheader)}${FILLER}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#eef1f4" style="background-color:#eef1f4">
<tr><td align="center" class="outer" style="padding:32px 12px">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;margin:0 auto">
${content.sandbox ? sandboxRow(content) : ''}<tr><td class="card${content.kind === 'revoked' ? ' bad' : ''}" bgcolor="#ffffff" style="background-color:#ffffff;border-top:4px solid ${content.kind === 'revoked' ? REVOKED : ACCENT};padding:34px 44px 36px">
${letter(content)}
</td></tr>
<tr><td style="padding:22px 44px 8px" class="foot">${footer(content)}</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
`
}

/** Keeps the first words of the letter out of the inbox preview. */
const FILLER = '&#8199;&#847;'.repeat(60)

const STYLE = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
a{text-decoration:underline}
@media only screen and (max-width:520px){
.outer{padding:0!important}
.card{padding:32px 22px 30px!important}
.foot{padding:20px 22px 28px!important}
.test{padding:12px 22px!important}
.title{font-size:25px!important}
.label,.value{display:block!important;width:auto!important;padding-left:0!important;padding-right:0!important}
.label{padding:9px 0 1px!important;border-bottom:0!important}
.value{padding:0 0 10px!important}
.push{width:100%!important}
.push td{display:block!important}
}
@media (prefers-color-scheme:dark){
.page{background-color:#12161b!important}
.card{background-color:#1b2128!important;border-top-color:#6fa8d6!important}
.bad{border-top-color:#d98383!important}
.ink,.ink a{color:#eef1f4!important}
.soft{color:#a9b4c0!important}
.label,.value,.rule{border-color:#333c46!important}
.link,.link a{color:#8fc1ea!important}
.push td{background-color:#2c6c9f!important}
.test{background-color:#4a3a10!important;color:#ffe3a1!important;border-color:#6a5520!important}
}
[data-ogsc] .ink,[data-ogsc] .ink a{color:#eef1f4!important}
[data-ogsc] .soft{color:#a9b4c0!important}
[data-ogsc] .link,[data-ogsc] .link a{color:#8fc1ea!important}
`

const sandboxRow = ({ words }: MailContent) =>
  `<tr><td class="test" bgcolor="#fff3d1" style="background-color:#fff3d1;color:#6b4a00;padding:12px 44px;` +
  `border:1px solid #ecd9a0;font:600 14px/20px ${SANS}"><strong>${escapeHtml(words.testTag)}</strong> · ` +
  `${escapeHtml(words.testNotice)}</td></tr>\n`

function letter(content: MailContent): string {
  const { words } = content
  const text = (size: string, colour: string, margin: string) =>
    `margin:${margin};font:${size} ${SANS};color:${colour};mso-line-height-rule:exactly`
  return [
    `<p class="soft" dir="auto" style="${text('600 14px/20px', SOFT, '0 0 30px')};letter-spacing:.02em">${escapeHtml(content.issuerName)}</p>`,
    `<p class="ink" dir="auto" style="${text('16px/26px', INK, '0 0 6px')}">${escapeHtml(content.greeting)}</p>`,
    `<p class="ink" dir="auto" style="${text('16px/26px', INK, '0 0 26px')}">${escapeHtml(content.lead)}</p>`,
    `<h1 class="ink title" dir="auto" style="margin:0 0 26px;font:400 31px/1.27 ${SERIF};color:${INK};hyphens:auto;-webkit-hyphens:auto;word-break:break-word;overflow-wrap:anywhere">${escapeHtml(content.title)}</h1>`,
    factTable(content),
    button(content.pageUrl, words.button[content.kind]),
    `<p class="soft" style="${text('13px/20px', SOFT, '18px 0 2px')}">${escapeHtml(words.orCopy)}</p>`,
    `<p class="link" style="${text('13px/20px', ACCENT, '0 0 26px')};word-break:break-all">${anchor(content.pageUrl)}</p>`,
    `<p class="ink rule" style="${text('15px/24px', INK, '0')};border-top:1px solid ${LINE};padding-top:24px">${escapeHtml(content.explanation)}</p>`,
    content.linkedinUrl
      ? `<p class="link" style="${text('15px/23px', ACCENT, '16px 0 0')}">${anchor(content.linkedinUrl, words.linkedin)}</p>`
      : '',
    content.jsonUrl
      ? `<p class="link" style="${text('15px/23px', ACCENT, '10px 0 0')}">${anchor(content.jsonUrl, words.file)}</p>` +
        `<p class="soft" style="${text('13px/20px', SOFT, '2px 0 0')}">${escapeHtml(words.fileLasts)}</p>`
      : '',
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function factTable({ facts }: MailContent): string {
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><td class="label soft" width="150" valign="top" style="width:150px;padding:10px 14px 10px 0;border-bottom:1px solid ${LINE};font:14px/22px ${SANS};color:${SOFT}">${escapeHtml(label)}</td>` +
      `<td class="value ink" valign="top" dir="auto" style="padding:10px 0;border-bottom:1px solid ${LINE};font:16px/22px ${SANS};color:${INK};text-align:left;word-break:break-word;overflow-wrap:anywhere">${escapeHtml(value)}</td></tr>`,
  )
  return (
    `<table width="100%" cellpadding="0" cellspacing="0" border="0" role="presentation" style="border-top:1px solid ${LINE};margin:0 0 30px" class="rule">\n` +
    `${rows.join('\n')}\n</table>`
  )
}

/** The colour and the padding are the cell's, so that Outlook draws a button too. */
function button(url: string, label: string): string {
  if (!isWebAddress(url)) return ''
  return (
    `<table role="presentation" class="push" cellpadding="0" cellspacing="0" border="0"><tr>` +
    `<td align="center" bgcolor="${ACCENT}" style="background-color:${ACCENT};border-radius:5px;mso-padding-alt:14px 30px">` +
    `<a href="${escapeHtml(url)}" style="display:block;padding:14px 30px;font:600 16px/22px ${SANS};color:#ffffff;text-decoration:none;border-radius:5px">${escapeHtml(label)}</a>` +
    `</td></tr></table>`
  )
}

function footer(content: MailContent): string {
  const contact = content.replyTo
    ? `${escapeHtml(content.words.questions)} <a href="mailto:${escapeHtml(encodeURI(content.replyTo))}" style="color:${SOFT}" class="soft">${escapeHtml(content.replyTo)}</a>`
    : anchor(content.issuerUrl, undefined, SOFT)
  return (
    `<p class="soft" style="margin:0 0 4px;font:600 13px/20px ${SANS};color:${SOFT}">${escapeHtml(content.issuerName)}</p>` +
    `<p class="soft" style="margin:0 0 4px;font:13px/20px ${SANS};color:${SOFT}">${contact}</p>` +
    `<p class="soft" style="margin:0;font:13px/20px ${SANS};color:${SOFT}">${escapeHtml(content.footer)}</p>`
  )
}

/** A link to a web address; anything else stays text. */
function anchor(url: string, label = url, colour = ACCENT): string {
  if (!isWebAddress(url)) return escapeHtml(label)
  const className = colour === SOFT ? 'soft' : 'link'
  return `<a href="${escapeHtml(url)}" class="${className}" style="color:${colour}">${escapeHtml(label)}</a>`
}

const isWebAddress = (url: string) => /^https?:\/\/[^\s\\<>"]+$/i.test(url) && URL.canParse(url)

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
/** For text and for attributes in either kind of quotes. */
export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter]!)
