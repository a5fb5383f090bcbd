import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { CARD, contrast, DARK_CARD, mailColors } from '../../src/domain/mails-brand.ts'

const color = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, '0')}`)

describe('the colour of the issuer', () => {
  test('stays as it is where it can be read', () => {
    expect(mailColors('#003366')).toMatchObject({ button: '#003366', onButton: '#ffffff', link: '#003366' })
  })

  test('gives readable text on every ground, light and dark, whatever it is', () => {
    fc.assert(
      fc.property(color, (primary) => {
        const { link, button, onButton, dark } = mailColors(primary)
        expect(button).toBe(primary)
        expect(contrast(link, CARD)).toBeGreaterThanOrEqual(4.5)
        expect(contrast(onButton, button)).toBeGreaterThanOrEqual(4.5)
        expect(contrast(dark.link, DARK_CARD)).toBeGreaterThanOrEqual(4.5)
        expect(contrast(dark.onButton, dark.button)).toBeGreaterThanOrEqual(4.5)
        expect(contrast(dark.button, DARK_CARD)).toBeGreaterThanOrEqual(3)
      }),
    )
    // The guard guards something: yellow letters on white would fail it.
    expect(contrast('#ffd400', CARD)).toBeLessThan(2)
    expect(mailColors('#ffd400').onButton).toBe('#000000')
  })

  test('that is none gives the colours of the house', () => {
    for (const none of [undefined, null, '', 'red', '#12', '#123456;background:url(x)'])
      expect(mailColors(none)).toBe(mailColors(null))
  })

  test('contrast is that of WCAG', () => {
    expect(contrast('#ffffff', '#000000')).toBeCloseTo(21, 5)
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
    expect(contrast('#ffffff', '#777777')).toBe(contrast('#777777', '#ffffff'))
  })
})
