import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import addressparser from 'nodemailer/lib/addressparser'
import MimeNode from 'nodemailer/lib/mime-node'
import { checkAddress, deliveryAddress, normaliseAddress } from '../../src/domain/addresses.ts'

const problemOf = (text: string) => {
  const checked = checkAddress(text)
  return 'problem' in checked ? checked.problem : undefined
}

describe('an address is taken', () => {
  test.each([
    'maria@example.org',
    'Maria.Andersson+course@sub.example.co.uk',
    "o'brien@example.ie",
    'a@b.cd',
    "!#$%&'*+/=?^_`{|}~-@example.org",
    'user%example.com@example.org',
    'm@1and1.example',
    'm@xn--bcher-kva.example',
    'm@bücher.example',
    'm@BÜCHER.example',
    'm@bu\u0308cher.example',
    'm@日本.jp',
    'm@עברית.co.il',
    `${'a'.repeat(64)}@example.org`,
    `m@${'a'.repeat(63)}.org`,
    `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.org`,
  ])('%s, as it was typed', (text) => {
    expect(checkAddress(text)).toEqual({ address: text })
  })
})

describe('what is no single plain address is refused, and the reason names the cure', () => {
  test.each([
    ['', 'is empty'],
    ['maria', 'exactly one @, but has none'],
    ['maria@@example.org', 'exactly one @, but has 2'],
    ['user@evil.example@example.org', 'exactly one @, but has 2'],
    ['@example.org', 'nothing before the @'],
    ['maria@', 'nothing after the @'],
    ['m@example', 'a whole domain such as example.org'],
    [' m@example.org', 'begins or ends with a blank'],
    ['m@example.org ', 'begins or ends with a blank'],
    ['m@example.org\u00a0', 'begins or ends with a blank'],
    ['m @example.org', 'holds a blank'],
    ['a b@c.example', 'holds a blank'],
    ['m@example.com, evil@x.example', 'holds a blank'],
    ['m@example.com,evil@x.example', 'exactly one address'],
    ['m@example.com;evil@x.example', 'exactly one address'],
    ['Maria<m@example.org>', 'the plain address'],
    ['"m"@example.org', 'the plain address'],
    ['m(comment)@example.org', 'the plain address'],
    ['group:m@example.org', 'the plain address'],
    ['m\\@example.org', 'the plain address'],
    ['m@[192.0.2.1]', 'the plain address'],
    ['m@[IPv6:::1]', 'the plain address'],
    ['m@192.0.2.1', 'a number in place of a name'],
    ['m@example.123', 'a number in place of a name'],
    ['m@example.१२३', 'a number in place of a name'],
    ['m@host.0x7f', 'no domain name that exists'],
    ['m@1.2.3.0x7f', 'no domain name that exists'],
    ['.m@example.org', 'a dot at the edge'],
    ['m.@example.org', 'a dot at the edge'],
    ['m..n@example.org', 'two in a row'],
    ['m@.example.org', 'a dot at the edge'],
    ['m@example.org.', 'a dot at the edge'],
    ['m@example..org', 'two in a row'],
    ['m@-example.org', 'a hyphen at the edge'],
    ['m@example-.org', 'a hyphen at the edge'],
    ['m@exa_mple.org', 'that domains do not have'],
    ['m@exa%6dple.org', 'that domains do not have'],
    ['m@example.org/x', 'that domains do not have'],
    ['m@example.org?x', 'that domains do not have'],
    ['m@i❤.example', 'that domains do not have'],
    ['m@xn--zzzzzz.example', 'no domain name that exists'],
    ['m@ｅｘａｍｐｌｅ.org', 'no domain name that exists'],
    ['m@example。org', 'that domains do not have'],
    ['m＠example.org', 'exactly one @'],
    ['måria@example.org', 'has "å" before the @'],
    [`${'a'.repeat(65)}@example.org`, '65 letters before the @'],
    [`m@${'a'.repeat(64)}.org`, 'too long'],
    [`m@${'ü'.repeat(60)}.org`, 'too long'],
    [`${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(58)}.org`, '255 letters'],
    ['m@example.org\0', 'U+0000'],
    ['m@exam\u202eple.org', 'U+202E'],
    ['m@exam\u200bple.org', 'U+200B'],
    ['m@example.org\ud800', 'surrogate'],
  ])('%j: %s', (text, reason) => {
    expect(problemOf(text)).toContain(reason)
  })

  test.each([
    'm@example.com\r\nBcc: evil@x.example',
    'm@example.com\nBcc: evil@x.example',
    'm@example.com\rBcc: evil@x.example',
    'm@example.com\r\n\r\n<h1>Body</h1>',
    'm@example.com>\r\nRCPT TO:<evil@x.example',
    'm@example.com%0d%0aBcc: evil@x.example',
    'm@example.com\u2028Bcc: evil@x.example',
    'Subject: hello\r\nm@example.com',
  ])('the header injection %j', (text) => {
    expect(problemOf(text)).toBeDefined()
  })
})

