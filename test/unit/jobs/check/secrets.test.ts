import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoted } from '../../../../src/base/quoted.ts'
import { Secrets } from '../../../../src/jobs/check/secrets.ts'

const LONG = 'k'.repeat(30) + 'y'.repeat(90)
const SECRETS = new Secrets([
  ['TOKEN', 'hunter2'],
  ['LONGER', 'hunter2-and-more'],
  ['QUOTES', 'a"b\\c\nd'],
  ['LONG', LONG],
  ['SHORT', '5'],
])

test.each([
  ['reply==hunter2 does not hold', 'reply==${env:TOKEN} does not hold'],
  ['hunter2-and-more hunter2', '${env:LONGER} ${env:TOKEN}'],
  [`send cannot be ${quoted('a"b\\c\nd')}`, 'send cannot be "${env:QUOTES}"'],
  [`cannot be ${JSON.stringify({ x: 'a"b\\c\nd' })}`, 'cannot be {"x":"${env:QUOTES}"}'],
  [`cannot be ${quoted(LONG)}`, 'cannot be "${env:LONG}…"'],
  [`cannot be ${quoted(`reply==${LONG}`)}: wrong`, 'cannot be "reply==${env:LONG}…": wrong'],
  ['5 of 5', '5 of 5'],
])('%s', (text, shown) => expect(SECRETS.hide(text)).toBe(shown))

test('no message has a secret, wherever it is cut', () => {
  const secret = fc.string({ minLength: 8, maxLength: 150, unit: 'grapheme' }).filter(text => /^[^$…]+$/u.test(text))
  fc.assert(
    fc.property(secret, fc.string({ maxLength: 70 }), (value, before) => {
      const shown = new Secrets([['S', value]]).hide(quoted(before + value))
      const inside = Array.from(value, one => quoted(one).slice(1, -1))
      const open = 60 - Array.from(before).length
      // At least four characters of it would be visible.
      if (open > 4 && !before.includes(inside[0] ?? '')) expect(shown).toContain('${env:S}')
    }),
  )
})
