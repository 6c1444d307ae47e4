import { expect, test } from 'vitest'
import type { SeenDatagram } from '../../../../src/facts/seen-datagram.ts'
import { datagramEvent, datagramLine, unseenLine } from '../../../../src/runs/echo/datagram-lines.ts'
import { AT } from '../../../helpers/local-time.ts'

const SEEN: SeenDatagram = {
  time: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  address: '::1',
  port: 40_000,
  length: 128,
  count: 1,
  kind: 'probe',
  answered: 1,
  answeredBytes: 128,
  delayed: 0,
  dropped: {},
}

test('one datagram is one line: time, source, content, and what was done', () => {
  expect(datagramLine(SEEN)).toBe('2026-01-02T03:04:05.678Z [::1]:40000 probe, 128 B: answered with 128 B\n')
  const denied = { ...SEEN, address: '10.0.0.1', kind: 'plain', answered: 0, dropped: { denied: 1 } } as const
  expect(datagramLine(denied)).toMatch(/ 10\.0\.0\.1:40000 plain data, 128 B: not answered \(not allowed\)\n$/)
  expect(datagramLine({ ...SEEN, answered: 0, delayed: 1 })).toMatch(/: to be answered after --delay\n$/)
})

test('a train is one line, with the number for each result', () => {
  const train = { ...SEEN, length: 640, count: 5, answered: 3, answeredBytes: 384, dropped: { sourceRate: 2 } } as const
  expect(datagramLine(train)).toMatch(
    /5 × probe, 640 B: 3 answered with 384 B, 2 not answered \(over a cap of one source[^)]*\)\n$/,
  )
})

test('an event has the same fields, and datagrams that were not shown are counted', () => {
  expect(JSON.parse(datagramEvent(SEEN))).toEqual({
    at: AT,
    event: 'datagram',
    time: '2026-01-02T03:04:05.678Z',
    peer: '[::1]:40000',
    length: 128,
    count: 1,
    kind: 'probe',
    answered: 1,
    answeredBytes: 128,
    delayed: 0,
    dropped: {},
  })
  expect(unseenLine(1)).toBe('… 1 datagram more, not shown: at most 100 are in a second\n')
})
