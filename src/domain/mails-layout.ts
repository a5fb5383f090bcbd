/**
 * The HTML of a mail: tables and inline styles, because Outlook lays out with Word's engine and Gmail drops what it does
 * not know. No script, no remote request: pictures travel with the mail. Light by inline style, dark by a media query
 * where it is understood.
 */
import { mailColors, type MailColors } from './mails-brand.ts'
import type { MailContent, MailPicture } from './mails-compose.ts'
import { mailStyle } from './mails-layout-style.ts'
import { isWebAddress } from './mails-own.ts'

const SERIF = "Georgia,'Times New Roman',Times,serif"
const SANS = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const INK = '#1c2530'
const SOFT = '#56616f'
const LINE = '#dfe3e8'
/** Only the line above a revocation: it should not look like good news. */
const REVOKED = '#8c2f2f'

export function mailHtml(content: MailContent): string {
  const { words, look } = content
  const colors = mailColors(look.primary)
  const card = (part: string, style: string, inner: string) =>
    `<tr><td class="card ${part}${content.bad ? ' bad' : ''}" bgcolor="#ffffff" style="background-color:#ffffff;${style}">\n${inner}\n</td></tr>\n`
  const edge = `border-top:4px solid ${content.bad ? REVOKED : colors.line};`
  const cards = look.picture
    ? card('top', `${edge}padding:34px 44px 28px`, opening(content)) +
      pictureRow(content, look.picture) +
      card('rest', 'padding:30px 44px 36px', details(content, colors))
    : card('top', `${edge}padding:34px 44px 36px`, `${opening(content)}\n${details(content, colors)}`)
  return `<!DOCTYPE html>
<html lang="${words.locale}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="x-apple-disable-message-reformatting">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(content.heading)}</title>
<!--[if mso]><noscript><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml></noscript><![endif]-->
<style>${mailStyle(colors)}</style>
</head>
<body class="page" style="margin:0;padding:0;width:100%;background-color:#eef1f4;-webkit-text-size-adjust:100%;-ms-text-size-adjust:100%">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;mso-hide:all">${escapeHtml(content.preheader)}${FILLER}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#eef1f4" style="background-color:#eef1f4">
<tr><td align="center" class="outer" style="padding:32px 12px">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;margin:0 auto">
${noticeRow(content)}${cards}<tr><td style="padding:22px 44px 8px" class="foot">${footer(content, colors)}</td></tr>
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

const noticeRow = ({ notice }: MailContent) =>
  notice === null
    ? ''
    : `<tr><td class="test" bgcolor="#fff3d1" style="background-color:#fff3d1;color:#6b4a00;padding:12px 44px;` +
      `border:1px solid #ecd9a0;font:600 14px/20px ${SANS}"><strong>${escapeHtml(notice.tag)}</strong> · ` +
      `${escapeHtml(notice.text)}</td></tr>\n`

const text = (size: string, colour: string, margin: string) =>
  `margin:${margin};font:${size} ${SANS};color:${colour};mso-line-height-rule:exactly`

/** Whose mail it is, and what it says first. */
function opening(content: MailContent): string {
  const foreign = content.ownLanguage === null ? '' : ` lang="${escapeHtml(content.ownLanguage)}"`
  const last = content.opening.length - 1
  const paragraphs = content.opening.map((lines, index) => {
    const margin = index === last ? (content.headingFirst ? '0' : '0 0 26px') : '0 0 12px'
    const inner = lines.map((line) => escapeHtml(line)).join('<br>')
    return `<p class="ink" dir="auto"${foreign} style="${text('16px/26px', INK, margin)};overflow-wrap:anywhere">${inner}</p>`
  })
  const space = content.look.picture && !content.headingFirst ? '0' : '0 0 26px'
  const heading = `<h1 class="ink title" dir="auto"${content.headingFirst ? foreign : ''} style="margin:${space};font:400 31px/1.27 ${SERIF};color:${INK};hyphens:auto;-webkit-hyphens:auto;word-break:break-word;overflow-wrap:anywhere">${escapeHtml(content.heading)}</h1>`
  const gap =
    content.headingFirst && !content.look.picture ? ['<div style="height:26px;line-height:26px">&#8203;</div>'] : []
  return [brand(content), ...(content.headingFirst ? [heading, ...paragraphs, ...gap] : [...paragraphs, heading])].join(
    '\n',
  )
}

/** The logo stands on a light plate in the dark: dark letters on a transparent ground would vanish. */
function brand({ look, issuerName }: MailContent): string {
  const name = escapeHtml(issuerName)
  if (!look.logo)
    return `<p class="soft" dir="auto" style="${text('600 14px/20px', SOFT, '0 0 30px')};letter-spacing:.02em">${name}</p>`
  return (
    `<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 28px"><tr><td class="logo">` +
    `${picture(look.logo, name, 'font:600 14px/20px ' + SANS)}</td></tr></table>`
  )
}

/** Over the whole width of the card, and a link to the page. */
function pictureRow(content: MailContent, shown: MailPicture): string {
  const image = picture(
    shown,
    escapeHtml(content.pictureAlt),
    `width:${shown.width}px;margin:0 auto;font:14px/20px ${SANS}`,
  )
  const inner = isWebAddress(content.pageUrl)
    ? `<a href="${escapeHtml(content.pageUrl)}" style="display:block;text-decoration:none;color:${SOFT}">${image}</a>`
    : image
  return `<tr><td class="shot" align="center" bgcolor="#e4e8ed" style="background-color:#e4e8ed;padding:1px 0">${inner}</td></tr>\n`
}

/** Width and height as attributes too: Outlook knows no others. */
const picture = ({ cid, width, height }: MailPicture, alt: string, style: string) =>
  `<img src="cid:${escapeHtml(cid)}" width="${width}" height="${height}" alt="${alt}" border="0" ` +
  `style="display:block;border:0;max-width:100%;height:auto;color:${SOFT};${style}">`

/** The facts, the way to the page, and what the certificate is. */
function details(content: MailContent, colors: MailColors): string {
  const { words } = content
  const own = (url: string, label: string, note?: string) =>
    `<p class="link" style="${text('15px/23px', colors.link, note === undefined ? '16px 0 0' : '10px 0 0')}">${anchor(url, colors, label)}</p>` +
    (note === undefined ? '' : `<p class="soft" style="${text('13px/20px', SOFT, '2px 0 0')}">${escapeHtml(note)}</p>`)
  return [
    factTable(content),
    content.said ? quoted(content.said) : '',
    button(content.pageUrl, content.button, colors),
    `<p class="soft" style="${text('13px/20px', SOFT, '18px 0 2px')}">${escapeHtml(words.orCopy)}</p>`,
    `<p class="link" style="${text('13px/20px', colors.link, '0 0 26px')};word-break:break-all">${anchor(content.pageUrl, colors)}</p>`,
    `<p class="ink rule" style="${text('15px/24px', INK, '0')};border-top:1px solid ${LINE};padding-top:24px">${escapeHtml(content.explanation)}</p>`,
    content.attached
      ? `<p class="ink" style="${text('15px/24px', INK, '12px 0 0')}">${escapeHtml(content.attached)}</p>`
      : '',
    content.linkedinUrl ? own(content.linkedinUrl, words.linkedin) : '',
    content.jsonUrl ? own(content.jsonUrl, words.file, words.fileLasts) : '',
    content.cta ? own(content.cta.url, content.cta.label) : '',
  ]
    .filter((part) => part !== '')
    .join('\n')
}

const quoted = (lines: string[]) =>
  `<p class="ink said" dir="auto" style="${text('16px/25px', INK, '0 0 28px')};border-left:3px solid ${LINE};padding:2px 0 2px 16px;word-break:break-word;overflow-wrap:anywhere">` +
  `${lines.map((line) => escapeHtml(line)).join('<br>')}</p>`

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
function button(url: string, label: string, colors: MailColors): string {
  if (!isWebAddress(url)) return ''
  return (
    `<table role="presentation" class="push" cellpadding="0" cellspacing="0" border="0"><tr>` +
    `<td align="center" bgcolor="${colors.button}" style="background-color:${colors.button};border-radius:5px;mso-padding-alt:14px 30px">` +
    `<a href="${escapeHtml(url)}" style="display:block;padding:14px 30px;font:600 16px/22px ${SANS};color:${colors.onButton};text-decoration:none;border-radius:5px">${escapeHtml(label)}</a>` +
    `</td></tr></table>`
  )
}

function footer(content: MailContent, colors: MailColors): string {
  const contact = content.replyTo
    ? `${escapeHtml(content.words.questions)} <a href="mailto:${escapeHtml(encodeURI(content.replyTo))}" style="color:${SOFT}" class="soft">${escapeHtml(content.replyTo)}</a>`
    : anchor(content.issuerUrl, colors, undefined, SOFT)
  const line = (inner: string, weight = '') =>
    inner === ''
      ? ''
      : `<p class="soft" style="margin:0 0 4px;font:${weight}13px/20px ${SANS};color:${SOFT}">${inner}</p>`
  return line(escapeHtml(content.issuerName), '600 ') + line(contact) + line(escapeHtml(content.footer))
}

/** A link to a web address; anything else stays text. */
function anchor(url: string, colors: MailColors, label = url, colour = colors.link): string {
  if (!isWebAddress(url)) return escapeHtml(label)
  const className = colour === SOFT ? 'soft' : 'link'
  return `<a href="${escapeHtml(url)}" class="${className}" style="color:${colour}">${escapeHtml(label)}</a>`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
/** For text and for attributes in either kind of quotes. */
export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter]!)
