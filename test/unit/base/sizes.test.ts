import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LARGEST_SIZE, parseSizes } from '../../../src/base/sizes.ts'
import { attempt, refused } from '../../helpers/refused.ts'
import { typedText } from '../../helpers/typed-text.ts'

describe('what can be written', () => {
  test.each<[string | number | (string | number)[], number[]]>([
    ['4000', [4000]],
    [4000, [4000]],
    ['1472,1473,4000', [1472, 1473, 4000]],
    ['1472, 1473', [1472, 1473]],
    ['10..13', [10, 11, 12, 13]],
    ['7..7', [7]],
    ['64..1200/512', [64, 576, 1088]],
    ['64..1088/512', [64, 576, 1088]],
    ['1k..1KiB/12', [1000, 1012, 1024]],
    ['1,5..6,20..40/20', [1, 5, 6, 20, 40]],
    [
      [64, '1472,1473', '10..11'],
      [64, 1472, 1473, 10, 11],
    ],
    ['65535', [LARGEST_SIZE]],
  ])('%s', (text, sizes) => {
    expect(parseSizes(text, '--size')).toEqual(sizes)
  })

  test('a range of 1000 sizes needs no step', () => {
    expect(parseSizes('0..999', '--size')).toHaveLength(1000)
  })
})

test.each<[string | number | (string | number)[], string]>([
  ['', '--size cannot be "": a size is missing (write 1472,1473,4000 or 64..9000/512)'],
  ['1,,2', '--size cannot be "": a size is missing (write 1472,1473,4000 or 64..9000/512)'],
  ['..5', '--size cannot be "": a size is missing (write 1472,1473,4000 or 64..9000/512)'],
  ['9..1', '--size cannot be "9..1": the range ends before it starts (write 1472,1473,4000 or 64..9000/512)'],
  ['1..9/0', '--size cannot be "1..9/0": the step is 0 (write 1472,1473,4000 or 64..9000/512)'],
  ['0..1000', '--size cannot be "0..1000": a range of 1001 sizes needs a step (write 0..1000/512 or 1472,1473,4000)'],
  ['1..2..3', '--size cannot be "2..3": it is not a number of bytes (write 4000 or 4KiB)'],
  ['1/2', '--size cannot be "1/2": it is not a number of bytes (write 4000 or 4KiB)'],
  [[], '--size names no size (write 1472,1473,4000 or 64..9000/512)'],
  [
    '65536',
    '--size cannot be "65536": a UDP datagram carries at most 65507 bytes over IPv4 and 65527 over IPv6 (write 65507 or 65508 (one too large, to see the kernel refuse it); 65535 is the most that can be tried)',
  ],
  [
    '0..65535/1,0..65535/1',
    '--size cannot be "0..65535/1": that makes more than 100000 sizes (write a larger step: 0..65507/64 or fewer sizes: 1472,4000)',
  ],
])('%s is refused', (text, message) => {
  expect(refused(() => parseSizes(text, '--size'))).toBe(message)
})

test('a range holds its start, its steps, and nothing behind its end', () => {
  const parts = fc.record({ start: fc.nat(60_000), length: fc.nat(5000), step: fc.integer({ min: 1, max: 9000 }) })
  fc.assert(
    fc.property(parts, ({ start, length, step }) => {
      const sizes = parseSizes(`${start}..${start + length}/${step}`, 'size')
      expect(sizes[0]).toBe(start)
      expect(sizes.every((size, n) => size === start + n * step)).toBe(true)
      expect(start + length - (sizes.at(-1) ?? NaN)).toBeLessThan(step)
      expect(sizes.at(-1)).toBeLessThanOrEqual(start + length)
    }),
  )
})

test('any text gives at least one size in range or a usage error', () => {
  fc.assert(
    fc.property(fc.oneof(typedText, fc.double(), fc.array(typedText, { maxLength: 3 })), text => {
      const outcome = attempt(() => parseSizes(text, 'size'))
      if (!('value' in outcome)) return
      expect(outcome.value.length).toBeGreaterThan(0)
      expect(outcome.value.every(size => Number.isInteger(size) && size >= 0 && size <= LARGEST_SIZE)).toBe(true)
    }),
  )
})
