/** A certificate to write about, and what a mail program makes of the HTML. */
import type { MailCertificate } from '../../src/domain/mails-compose.ts'

export const LANGUAGES = ['en', 'sv', 'de', 'fr', 'es'] as const

export const certificate: MailCertificate = {
  title: 'Advanced Project Management',
  recipientName: 'Maria Andersson',
  issuerName: 'Nordic Institute of Technology',
  issuerUrl: 'https://nit.example',
  issuedOn: '2026-03-03',
  expiresAt: Date.parse('2028-03-02T23:59:59Z'),
  pageUrl: 'https://verify.example/cert_0a1b2c3d4e5f6g7h8j9k0m1n2p',
  jsonUrl: 'https://verify.example/cert_0a1b2c3d4e5f6g7h8j9k0m1n2p.json',
  linkedinUrl: 'https://verify.example/s/cert_0a1b2c3d4e5f6g7h8j9k0m1n2p/linkedin',
  sandbox: false,
  replyTo: 'registrar@nit.example',
}

/** What a person reads: without style, tags and entities. */
export async function readable(html: string): Promise<string> {
  let text = ''
  const rewriter = new HTMLRewriter().on('body *', { text: (chunk) => void (text += chunk.text) })
  await rewriter.transform(new Response(html)).text()
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!)
}

/** Every element with its attributes, as a parser sees them. */
export async function elements(html: string) {
  const found: Array<{ tag: string; attributes: Record<string, string> }> = []
  const element = (node: HTMLRewriterTypes.Element) =>
    void found.push({
      tag: node.tagName,
      attributes: Object.fromEntries(node.attributes as Iterable<[string, string]>),
    })
  await new HTMLRewriter().on('*', { element }).transform(new Response(html)).text()
  return found
}
