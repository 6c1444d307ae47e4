import { expect, test } from 'vitest'
import { formatPortRange, parsePortRange, portCount } from '../../../src/base/port-range.ts'

test.each([
  ['40000-40015', 40_000, 40_015, 16],
  ['40000..40015', 40_000, 40_015, 16],
  [' 1 - 65535 ', 1, 65_535, 65_535],
  ['7', 7, 7, 1],
  [40_000, 40_000, 40_000, 1],
])('%s', (text, first, last, count) => {
  const range = parsePortRange(text, '--source-ports')
  expect(range).toEqual({ first, last })
  expect(portCount(range)).toBe(count)
  expect(parsePortRange(formatPortRange(range), '--source-ports')).toEqual(range)
})

test.each([
  ['', 'it is empty|it is not a range of ports'],
  ['4000-', 'it is not a range of ports'],
  ['-4000', 'it is not a range of ports'],
  ['a-b', 'it is not a range of ports'],
  ['4000,4002', 'it is not a range of ports'],
  ['0-5', '0 is no port: ports are 1 to 65535'],
  ['65000-65536', '65536 is no port: ports are 1 to 65535'],
  ['40015-40000', 'its first port is greater than its last one'],
])('%s is refused', (text, reason) => {
  expect(() => parsePortRange(text, '--source-ports')).toThrow(new RegExp(reason, 'u'))
})
