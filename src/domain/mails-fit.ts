/** How large the pictures of a mail are: on the screen, and in bytes. */

/** Pixels a picture of the certificate may take: as wide as the mail, and no taller than a window. */
export const PICTURE_BOX = { width: 600, height: 620 }
export const LOGO_BOX = { width: 220, height: 56 }

/** Of a whole mail without its PDF, as it goes over the wire. */
export const MAX_MAIL_BYTES = 300_000
export const MAX_PICTURE_BYTES = 120_000
export const MAX_LOGO_BYTES = 60_000
/** Relays take 10 MB and more; a third is added on the way. */
export const MAX_PDF_BYTES = 6_000_000

/** Pixels drawn for one that is shown, tried in this order until the picture is light enough. */
export const WIDTHS = [2, 1.6, 1.25, 1]

/** The largest whole size of this shape that fits in the box. */
export function fitted(
  { width, height }: { width: number; height: number },
  box: { width: number; height: number },
): { width: number; height: number } {
  if (!(width > 0) || !(height > 0)) return { ...box }
  const factor = Math.min(box.width / width, box.height / height)
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) }
}

/** Bytes that are left for pictures beside text and HTML: both are encoded for SMTP, and so are the pictures. */
export function roomForPictures({ text, html }: { text: string; html: string }): number {
  const left = MAX_MAIL_BYTES - HEADERS - encodedSize(text) - encodedSize(html)
  return Math.max(0, Math.floor(left / BASE64))
}
/** Header lines and the borders between parts. */
const HEADERS = 5_000
/** Four letters for three bytes, and a line end after every 76. */
const BASE64 = (4 / 3) * (78 / 76)

/** Quoted-printable or base64, whichever is shorter: what mail libraries choose between. */
function encodedSize(text: string): number {
  const bytes = new TextEncoder().encode(text)
  let quoted = 0
  for (const byte of bytes) quoted += byte > 126 || byte === 61 ? 3 : 1
  return Math.max(Math.min(quoted * 1.04, bytes.length * BASE64), bytes.length)
}
