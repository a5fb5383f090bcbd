import type { PublicCertificate } from '../../domain/public-certificate.ts'
import { escapeHtml } from './html.ts'

/** Of the frame, in CSS pixels. */
export const EMBED_SIZE = { width: 480, height: 440 }

/** What an issuer or a recipient pastes into a page. */
export function embedCode(
  { id, title }: Pick<PublicCertificate, 'id' | 'title'>,
  publicUrl: string,
  { width, height } = EMBED_SIZE,
): string {
  const address = escapeHtml(`${publicUrl}/${id}/embed`)
  return `<iframe src="${address}" width="${width}" height="${height}" title="${escapeHtml(title)}" loading="lazy" style="border:0;max-width:100%"></iframe>`
}
