import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { DROP_REASONS } from '../../../../src/facts/drop-reason.ts'
import { copyFigures, type ActivePeer, type ActivityFigures } from '../../../../src/facts/server-activity.ts'
import { createServerFacts, type ServerFacts } from '../../../../src/facts/server.ts'
import { drawServer } from '../../../../src/report/screen/draw-server.ts'
import type { ServerView } from '../../../../src/report/screen/server-view.ts'

const NOW = Date.UTC(2026, 10, 30, 12, 0, 5)

function view(facts: Partial<ServerFacts> = {}, changes: Partial<ServerView> = {}): ServerView {
  return {
    now: NOW,
    startedAt: NOW - 65_000,
    bound: '127.0.0.1:9000',
    command: 'serve',
    mode: 'upper',
    engine: 'kernel',
    workers: 1,
    facts: { ...createServerFacts(), ...facts },
    history: [],
    order: 'received',
    log: [],
    ...changes,
  }
}

function lines(shown: ServerView, width = 100, height = 40): string[] {
  const frame = drawServer(shown, { width, height, localTime: ms => new Date(ms).toISOString() })
  expect([frame.width, frame.height]).toEqual([width, height])
  return Array.from({ length: height }, (_, row) => frame.line(row))
}

/** The line that begins with this name, in cells. */
function row(all: readonly string[], name: string): string[] {
  const found = all.find(line => line.trimStart().startsWith(`${name} `)) ?? ''
  return found.trim().split(/ {2,}/u)
}

function rates(changes: Partial<ActivityFigures> = {}): ActivityFigures {
  return { ...copyFigures(createServerFacts()), ...changes }
}

function peer(port: number, changes: Partial<ActivePeer> = {}): ActivePeer {
  return { address: '10.0.0.1', port, received: port, replied: port, perSecond: 0, silent: 0, ...changes }
}

test('the title names the command', () => {
  expect(lines(view())[0]).toMatch(/^udptool serve 127\.0\.0\.1:9000 mode=upper /)
  const shown = lines(view({}, { command: 'stamp serve', mode: 'stateful' }))
  expect(shown[0]).toMatch(/^udptool stamp serve 127\.0\.0\.1:9000 mode=stateful /)
})

test('a server of another protocol beside it has a line of its own', () => {
  const beside = { protocol: 'irtt', bound: '127.0.0.1:2112', received: 12_345, replied: 12_300 }
  const shown = lines(view({}, { beside }), 60)
  expect(shown[2]).toBe('irtt 127.0.0.1:2112  received 12,345, answered 12,300')
  expect(lines(view(), 60).join('')).not.toContain('irtt')
})

describe('rates', () => {
  test('are unknown at first, not zero', () => {
    const shown = lines(view({ received: 7, replied: 7, probes: 7, activity: { known: 1, peers: [] } }), 60)
    expect(row(shown, 'probes')).toEqual(['probes', '–', '7'])
    expect(row(shown, 'plain data')).toEqual(['plain data', '–', '0'])
    expect(row(shown, 'answered')).toEqual(['answered', '–', '7'])
    expect(row(shown, 'payload')).toEqual(['payload', '–', '0 B'])
    expect(lines(view())).toContain('busiest peers')
  })

  test('below ten have a decimal', () => {
    const perSecond = rates({ received: 4.04, probes: 1.96, replied: 12_345.6, bytesReceived: 1_250_000 })
    const shown = lines(view({ activity: { known: 1, peers: [], perSecond } }), 60)
    expect(row(shown, 'all')).toEqual(['all', '4.0', '0'])
    expect(row(shown, 'plain data')).toEqual(['plain data', '2.1', '0'])
    expect(row(shown, 'answered')).toEqual(['answered', '12,346', '0'])
    expect(row(shown, 'payload')).toEqual(['payload', '10 Mbit/s', '0 B'])
  })

  test('of the last moments are a picture, and its height is said', () => {
    const title = lines(view({}, { history: [0, 50, 100.4, 0] }), 100)[1]
    expect(title).toBe('running for 1m5s  received per second ▁▄█▁ at most 100')
    expect(lines(view({}, { history: [1] }), 40)[1]).toBe('running for 1m5s')
  })
})

