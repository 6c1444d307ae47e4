import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readIrttParameters, writeIrttParameters } from '../../../../src/wire/irtt/parameters.ts'
import { fromHex, toHex } from '../golden.ts'
import { ASKED, GOLDEN_IRTT } from './golden.ts'

test('what irtt 0.9.0 sent for 60 ms at 20 ms', () => {
  // A capture: `irtt client -d 60ms -i 20ms`.
  const captured = '010202809c9c390380b48913050606060706'
  expect(readIrttParameters(fromHex(captured))).toEqual(ASKED)
  expect(toHex(writeIrttParameters(ASKED))).toBe(captured)
})

test('all combinations that the Python peer wrote', () => {
  for (const { parameters, key, openRequest } of GOLDEN_IRTT.sessions) {
    const written = openRequest.slice(key === null ? 8 : 40)
    expect(toHex(writeIrttParameters(parameters))).toBe(written)
    expect(readIrttParameters(fromHex(written))).toEqual(parameters)
  }
})

const REST = '0280b489130380b48913'

describe('not accepted', () => {
  test.each([
    ['no duration', '01020380b48913'],
    ['no interval', '01020280b48913'],
    ['a negative duration', `${REST}0201`],
    ['a negative interval', `${REST}0301`],
    ['a negative length', `${REST}0401`],
    ['statistics 4', `${REST}0508`],
    ['stamps 5', `${REST}060a0706`],
    ['clock 4', `${REST}0708`],
    ['clock -1', `${REST}0701`],
    ['stamps without a clock', `${REST}0606`],
    ['a TOS byte of 256', `${REST}088004`],
    ['an identifier without a value', `${REST}05`],
    ['a value that is cut', `${REST}0580`],
    ['an identifier that is cut', `${REST}80`],
    ['a fill of 33 bytes', `${REST}0921${'61'.repeat(33)}`],
    ['a fill longer than the datagram', `${REST}09056161`],
    ['65 bits', `${REST}04ffffffffffffffffff02`],
    ['eleven groups', `${REST}048080808080808080808000`],
  ])('%s', (_, hex) => {
    expect(readIrttParameters(fromHex(hex))).toBeUndefined()
  })
})

test('unknown identifiers are skipped, and the last value of one counts', () => {
  const read = readIrttParameters(fromHex(`${REST}0af7ff3fc8010004080410`))
  expect(read).toMatchObject({ length: 8, stats: 'none', stamps: 'none' })
  expect(read).not.toHaveProperty('clock')
})

test('an irregular, longer form of a small number is read as the number', () => {
  expect(readIrttParameters(fromHex(`${REST}04d48000`))).toMatchObject({ length: 42 })
})

test('a duration of 64 bits is rounded, not refused', () => {
  const read = readIrttParameters(fromHex('02feffffffffffffffff010302'))
  expect(read).toMatchObject({ duration: 2 ** 63, interval: 1 })
})

test('any parameters are read as they were written', () => {
  const positive = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
  const any = fc.record(
    {
      version: fc.integer(),
      duration: positive,
      interval: positive,
      length: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      stats: fc.constantFrom('none', 'count', 'window', 'both'),
      stamps: fc.constantFrom('none', 'send', 'receive', 'both', 'midpoint'),
      clock: fc.constantFrom('wall', 'monotonic', 'both'),
      tos: fc.nat({ max: 255 }),
      fill: fc.string({ minLength: 1, maxLength: 32, unit: 'binary-ascii' }),
    },
    { requiredKeys: ['version', 'duration', 'interval', 'length', 'stats', 'stamps', 'clock', 'tos'] },
  )
  fc.assert(
    fc.property(any, parameters => {
      expect(readIrttParameters(writeIrttParameters(parameters))).toEqual(parameters)
    }),
  )
})
