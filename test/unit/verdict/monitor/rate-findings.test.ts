import { expect, test } from 'vitest'
import { MILLISECOND, SECOND, type Nanos } from '../../../../src/base/nanos.ts'
import { CraftedPath } from './crafted-path.ts'

/** Delay of the path in each direction, and jitter of up to 0.4 ms by the number of the probe. */
const PATH: Nanos = 5 * MILLISECOND
const jitter = (probe: number): Nanos => ((probe * 7919) % 5) * 0.1 * MILLISECOND
/** Server's clock minus ours: unknown to the model. */
const OFFSET = 77 * SECOND

/** What a network does with a probe: its time in a queue from client to server, or undefined if it is lost. */
type Network = (probe: number, sent: Nanos) => Nanos | undefined

/** Epochs of a probe each 10 ms through a network. Returns the events, and the warnings that hold at the end. */
function pass(network: Network, epochs: number, isUdptool = true) {
  const path = new CraftedPath({ interval: 10 * MILLISECOND, size: 1000 })
  let probe = 0
  for (let start = 0; start < epochs * 10; start += 10) {
    path.now = start * SECOND
    const epoch = path.begin(path.now)
    for (let slot = 0; slot < 1000; slot++) {
      const number = probe++
      const sent = epoch.epoch.start + slot * path.interval
      const crafted = path.send(epoch, slot)
      const queued = network(number, sent)
      if (queued === undefined) continue
      const arrival = sent + PATH + queued + jitter(number)
      const server = { arrival: arrival + OFFSET, dwell: 20_000 }
      path.reply(crafted, { at: arrival + PATH, ...(isUdptool ? { server } : {}) })
    }
    path.now = (start + 12) * SECOND
    path.close(epoch)
  }
  const { events, warnings, queue } = path.view()
  return { events: events.filter(({ kind }) => kind !== 'resolved'), warnings, queue }
}

/** A queue of this many bytes that is drained at a rate in bytes a second. */
function tailDrop(rate: (sent: Nanos) => number, most: number): Network {
  let [backlog, before] = [0, 0]
  return (_, sent) => {
    const drained = rate(sent)
    backlog = Math.max(0, backlog - ((sent - before) / SECOND) * drained)
    before = sent
    if (backlog + 1028 > most) return undefined
    backlog += 1028
    return (backlog / drained) * SECOND
  }
}

/** A token bucket of packets. */
function policer(perSecond: number, depth: number, until = Infinity): Network {
  let [tokens, before] = [depth, 0]
  return (_, sent) => {
    tokens = Math.min(depth, tokens + ((sent - before) / SECOND) * perSecond)
    before = sent
    if (sent >= until * SECOND) return 0
    if (tokens < 1) return undefined
    tokens -= 1
    return 0
  }
}

test('a policer is reported once, in its second epoch, and once that it is gone', () => {
  const { events, warnings } = pass(policer(80, 40, 30), 7)
  expect(events.map(({ kind }) => kind).filter(kind => !kind.startsWith('outage'))).toEqual([
    'rateLimited',
    'rateLimitEnded',
  ])
  const [first] = events.filter(({ kind }) => kind === 'rateLimited')
  // 80 datagrams of 1028 bytes a second.
  const [, rate = NaN] = /passes (\d+) kbit\/s of IP packets/u.exec(first?.text ?? '') ?? []
  expect(Math.abs(Number(rate) / 657.9 - 1)).toBeLessThan(0.02)
  expect(warnings).toBeUndefined()
})

test('a queue that is full delays and drops: the limit is its rate', () => {
  const { events, warnings, queue } = pass(
    tailDrop(() => 80_000, 20_000),
    4,
  )
  expect(warnings).toMatchObject([{ kind: 'rateLimited' }])
  const [, rate = NaN] = /passes (\d+) kbit\/s of IP packets/u.exec(warnings?.[0]?.text ?? '') ?? []
  expect(Math.abs(Number(rate) / 640 - 1)).toBeLessThan(0.02)
  expect(events.filter(({ kind }) => kind === 'queueBuilding')).toEqual([])
  expect(queue?.direction).not.toBe('return')
})

test('a deep queue that grows is reported before anything is lost, with its direction, and that it has drained', () => {
  const rate = (sent: Nanos): number => (sent >= 20 * SECOND && sent < 40 * SECOND ? 98_000 : 1_000_000)
  const { events, warnings } = pass(tailDrop(rate, 1_000_000), 9)
  expect(events.map(({ kind }) => kind)).toEqual(['queueBuilding', 'queueDrained'])
  expect(events[0]?.text).toContain('a queue from client to server grows by ')
  expect(warnings).toBeUndefined()
})

test.each<[string, Network]>([
  ['random loss and jitter', probe => (random(probe) < 0.1 ? undefined : random(probe + 7) * 60 * MILLISECOND)],
  ['a longer path', (_, sent) => (sent > 14.7 * SECOND ? 80 * MILLISECOND : 0)],
])('%s shows no limit and no queue', (_, network) => {
  for (const isUdptool of [true, false]) {
    const kinds = pass(network, 4, isUdptool).events.map(({ kind }) => kind)
    expect(kinds.filter(kind => !kind.startsWith('outage'))).toEqual([])
  }
})

/** A number from 0 to 1 for each probe (multiplicative hashing, D. E. Knuth, The Art of Computer Programming 3, 6.4). */
function random(probe: number): number {
  return ((Math.imul(probe + 1, 2_654_435_761) >>> 0) % 1000) / 1000
}