test('drops of the socket that cannot be counted are unknown, not zero', () => {
  expect(row(lines(view(), 60), 'socket drops, at least')).toEqual(['socket drops, at least', '–', '–'])
  const perSecond = rates({ kernelDrops: 3 })
  const shown = lines(view({ kernelDrops: 12, activity: { known: 0, peers: [], perSecond } }), 60)
  expect(row(shown, 'socket drops, at least')).toEqual(['socket drops, at least', '3.0', '12'])
})

test('kinds and reasons that never occurred are left out', () => {
  const text = lines(view()).join('\n')
  expect(text).not.toMatch(/damaged|requests|denied|not allowed|waiting/u)
  const facts = createServerFacts()
  facts.dropped.denied = 2
  const other = lines(view({ received: 5, damaged: 1, requests: 1, replied: 2, dropped: facts.dropped }), 60)
  expect(row(other, 'damaged probes').at(-1)).toBe('1')
  expect(row(other, 'receipts requests').at(-1)).toBe('1')
  expect(row(other, 'of denied addresses').at(-1)).toBe('2')
  expect(row(other, 'not allowed').at(-1)).toBe('2')
  expect(row(other, 'waiting for --delay').at(-1)).toBe('1')
})

test('the kinds shown add up to what was received, and so do the fates', () => {
  const count = fc.nat(1_000_000)
  const counts = fc.record({ probes: count, damaged: count, requests: count, answers: count, plain: count })
  const drops = fc.array(count, { minLength: DROP_REASONS.length, maxLength: DROP_REASONS.length })
  const widths = fc.constantFrom(60, 80, 100, 160, 200)
  fc.assert(
    fc.property(counts, drops, count, widths, ({ plain, ...kinds }, dropCounts, waiting, width) => {
      const facts = { ...createServerFacts(), ...kinds }
      for (const [index, reason] of DROP_REASONS.entries()) facts.dropped[reason] = dropCounts[index] ?? 0
      facts.received = plain + facts.dropped.denied + Object.values(kinds).reduce((sum, one) => sum + one, 0)
      const dropped = Object.values(facts.dropped).reduce((sum, one) => sum + one, 0)
      // What was received is answered, dropped or waiting.
      facts.received += Math.max(0, dropped + waiting - facts.received)
      facts.replied = facts.received - dropped - waiting
      const shown = lines(view(facts), width, 60)
      const from = shown.findIndex(line => line.startsWith('received '))
      const table = shown.slice(
        from,
        shown.findIndex(line => line.startsWith('busiest')),
      )
      const text = table.map(line => (width < 96 ? [line] : [line.slice(0, half(width)), line.slice(half(width) + 4)]))
      const columns = [0, 1].map(side => text.map(parts => parts[side] ?? '')).flat()
      const totals = new Map<string, number>()
      let sum = 0
      let all = 0
      let side = ''
      for (const line of columns) {
        const match = /^( *)(\S.*?) +(?:–|\S+) +([\d,]+)$/u.exec(line)
        if (/^(received|fates) /u.test(line)) {
          totals.set(side, sum)
          side = line.startsWith('received') ? 'received' : 'fates'
          sum = 0
        } else if (match?.[1] === '  ' && match[2] === 'all') all = Number(match[3]?.replaceAll(',', ''))
        else if (match?.[1] === '  ') sum += Number(match[3]?.replaceAll(',', ''))
      }
      totals.set(side, sum)
      expect(all).toBe(facts.received)
      expect(totals.get('received')).toBe(facts.received)
      expect(totals.get('fates')).toBe(facts.received)
    }),
  )
})

/** Columns of one of two tables. */
function half(width: number): number {
  return Math.min(60, Math.floor((width - 4) / 2))
}

