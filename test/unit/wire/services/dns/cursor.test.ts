import { describe, expect, test } from 'vitest'
import { Cursor } from '../../../../../src/wire/services/dns/cursor.ts'
import { nameText } from '../../../../../src/wire/services/dns/name.ts'
import { fromHex } from '../../golden.ts'
import { u16 } from './messages.ts'

function nameAt(hex: string, at: number): string {
  const cursor = new Cursor(fromHex(hex), at)
  const text = nameText(cursor.labels())
  return cursor.fault?.why ?? `${text} ${cursor.at}`
}

/** The names of RFC 1035 section 4.1.4, with other bytes between them. */
const SECTION_4_1_4 =
  '00'.repeat(20) +
  '014603495349044152504100' + // 20: F.ISI.ARPA
  '00'.repeat(8) +
  '03464f4fc014' + // 40: FOO, pointer to 20
  '00'.repeat(18) +
  'c01a' + // 64: pointer to 26, ARPA
  '00'.repeat(26) +
  '00' // 92: the root

test.each([
  [20, 'F.ISI.ARPA. 32'],
  [40, 'FOO.F.ISI.ARPA. 46'],
  [64, 'ARPA. 66'],
  [92, '. 93'],
])('RFC 1035 section 4.1.4: the name at %i', (at, name) => {
  expect(nameAt(SECTION_4_1_4, at)).toBe(name)
})

describe('names that are none', () => {
  const header = '00'.repeat(12)
  const forward = 'a name points to itself or forward'
  test.each([
    ['points to itself', `${header}c00c`, 12, forward],
    ['points to its own start', `${header}0161c00c`, 12, forward],
    ['points forward', `${header}c00e00`, 12, forward],
    ['two that point to each other', `${header}c00ec00c`, 14, forward],
    ['runs into its own pointer', `${header}01610162c00c`, 14, forward],
    ['points into the header', `${header}c000`, 12, 'a name points into the header'],
    ['has label type 0x40', `${header}4161`, 12, 'a label has the unknown type 0x40'],
    ['has label type 0x80', `${header}8161`, 12, 'a label has the unknown type 0x80'],
    ['has no end', `${header}0161`, 12, 'it breaks off'],
    ['has half a label', `${header}0361`, 12, 'it breaks off'],
    ['has half a pointer', `${header}0161c0`, 12, 'it breaks off'],
    ['is too long', `${header}${`3f${'61'.repeat(63)}`.repeat(4)}00`, 12, 'a name is longer than 255 bytes'],
  ])('%s', (_, hex, at, why) => {
    expect(nameAt(hex, at)).toBe(why)
  })

  test('a chain of 127 pointers is the longest', () => {
    // The root at 12, and from 13 on pointers, each to what is before it.
    const pointers = Array.from({ length: 130 }, (_, i) => u16(0xc000 | (i === 0 ? 12 : 11 + 2 * i)))
    const chain = `${header}00${pointers.join('')}`
    expect(nameAt(chain, 13 + 2 * 126)).toBe(`. ${15 + 2 * 126}`)
    expect(nameAt(chain, 13 + 2 * 127)).toBe('a name has too many pointers')
  })
})

test('the first fault stays, and everything after it is empty', () => {
  const cursor = new Cursor(fromHex('0102'))
  expect(cursor.u32()).toBe(0)
  cursor.fail('something else')
  expect([cursor.u8(), cursor.bytes().length, cursor.labels().length, cursor.isAtEnd]).toEqual([0, 0, 0, true])
  expect(cursor.part(0).fault).toBeUndefined()
  expect(cursor.fault).toEqual({ isCut: true, why: 'it breaks off' })
})

test('a part ends where it ends, although the message goes on', () => {
  const cursor = new Cursor(fromHex('000102030405'))
  const part = cursor.part(2)
  expect([part.u16(), part.isAtEnd, cursor.u8()]).toEqual([1, true, 2])
  expect([part.u8(), part.fault?.isCut, cursor.fault]).toEqual([0, true, undefined])
})
