import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addToLog, createServerLog, type LoggedPeer } from '../../../src/facts/server-log.ts'
import { createServerFacts, type ServerFacts } from '../../../src/facts/server.ts'
import { PeerLines } from '../../../src/runs/peer-lines.ts'
import { formatLocalTime } from '../../../src/runs/local-time.ts'

const TIME = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const NEW: LoggedPeer = { time: TIME, address: '::1', port: 40_000, kind: 'probe', length: 128 }
const DENIED: LoggedPeer = {
  time: TIME,
  address: '10.0.0.1',
  port: 40_000,
  reason: 'denied',
  kind: 'plain',
  length: 6,
}

function logged(...entries: readonly LoggedPeer[]): ServerFacts {
  const facts = createServerFacts()
  facts.log = createServerLog()
  for (const entry of entries) addToLog(facts.log, entry)
  return facts
}

test('a line has the time, the peer, why it gets no answer, and the datagram', () => {
  const lines = new PeerLines(false)
  expect(lines.next(logged(NEW, DENIED), TIME)).toBe(
    '2026-01-02T03:04:05.678Z [::1]:40000 new peer: probe, 128 B\n' +
      '2026-01-02T03:04:05.678Z 10.0.0.1:40000 not answered (not allowed): plain data, 6 B\n',
  )
  const unsent: LoggedPeer = { time: TIME, address: '10.0.0.1', port: 40_000, reason: 'sendFailed' }
  expect(lines.next(logged(unsent), TIME)).toBe(
    '2026-01-02T03:04:05.678Z 10.0.0.1:40000 not answered (our kernel refused the answer)\n',
  )
  expect(lines.next(createServerFacts(), TIME)).toBe('')
})

test('an event has the same fields', () => {
  const events = new PeerLines(true).next(logged(NEW, DENIED), TIME).trimEnd().split('\n')
  const at = formatLocalTime(TIME)
  expect(events.map(line => JSON.parse(line) as unknown)).toEqual([
    { event: 'peer', at, address: '::1', port: 40_000, kind: 'probe', length: 128 },
    { event: 'unanswered', at, address: '10.0.0.1', port: 40_000, reason: 'denied', kind: 'plain', length: 6 },
  ])
})

test('entries of two shards are in order of time', () => {
  const text = new PeerLines(false).next(logged({ ...NEW, time: TIME + 2 }, DENIED, { ...NEW, time: TIME + 1 }), TIME)
  expect(text.match(/05\.\d{3}/gu)).toEqual(['05.678', '05.679', '05.680'])
})

test('ten lines a second, and then one line with the number of the others', () => {
  const lines = new PeerLines(false)
  const six = (): ServerFacts => logged(NEW, NEW, NEW, NEW, NEW, DENIED)
  expect(lines.next(six(), 1000).split('\n')).toHaveLength(7)
  expect(lines.next(six(), 1500).split('\n')).toHaveLength(5)
  expect(lines.next(six(), 1999)).toBe('')
  expect(lines.next(createServerFacts(), 2000)).toBe('… 8 more lines not shown\n')
  expect(lines.last(createServerFacts(), 2001)).toBe('')
})

test('at the end the number of the others is printed at once', () => {
  const lines = new PeerLines(false)
  lines.next(logged(...Array.from({ length: 10 }, () => NEW)), 1000)
  expect(lines.last(logged(NEW), 1000)).toBe('… 1 more line not shown\n')
  const at = formatLocalTime(1000)
  const events = new PeerLines(true)
  events.next(logged(...Array.from({ length: 10 }, () => NEW)), 1000)
  expect(JSON.parse(events.last(logged(NEW, DENIED), 1000))).toEqual({
    event: 'more',
    at,
    lines: 2,
    peers: 1,
    unanswered: 1,
  })
})

test('whenever it is read, every entry is a line or counted, and no second has more than ten', () => {
  const reads = fc.array(
    fc.record({ after: fc.nat(1500), entries: fc.array(fc.constantFrom(NEW, DENIED), { maxLength: 25 }) }),
  )
  fc.assert(
    fc.property(reads, all => {
      const lines = new PeerLines(true)
      const facts = logged()
      let now = TIME
      let text = ''
      const shown = new Map<number, number>()
      const kept = { peers: 0, unanswered: 0 }
      for (const { after, entries } of all) {
        now += after
        for (const entry of entries) {
          addToLog((facts.log ??= createServerLog()), entry)
          if (entry === NEW) kept.peers += 1
          else kept.unanswered += 1
        }
        const part = lines.next(facts, now)
        text += part
        const second = Math.floor(now / 1000)
        shown.set(second, (shown.get(second) ?? 0) + (part.match(/"(peer|unanswered)","at"/gu)?.length ?? 0))
      }
      text += lines.last(facts, now)
      const sum = { peers: 0, unanswered: 0 }
      for (const line of text.split('\n').filter(one => one !== '')) {
        const event = JSON.parse(line) as { event: string; peers: number; unanswered: number }
        sum.peers += event.event === 'peer' ? 1 : event.event === 'more' ? event.peers : 0
        sum.unanswered += event.event === 'unanswered' ? 1 : event.event === 'more' ? event.unanswered : 0
      }
      expect(sum).toEqual(kept)
      for (const count of shown.values()) expect(count).toBeLessThanOrEqual(10)
    }),
  )
})