describe('peers', () => {
  const peers = [
    peer(1001, { perSecond: 3.21, replied: 1000, silent: 2.6 * SECOND }),
    peer(1002, { perSecond: 500, silent: 0.9 * SECOND }),
    { ...peer(1003, { silent: 3661 * SECOND }), address: '2001:db8::a:1' },
  ]

  test('have address, received, answered, rate and when they were seen last', () => {
    const shown = lines(view({ activity: { known: 12, peers } }))
    const at = shown.findIndex(line => line.startsWith('busiest'))
    expect(shown[at]).toBe('busiest peers 3 of 12 peers in the table')
    expect(shown.slice(at + 1, at + 5).map(line => line.trim().split(/ {2,}/u))).toEqual([
      ['address', '▼received', 'answered', 'per second', 'last seen'],
      ['[2001:db8::a:1]:1003', '1003', '1003', '0', '1h1m'],
      ['10.0.0.1:1002', '1002', '1002', '500', 'now'],
      ['10.0.0.1:1001', '1001', '1000', '3.2', '2 s'],
    ])
  })

  test.each([
    ['received', ['1003', '1002', '1001']],
    ['rate', ['1002', '1001', '1003']],
    ['seen', ['1002', '1001', '1003']],
  ] as const)('in the order %s', (order, ports) => {
    const shown = lines(view({ activity: { known: 3, peers } }, { order }))
    expect(shown.map(line => /\S:(\d+) {3}/u.exec(line)?.[1]).filter(port => port !== undefined)).toEqual(ports)
    expect(shown.join('\n')).toMatch({ received: /▼received/u, rate: /▼per second/u, seen: /▼last seen/u }[order])
  })

  test('that are new have no rate yet', () => {
    const { perSecond: _, ...first } = peer(1001)
    expect(lines(view({ activity: { known: 1, peers: [first] } })).join('\n')).toMatch(/1001 +1001 +– +now/u)
  })

  test('are fewer on a low terminal, and it says how many', () => {
    const many = Array.from({ length: 30 }, (_, n) => peer(2000 + n))
    expect(lines(view({ activity: { known: 50, peers: many } })).join('\n')).toContain('peers 10 of 50 peers')
    const low = lines(view({ activity: { known: 50, peers: many } }), 100, 16)
    const shown = low.filter(line => line.startsWith('  10.0.0.1:'))
    expect(low.join('\n')).toContain(`peers ${shown.length} of 50 peers`)
    expect(shown.length).toBeGreaterThan(0)
    expect(shown.length).toBeLessThan(10)
  })

  test('that were evicted are counted', () => {
    const shown = lines(view({ peersEvicted: 12_345, activity: { known: 3, peers: [] } }))
    expect(shown.join('\n')).toContain('of 3 peers in the table, 12,345 evicted with their counts')
  })

  test('on a narrow terminal keep their port', () => {
    const address = 'fe80:1234:5678:9abc:def0:1234:5678:9abc%eth0'
    const shown = lines(view({ activity: { known: 1, peers: [{ ...peer(40_001), address }] } }), 60)
    expect(shown.join('\n')).toMatch(/ …\S+:40001 +40,001/u)
  })
})

test('a frozen display says since when, and that the server is not', () => {
  const shown = lines(view({}, { frozenAt: NOW - 3000, staleMs: 9000 }))
  expect(shown[1]).toContain('frozen at 12:00:02: the server runs on, p continues')
  expect(shown.at(-1)).toContain('p continue')
  expect(shown.join('\n')).not.toContain('no new counters')
})

test('counters that are not renewed are not shown as the present', () => {
  expect(lines(view({}, { staleMs: 7400 }))[1]).toBe('running for 1m5s  no new counters for 7 s')
})

test('each error of receiving has its count', () => {
  const text = lines(view({ receiveErrors: { ENOMEM: 12, EIO: 1 } })).join('\n')
  expect(text).toContain('our own kernel refused to receive 12 times (ENOMEM)')
  expect(text).toContain('our own kernel refused to receive 1 time (EIO)')
})

test('the last lines of the log fill the rest', () => {
  const log = Array.from({ length: 50 }, (_, n) => `line ${n}`)
  const shown = lines(view({}, { log }))
  expect(shown.filter(line => line.startsWith('  line')).at(-1)).toBe('  line 49')
  expect(lines(view({}, { log }), 60, 15).join('\n')).not.toContain('line 4')
})

test('whatever its size, a terminal has the title and the keys', () => {
  const sizes = fc.record({ width: fc.integer({ min: 1, max: 220 }), height: fc.integer({ min: 1, max: 70 }) })
  const peers = Array.from({ length: 30 }, (_, n) => peer(n, { received: 10 ** n, silent: n * 10 ** 12 }))
  const full = view({ received: 1e15, bytesReceived: 1e18, peersEvicted: 1e9, activity: { known: 1e6, peers } })
  fc.assert(
    fc.property(sizes, ({ width, height }) => {
      const shown = lines(full, width, height)
      expect(shown.at(-1)).toMatch(/^q/u)
      if (height > 1 && width > 20) expect(shown[0]).toContain('127.0.0.1:9000'.slice(0, width - 14))
    }),
  )
})
