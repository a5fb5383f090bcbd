import { describe, expect, test } from 'bun:test'
import { isKey, keyRefusal, mayDo, newKey } from '../../src/domain/api-keys-decide.ts'
import { isId, newId, newTimedId, newUrn, systemRandom } from '../../src/domain/ids.ts'
import type { ApiKey, Permission } from '../../src/domain/api-keys.ts'
import { uniqueKey } from '../../src/domain/unique-by.ts'

describe('an API key', () => {
  test('of the reference is right', () => expect(isKey('tm_test_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_16DVtj')).toBe(true))
  test('is right as it is made, and wrong with any one letter changed', () => {
    const key = newKey('live', systemRandom)
    expect(isKey(key)).toBe(true)
    for (let index = 0; index < key.length; index++) {
      const letter = key[index] === 'x' ? 'y' : 'x'
      expect(isKey(key.slice(0, index) + letter + key.slice(index + 1))).toBe(false)
    }
  })
  test('of the sandbox cannot be edited into a live one', () => {
    expect(isKey(newKey('test', systemRandom).replace('tm_test_', 'tm_live_'))).toBe(false)
  })
  test('opens nothing once it is revoked or over', () => {
    const key = { revokedAt: null, expiresAt: null } as ApiKey
    expect(keyRefusal(key, 5)).toBeUndefined()
    expect(keyRefusal({ ...key, revokedAt: 1 }, 5)).toContain('revoked')
    expect(keyRefusal({ ...key, expiresAt: 5 }, 5)).toContain('expired')
  })
  test('may do what it has, everything with admin, and nothing else', () => {
    const caller = (...permissions: Permission[]) => ({ partition: 'live', actor: 'key_1', permissions }) as const
    expect(mayDo({ ...caller('certificates:read') }, 'certificates:read')).toBe(true)
    expect(mayDo({ ...caller('certificates:read') }, 'certificates:write')).toBe(false)
    expect(mayDo({ ...caller('certificates:write') }, 'certificates:read')).toBe(true)
    expect(mayDo({ ...caller('certificates:write') }, 'templates')).toBe(false)
    expect(mayDo({ ...caller('admin') }, 'templates')).toBe(true)
    expect(mayDo({ ...caller() }, 'certificates:read')).toBe(false)
  })
})

describe('an id', () => {
  test('has its prefix, and 26 letters without look-alikes', () => {
    const id = newId('cert', systemRandom)
    expect(isId('cert', id)).toBe(true)
    expect(isId('tmpl', id)).toBe(false)
    expect(isId('cert', `${id}/..`)).toBe(false)
  })
  test('with time sorts by its second and is an id like the others', () => {
    const early = newTimedId('cert', Date.parse('2026-03-03T09:15:00Z'), systemRandom)
    const late = newTimedId('cert', Date.parse('2026-03-03T09:15:01Z'), systemRandom)
    expect(early < late).toBe(true)
    expect(isId('cert', early)).toBe(true)
  })
  test('as urn is a version 4 UUID', () => {
    expect(newUrn(systemRandom)).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  })
})

test('what makes no other person makes no other unique key', () => {
  const key = (email: string, course: string) =>
    uniqueKey(['recipient.email', 'fields.course'], { name: '', email, externalId: null, language: null }, { course })
  expect(key('Maria@Example.org', ' First  aid')).toBe(key('maria@example.org', 'first aid')!)
  expect(key('maria@example.org', 'A')).not.toBe(key('maria@example.org', 'B'))
  expect(uniqueKey([], { name: '', email: '', externalId: null, language: null }, {})).toBeUndefined()
})
