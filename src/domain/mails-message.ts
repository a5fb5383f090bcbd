/** What a mailer takes: checked once more before it leaves, because rows are older than rules. */
import { checkAddress, deliveryAddress } from './addresses.ts'
import { plain } from './mails-plain.ts'
import { MailRefused, type MailMessage, type MessageAttachment } from './ports.ts'

/** The message as it goes out: lines are lines, the address is as relays are given it. Throws what a Mailer throws. */
export function readyMessage(message: MailMessage): Required<MailMessage> {
  const checked = checkAddress(message.to.address)
  // Checked at issue time already; but a misread address is a mail to a stranger.
  if ('problem' in checked) throw new MailRefused(`The address ${plain(checked.problem)}`)
  if (!isContentId(message.messageId)) throw new Error('A Message-ID is local@domain, without angle brackets.')
  return {
    messageId: message.messageId,
    from: { name: plain(message.from.name), address: message.from.address },
    to: { name: plain(message.to.name), address: deliveryAddress(checked.address) },
    replyTo: message.replyTo,
    subject: plain(message.subject),
    text: message.text,
    html: message.html,
    headers: extraHeaders(message.headers),
    attachments: (message.attachments ?? []).map(readyAttachment),
  }
}

const isContentId = (id: string) => /^[\w.+-]{1,200}@[\w.-]{1,255}$/.test(id)

/** Those are made here from the message's own parts; a second copy would contradict them. */
const OWN_HEADERS =
  /^(from|sender|to|cc|bcc|reply-to|return-path|subject|date|message-id|mime-version|content-.*|list-.*|auto-submitted)$/i

function extraHeaders(headers: Record<string, string>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]): [string, string] => {
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name) || OWN_HEADERS.test(name))
      throw new Error(`A mail may not set the header ${JSON.stringify(name)} itself.`)
    return [name, plain(value)]
  })
  return Object.fromEntries(entries)
}

/** Bytes and nothing else: no path, no address, and a name that needs no encoding. */
function readyAttachment({ name, mediaType, bytes, cid }: MessageAttachment): MessageAttachment {
  if (!/^[A-Za-z0-9][\w.-]{0,99}$/.test(name)) throw new Error(`${JSON.stringify(name)} is no name of an attachment.`)
  if (!/^[a-z]+\/[a-z0-9.+-]+$/.test(mediaType)) throw new Error(`${JSON.stringify(mediaType)} is no media type.`)
  if (!(bytes instanceof Uint8Array)) throw new Error(`The attachment ${name} has no bytes.`)
  if (cid !== undefined && !isContentId(cid)) throw new Error(`The Content-ID of ${name} is not local@domain.`)
  return { name, mediaType, bytes, ...(cid === undefined ? {} : { cid }) }
}
