import { expect, test } from 'vitest'
import { explainCuts, explainFate } from '../../../../src/report/result/evidence.ts'
import { savedResult } from '../result-files.ts'

test('cut lengths, the most frequent first, with the side if it is known', () => {
  const cut = (length: number, count: number, side: 'request' | 'reply' | 'unknown') => ({ length, count, side })
  expect(explainCuts({ count: 10, cutAt: [cut(1024, 10, 'unknown')] })).toBe('10 cut at 1024 bytes')
  expect(explainCuts({ count: 10, cutAt: [cut(1, 2, 'unknown'), cut(1024, 8, 'request')] })).toBe(
    '8 cut at 1024 bytes (request), 2 at 1',
  )
  expect(explainCuts({ count: 5, cutAt: [1, 2, 3, 4, 5].map(length => cut(length, 1, 'reply')) })).toBe(
    '1 cut at 1 byte (reply), 1 at 2 (reply), 1 at 3 (reply), 2 more',
  )
  expect(explainCuts({ count: 0, cutAt: [] })).toBeUndefined()
})

test('refusals and ICMP errors by name; without evidence only the meaning', () => {
  const mixed = savedResult('mixed')
  expect(explainFate('refused', mixed)).toBe('39 ENOBUFS: our queue was full, 2 EPERM: forbidden by our firewall')
  expect(explainFate('unreachable', mixed)).toBe(
    '9 host unreachable from 198.51.100.1, 3 too big (MTU 1400) from 198.51.100.9',
  )
  expect(explainFate('corrupt', mixed)).toBe('wrong bytes: 5 in the request, 2 in the reply, first at byte 48')
  expect(explainFate('lostForward', mixed)).toBe('never reached the server')
  expect(explainFate('refused', savedResult('clean'))).toBe('refused by our own kernel')
  expect(explainFate('refused', savedResult('refused'))).toBe('EMSGSIZE: too big to send')
})