test('equal mailboxes have one normal form', () => {
  const forms = [
    ' Maria@Bücher.Example ',
    'maria@bu\u0308cher.example',
    'maria@xn--bcher-kva.example',
    'MARIA@BÜCHER.EXAMPLE',
  ]
  for (const form of forms) expect(normaliseAddress(form)).toBe('maria@xn--bcher-kva.example')
  expect(normaliseAddress('maria@faß.example')).not.toBe(normaliseAddress('maria@fass.example'))
  expect(normaliseAddress(' Nobody ')).toBe('nobody')
})

/** What nodemailer makes of it: the envelope it would use. */
function recipients(to: unknown): string[] {
  const node = new MimeNode('text/plain')
  node.setHeader('from', 'sender@nit.example')
  node.setHeader('to', to as string)
  const { to: list } = node.getEnvelope()
  return typeof list === 'string' ? [list] : list
}

const HOSTILE = [
  ...'aMz09.@@-_+\'",;:<>()[]\\/?#%&!= \t\r\n\0',
  ...[
    'é',
    'ü',
    'İ',
    'ß',
    'ς',
    '日',
    'א',
    '。',
    '＠',
    'ｅ',
    '\u00ad',
    '\u200b',
    '\u200d',
    '\u202e',
    '\u0308',
    '\u2028',
    '①',
    '²',
    '१',
    'xn--',
  ],
]
const ATOMS = [...'abcXYZ019', "o'b", '+', '_', '-', '.', '{|}', '%']
const LABELS = [
  'a',
  'example',
  'Example',
  'bücher',
  'BÜCHER',
  'xn--bcher-kva',
  'faß',
  '日本',
  'עברית',
  'x-y',
  '1and1',
  'ς',
  'i̇',
]
const noise = fc.array(fc.constantFrom(...HOSTILE), { maxLength: 14 }).map((parts) => parts.join(''))
const likely = fc
  .tuple(
    fc.array(fc.constantFrom(...ATOMS), { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')),
    fc.array(fc.constantFrom(...LABELS), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.')),
  )
  .map(([local, domain]) => `${local}@${domain}`)
const spoiled = fc
  .tuple(likely, fc.nat(40), fc.constantFrom(...HOSTILE))
  .map(([text, at, letter]) => text.slice(0, at) + letter + text.slice(at))
const anything = fc.oneof(noise, likely, spoiled, fc.emailAddress(), fc.string({ unit: 'binary' }))

test('whatever passes, nodemailer reads as exactly one recipient, which is the same address', () => {
  let passed = 0
  fc.assert(
    fc.property(anything, (text) => {
      if ('problem' in checkAddress(text)) return
      passed++
      const wire = deliveryAddress(text)
      expect(wire).toMatch(/^[!-~]+@[a-z0-9.-]+$/)
      expect(wire.length).toBeLessThanOrEqual(254)
      expect('address' in checkAddress(wire)).toBe(true)
      expect(recipients({ name: '', address: wire })).toEqual([wire])
      expect(recipients({ name: 'Doe, "J" <x@y.example>\r\nBcc: evil@x.example', address: wire })).toEqual([wire])
      const read = addressparser(text)
      expect(read.map((entry) => ('address' in entry ? normaliseAddress(entry.address ?? '') : 'a group'))).toEqual([
        normaliseAddress(text),
      ])
    }),
    { numRuns: 20_000 },
  )
  expect(passed).toBeGreaterThan(2_000)
})

test('control: without the grammar nodemailer sends misreadable addresses to strangers', () => {
  for (const text of [
    'm@example.com\r\nBcc: evil@x.example',
    'm@example.com, evil@x.example',
    'evil@x.example <m@example.com>',
  ])
    expect([recipients(text), recipients({ name: '', address: text })]).not.toEqual([
      ['m@example.com'],
      ['m@example.com'],
    ])
  expect(recipients('a b@c.example')).toEqual(['b@c.example'])
})

test('the normal form is stable, and no text breaks it', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const once = normaliseAddress(text)
      expect(normaliseAddress(once)).toBe(once)
    }),
    { numRuns: 5_000 },
  )
})
