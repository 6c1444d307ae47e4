import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { DELAY_BOUNDS } from '../../../../src/verdict/monitor/delay-buckets.ts'
import { icmpKind } from '../../../../src/verdict/monitor/icmp-kind.ts'
import { CraftedPath, REAL } from './crafted-path.ts'

test('round trips are counted by the first bound that they do not exceed', () => {
  expect(DELAY_BOUNDS).toHaveLength(19)
  expect([DELAY_BOUNDS[0], DELAY_BOUNDS.at(-1)]).toEqual([2 ** -15, 8])
  const path = new CraftedPath({ timeout: 20 * SECOND })
  const epoch = path.begin(0)
  // Exactly a bound, just above it, below all, above all.
  const rtts = [SECOND / 4, SECOND / 4 + 1, 1000, 8 * SECOND + 1]
  for (const [slot, rtt] of rtts.entries()) path.reply(path.send(epoch, slot), { at: slot * SECOND + rtt })
  path.view(12 * SECOND)
  expect(path.target.measure().flows[0]?.rtt.counts.every(count => count === 0)).toBe(true)
  path.now = 60 * SECOND
  path.close(epoch)
  const [totals] = path.target.measure().flows
  const expected = Array.from({ length: 20 }, () => 0)
  expected[DELAY_BOUNDS.indexOf(0.25)] = 1
  expected[DELAY_BOUNDS.indexOf(0.5)] = 1
  expected[0] = 1
  expected[19] = 1
  expect(totals?.rtt.counts).toEqual(expected)
  expect(totals?.rtt.sumSeconds).toBeCloseTo(8.500_001_002, 9)
})

test('round trips are counted by bounds of their own', () => {
  const path = new CraftedPath({ bounds: [0.1, 0.25, 1] })
  const epoch = path.begin(0)
  for (const [slot, ms] of [100, 101, 250, 1000, 1001].entries())
    path.reply(path.send(epoch, slot), { at: slot * SECOND + ms * MILLISECOND })
  path.now = 20 * SECOND
  path.close(epoch)
  const [totals] = path.target.measure().flows
  expect(totals?.rtt).toEqual({ bounds: [0.1, 0.25, 1], counts: [1, 2, 1, 1], sumSeconds: expect.closeTo(2.452, 9) })
})

test('counters grow when an epoch is closed, and run on across epochs', () => {
  const path = new CraftedPath()
  for (const start of [0, 10, 20]) {
    path.now = start * SECOND
    const epoch = path.begin(path.now)
    const [first, second, third] = [path.send(epoch, 0), path.send(epoch, 1), path.send(epoch, 2)]
    path.reply(second, { at: path.now + 1001 * MILLISECOND, ttl: 60 })
    path.reply(first, { at: path.now + 1002 * MILLISECOND, ttl: 61 })
    path.copy(first)
    path.unreachable(third, { errno: 111, type: 3, code: 13 })
    const [client] = epoch.epoch.facts.clients
    if (client === undefined) throw new Error('no client')
    client.foreign = 2
    client.unidentified = 1
    epoch.epoch.facts.headers.up.tos[184] = 2
    epoch.epoch.overdue = 1
    const before = path.target.measure().flows[0]
    expect(before).toMatchObject({ inFlight: 3, fates: { intact: start / 10, late: start / 10 } })
    path.now = (start + 12) * SECOND
    path.close(epoch, { missed: 6, paused: 1 })
  }
  const [totals] = path.target.measure().flows
  expect(totals).toMatchObject({
    fates: { intact: 3, late: 3, unreachable: 3 },
    duplicates: 3,
    reordered: 3,
    strays: { foreign: 6, unidentified: 3 },
    overdue: 3,
    icmp: { admin_prohibited: 3, port_unreachable: 0 },
    missed: 18,
    paused: 3,
    hopLimit: 61,
    tos: 184,
    server: 'udptool',
    port: 40_000,
    inFlight: 0,
    lastReplyAt: REAL * 1000 + 21_002,
  })
  // RFC 3550: round trips in order of arrival are 1, 1002, 1, 1002, 1, 1002 ms.
  let jitter = 0
  for (let n = 0; n < 5; n++) jitter += (1.001 - jitter) / 16
  expect(totals?.jitterSeconds).toBeCloseTo(jitter, 9)
})

test.each([
  [{ errno: 111, type: 3, code: 3 }, 'udp4', 'port_unreachable'],
  [{ errno: 113, type: 3, code: 1 }, 'udp4', 'host_unreachable'],
  [{ errno: 101, type: 3, code: 0 }, 'udp4', 'net_unreachable'],
  [{ errno: 113, type: 3, code: 13 }, 'udp4', 'admin_prohibited'],
  [{ errno: 90, type: 3, code: 4 }, 'udp4', 'too_big'],
  [{ errno: 113, type: 11, code: 0 }, 'udp4', 'ttl_exceeded'],
  [{ errno: 113, type: 11, code: 1 }, 'udp4', 'other'],
  [{ errno: 111, type: 1, code: 4 }, 'udp6', 'port_unreachable'],
  [{ errno: 90, type: 2 }, 'udp6', 'too_big'],
  [{ errno: 113, type: 3, code: 0 }, 'udp6', 'ttl_exceeded'],
  [{ errno: 111 }, 'udp4', 'port_unreachable'],
  [{ errno: 5 }, 'udp4', 'other'],
] as const)('ICMP error %o over %s is %s', (error, family, kind) => {
  expect(icmpKind(error, family)).toBe(kind)
})

test('drops of a socket are counted once, also those while two of its epochs are open, and those of the next socket too', () => {
  const path = new CraftedPath()
  // Counters at the begin and the end of an epoch: the socket dropped one datagram before, and two between begin and end of two epochs.
  const epochs = [
    { socket: 0, before: 1, after: 5 },
    { socket: 0, before: 3, after: 6 },
    { socket: 0, before: 6, after: 6 },
    { socket: 1, before: 0, after: 4 },
  ]
  const drops = epochs.map(({ socket, before, after }, n) => {
    if (n === 3) path.addPath(1, 0)
    path.now = 10 * n * SECOND
    const epoch = path.begin(path.now, socket)
    const [client] = epoch.epoch.facts.clients
    if (client === undefined) throw new Error('no client')
    client.dropsBefore = before
    client.dropsAfter = after
    path.now += 12 * SECOND
    path.close(epoch)
    return path.target.measure().flows[0]?.drops
  })
  expect(drops).toEqual([4, 5, 5, 9])
})
