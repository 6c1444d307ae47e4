import { expect, test } from 'vitest'
import { formatActual } from '../../../../src/verdict/expect/actual.ts'

test.each([
  [{ expr: 'loss<1%', actual: 0.0342 }, '3.42%'],
  [{ expr: 'loss<1', actual: 12_000 }, '12000'],
  [{ expr: 'rtt.p99<20ms', actual: 31.1 }, '31.1 ms'],
  [{ expr: 'mtu>=1500', actual: 1400 }, '1400 B'],
  [{ expr: 'of a later version', actual: 1.5 }, '1.5'],
  [{ expr: 'reply.rule==upper', actual: 'same' }, 'same'],
  [{ expr: 'rate>=10Mbit', actual: 9_870_000 }, '9.87 Mbit/s'],
  [{ expr: 'rate>=600pps', actual: 512.5 }, '513 pps'],
  [{ expr: 'mtu>=1500' }, ''],
])('%j', (expectation, text) => {
  expect(formatActual({ passed: true, ...expectation }, String)).toBe(text)
})
