/**
 * E-mail addresses, in a grammar far stricter than RFC 5322: one mailbox, written in the one plain way. A mail library
 * reads "m@example.com, evil@x.example" or "m@example.com\r\nBcc: evil@x.example" as an address at x.example, so
 * nothing that needs interpreting may ever reach it. Checked when it comes in and again before sending.
 */
import { shown, textProblem } from './text.ts'

const MAX_ADDRESS = 254 // RFC 5321 4.5.3.1.3: a path of 256 octets with its angle brackets
const MAX_LOCAL_PART = 64
const MAX_DOMAIN = 253
const MAX_LABEL = 63

const ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+$/
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/
/** Letters, their marks and digits of any script: what a name in a domain is made of. */
const DOMAIN_TEXT = /^[\p{L}\p{M}\p{N}.-]+$/u
// oxlint-disable-next-line no-control-regex
const ASCII = /^[\u0000-\u007f]*$/

/**
 * The address exactly as it was typed, or what is wrong with it as the end of a sentence that begins with the name of
 * the field ("recipient.email holds a comma. …").
 */
export function checkAddress(text: string): { address: string } | { problem: string } {
  const problem = shapeProblem(text) ?? localPartProblem(localPart(text)) ?? domainProblem(text)
  return problem === undefined ? { address: text } : { problem }
}

/**
 * The form for comparing and hashing: trimmed, lower case, the domain as A-labels (xn--…). Text that is no address comes
 * back trimmed and in lower case, so that it can be looked for without being found.
 */
export const normaliseAddress = (text: string): string => deliveryAddress(text.trim()).toLowerCase()

/**
 * The form a relay is given: the local part as typed, because its case may matter there, the domain as A-labels.
 * For addresses that passed `checkAddress`; other text comes back as it is.
 */
export function deliveryAddress(text: string): string {
  const at = text.lastIndexOf('@')
  const domain = at < 0 ? undefined : asciiDomain(text.slice(at + 1))
  return domain === undefined ? text : `${text.slice(0, at)}@${domain}`
}

const localPart = (text: string) => text.slice(0, text.lastIndexOf('@'))

/** What makes it something else than one plain address. */
function shapeProblem(text: string): string | undefined {
  if (text === '') return 'must be an e-mail address, but is empty.'
  const invisible = textProblem(text)
  if (invisible) return invisible
  if (text !== text.trim()) return `begins or ends with a blank: ${shown(text)}. Remove it.`
  if (/\s/.test(text)) return `holds a blank: ${shown(text)}. Give the address alone, without a name.`
  if (/[,;]/.test(text)) return `holds a comma or semicolon: ${shown(text)}. Give exactly one address.`
  if (/[<>"()[\]\\:]/.test(text))
    return `holds quotes or brackets: ${shown(text)}. Give the plain address, such as maria@example.org.`
  const signs = text.split('@').length - 1
  if (signs !== 1) return `must hold exactly one @, but has ${signs === 0 ? 'none' : signs}: ${shown(text)}.`
  if (text.length > MAX_ADDRESS) return `has ${text.length} letters; an address has at most ${MAX_ADDRESS}.`
  return undefined
}

function localPartProblem(local: string): string | undefined {
  if (local === '') return 'has nothing before the @.'
  if (!ASCII.test(local)) {
    const strange = [...local].find((letter) => !ASCII.test(letter))!
    return `has ${shown(strange)} before the @. There only a–z, 0–9 and . _ + - and the like are delivered everywhere.`
  }
  if (local.length > MAX_LOCAL_PART)
    return `has ${local.length} letters before the @; at most ${MAX_LOCAL_PART} are allowed.`
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..'))
    return `has a dot at the edge or two in a row before the @: ${shown(local)}.`
  if (!local.split('.').every((atom) => ATOM.test(atom)))
    return `has a letter before the @ that addresses do not have: ${shown(local)}.`
  return undefined
}

function domainProblem(text: string): string | undefined {
  const domain = text.slice(text.lastIndexOf('@') + 1)
  if (domain === '') return 'has nothing after the @.'
  const wrong = (why: string) => `has ${why} after the @: ${shown(domain)}.`
  if (!DOMAIN_TEXT.test(domain)) return wrong('a letter that domains do not have')
  const labels = domain.split('.')
  if (labels.length < 2) return `needs a whole domain such as example.org after the @, but has ${shown(domain)}.`
  if (labels.includes('')) return wrong('a dot at the edge or two in a row')
  if (labels.some((label) => label.startsWith('-') || label.endsWith('-')))
    return wrong('a hyphen at the edge of a part')
  if (/^\p{N}+$/u.test(labels.at(-1)!)) return wrong('a number in place of a name such as example.org')
  const ascii = asciiDomain(domain)
  if (ascii === undefined) return wrong('no domain name that exists in the rules of domain names')
  if (ascii.length > MAX_DOMAIN || ascii.split('.').some((label) => label.length > MAX_LABEL))
    return `has a domain that is too long: a part has at most ${MAX_LABEL} letters, all together ${MAX_DOMAIN}.`
  if (localPart(text).length + 1 + ascii.length > MAX_ADDRESS)
    return `is too long: its domain is ${ascii} on the wire, and an address has at most ${MAX_ADDRESS} letters.`
  return undefined
}

/**
 * The A-label form, lower case, or undefined where there is none. The URL parser is the one UTS 46 mapper that Bun and
 * browsers share, but it is lenient: it reads 1.2.3 as 1.2.0.3 and full-width letters as plain ones. So what it is
 * given has no other reading, and what it gives back must be made of plain labels.
 */
function asciiDomain(domain: string): string | undefined {
  const lower = domain.toLowerCase().normalize('NFC')
  if (!DOMAIN_TEXT.test(lower) || lower.normalize('NFKC') !== lower) return undefined
  let ascii: string
  try {
    ascii = new URL(`http://${lower}`).hostname
  } catch {
    return undefined
  }
  if (ASCII.test(lower) && ascii !== lower) return undefined
  const labels = ascii.split('.')
  const sameParts = labels.length === lower.split('.').length
  return sameParts && labels.every((label) => LABEL.test(label)) ? ascii : undefined
}
