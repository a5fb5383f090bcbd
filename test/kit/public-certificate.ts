/** A certificate as its public page gets it, with everything filled in. */
import type { PublicCertificate } from '../../src/domain/public-certificate.ts'

export function publicCertificate(change: Partial<PublicCertificate> = {}): PublicCertificate {
  const id = 'cert_0123456789abcdefghjkmnpqrs'
  return {
    id,
    sandbox: false,
    state: 'issued',
    title: 'Advanced Project Management',
    description: 'A course of forty hours in planning, leading and closing projects.',
    criteria: 'Attend all lessons and pass the written examination.',
    recipientName: 'Maria Andersson',
    issuer: {
      name: 'Example University',
      url: 'https://example.edu',
      did: 'did:web:verify.example.edu',
      email: 'registrar@example.edu',
    },
    issuedOn: '2026-03-03',
    completedOn: '2026-02-27',
    expiresAt: Date.UTC(2028, 2, 3),
    licenseNumber: 'PM-2026-0042',
    fields: [
      { label: 'Score', value: 97.5, type: 'number' },
      { label: 'With distinction', value: true, type: 'boolean' },
    ],
    version: 1,
    versions: [{ version: 1, createdAt: Date.UTC(2026, 2, 3), replacedAt: null }],
    revoked: null,
    chain: {
      network: 'polygon',
      title: 'Polygon',
      chainId: 137,
      embedded: false,
      registry: '0x52908400098527886E0F7030069857D2E4169EE7',
      transactionHash: `0x${'ab'.repeat(32)}`,
      blockNumber: 68123456,
      blockTime: Date.UTC(2026, 2, 3, 9, 15),
      root: `0x${'cd'.repeat(32)}`,
      explorerUrl: 'https://polygonscan.com/tx/0xab',
      confirmed: true,
      also: [],
    },
    language: 'en',
    links: {
      page: `https://verify.example.edu/${id}`,
      pdf: `https://verify.example.edu/${id}.pdf`,
      json: `https://verify.example.edu/${id}.json`,
      png: `https://verify.example.edu/${id}.png`,
      linkedin: `/s/${id}/linkedin`,
    },
    skills: ['Planning', 'Leadership'],
    brand: null,
    logo: null,
    cta: null,
    picture: null,
    ...change,
  }
}
