import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { PAGE_ROWS } from '../../../../src/facts/probe-table.ts'
import type { RunFacts } from '../../../../src/facts/run.ts'
import { foreignEcho, foreignSilence } from '../../../simulation/foreign.ts'
import { simulate } from '../../../simulation/simulate.ts'
import { irttPlan, networkOf, probePlan } from '../plans.ts'
import { md5, runIrtt, words, type Word } from './irtt-harness.ts'

/** Virtual time begins here. */
const START = SECOND

function all(word: Word, count = 10): Word[] {
  return Array.from({ length: count }, () => word)
}

function column(facts: RunFacts, name: 'counter' | 'dwell' | 'serverArrival'): number[] {
  const values = facts.probes.find(0)?.[name] ?? []
  return [...values].slice(0, facts.clients[0]?.scheduled)
}

test('A quiet run opens a session, gets all replies and closes the session', () => {
  const { facts, irttServer } = runIrtt()
  expect(words(facts)).toEqual(all('whole'))
  expect(facts.irtt).toEqual({
    opened: true,
    closedByServer: false,
    forged: 0,
    granted: {
      duration: SECOND,
      interval: 10 * MILLISECOND,
      length: 60,
      stats: 'both',
      stamps: 'both',
      clock: 'both',
      tos: 0,
    },
  })
  expect([irttServer.opens.length, irttServer.requests.length, irttServer.closed.length]).toEqual([1, 10, 1])
  expect(facts.clients[0]).toMatchObject({ scheduled: 10, replies: 10, foreign: 0, unidentified: 0, duplicates: 0 })
  expect(column(facts, 'counter')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(facts.interrupted).toBe(false)
})

test('The open request has the bytes of docs/irtt.md', () => {
  const plan = { interval: 20 * MILLISECOND, sizes: [60] }
  const { irttServer } = runIrtt({ plan, protocol: { duration: 60 * MILLISECOND } })
  const hex = Buffer.from(irttServer.opens[0] ?? []).toString('hex')
  expect(hex).toBe('14a75b01 0102 02809c9c39 0380b48913 0478 0506 0606 0706'.replaceAll(' ', ''))
})

test('A probe has zeros in the fields of the server, then payload', () => {
  const { irttServer } = runIrtt({ plan: { sizes: [80], payload: { kind: 'random', seed: 1 } } })
  const [first] = irttServer.requests
  expect(first).toHaveLength(80)
  expect([...(first?.subarray(0, 4) ?? [])]).toEqual([0x14, 0xa7, 0x5b, 0])
  expect([...(first?.subarray(12, 60) ?? [])]).toEqual(Array.from({ length: 48 }, () => 0))
  expect(first?.subarray(60).every(byte => byte === 0)).toBe(false)
})

test('Receive and send stamps become the arrival at the server and the time there', () => {
  const { facts } = runIrtt()
  expect(facts.clients[0]?.serverBase).toBe(1_700_000_000)
  expect(column(facts, 'serverArrival').slice(0, 2)).toEqual([1000, 1_001_000])
  expect(column(facts, 'dwell')[0]).toBe(1000)
})

test.each([
  ['wall', 'receive', 44 - 8, 1000, 0xffffffff],
  ['monotonic', 'both', 44, NaN, 1000],
  ['wall', 'midpoint', 36, 1500, 0],
  ['both', 'midpoint', 44, 1500, 0],
  ['wall', 'send', 36, NaN, 0xffffffff],
  ['both', 'none', 28, NaN, 0xffffffff],
] as const)('By clock %s and stamps %s', (clock, stamps, size, arrival, dwell) => {
  const { facts } = runIrtt({ plan: { sizes: [size] }, protocol: { clock, stamps } })
  expect(words(facts)).toEqual(all('whole'))
  expect(column(facts, 'serverArrival')[0]).toBe(arrival)
  expect(column(facts, 'dwell')[0]).toBe(dwell)
})

test.each([36, 40, 44, 100])(
  'A server that writes a midpoint by both clocks makes replies of %d bytes longer only if needed',
  size => {
    const { facts } = runIrtt({
      plan: { sizes: [size] },
      protocol: { clock: 'wall', stamps: 'midpoint' },
      server: { writesBothClocks: true },
    })
    expect(words(facts)).toEqual(all('whole'))
    expect(column(facts, 'serverArrival')[0]).toBe(1500)
  },
)

test('An open request is sent again after 1, 2, 4 and 8 s', () => {
  const network = networkOf({ up: [{ rule: 'blackout', start: 0, length: 3500 * MILLISECOND }] })
  const { facts, irttServer } = runIrtt({ rest: { network } })
  expect(irttServer.opens).toHaveLength(1)
  expect(words(facts)).toEqual(all('whole'))
  expect(facts.startedAt - START).toBe(7 * SECOND + 2 * MILLISECOND)
})

test('A server that does not answer refuses the session after 15 s, and no probe is sent', () => {
  const probe = probePlan({ sizes: [60], protocol: irttPlan() })
  const { facts } = simulate({ probe, respond: foreignSilence, network: networkOf() })
  expect(facts.irtt).toEqual({ opened: false, closedByServer: false, forged: 0, refused: { reason: 'silence' } })
  expect(facts.startedAt - START).toBe(15 * SECOND)
  expect(facts.clients[0]?.scheduled).toBe(0)
})

test('A run that must be over earlier waits no longer for its session', () => {
  const probe = probePlan({ sizes: [60], protocol: irttPlan(), closeBy: 2 * SECOND })
  const { facts } = simulate({ probe, respond: foreignSilence, network: networkOf() })
  expect(facts.irtt?.refused).toEqual({ reason: 'silence' })
  expect(facts.startedAt - START).toBe(2 * SECOND)
})

test('A closed port and an echo server refuse it at once', () => {
  const probe = probePlan({ sizes: [60], protocol: irttPlan() })
  const closed = simulate({ probe, network: networkOf() })
  expect(closed.facts.irtt?.refused).toEqual({ reason: 'unreachable', errno: 111 })
  expect(closed.facts.icmpIgnored).toEqual({})
  const echo = simulate({ probe, respond: foreignEcho, network: networkOf() })
  expect(echo.facts.irtt?.refused).toEqual({ reason: 'echoed' })
  expect(Math.max(closed.facts.startedAt, echo.facts.startedAt) - START).toBeLessThan(SECOND)
})

test.each([
  ['length', 4, 60, { reason: 'length', granted: 60 }],
  ['interval', 3, 10 * SECOND, { reason: 'interval', granted: 10 * SECOND }],
])('A server that grants another %s refuses the run, and its session is closed', (_, id, value, refused) => {
  const { facts, irttServer } = runIrtt({
    plan: { sizes: [100] },
    server: { restrict: values => values.set(id, value) },
  })
  expect(facts.irtt).toMatchObject({ opened: false, refused })
  expect(facts.clients[0]?.scheduled).toBe(0)
  expect(irttServer.closed).toHaveLength(1)
})

test('A refused run of several clients closes the sessions of all', () => {
  const restrict = (values: Map<number, number>): unknown => values.set(3, 10 * SECOND)
  const plan = { clients: 3 }
  const { facts, irttServer } = runIrtt({ plan, server: { restrict } })
  expect(facts.irtt).toMatchObject({ opened: false, refused: { reason: 'interval', granted: 10 * SECOND } })
  expect([irttServer.opens.length, new Set(irttServer.closed).size]).toEqual([3, 3])
  // The reply to the second request is lost: the run ends when it would be sent again, and does not send it.
  let replies = 0
  const change = (reply: Uint8Array): Uint8Array => (++replies === 2 ? new Uint8Array(0) : reply)
  const lossy = runIrtt({ plan, server: { restrict, change } })
  expect(lossy.facts.irtt?.refused?.reason).toBe('interval')
  expect(lossy.facts.startedAt - START).toBe(SECOND)
  expect([lossy.irttServer.opens.length, lossy.irttServer.closed.length]).toEqual([3, 2])
})

test('A shorter duration ends the run earlier, without an interruption', () => {
  const { facts } = runIrtt({
    plan: { count: 100 },
    server: { restrict: values => values.set(2, 300 * MILLISECOND) },
  })
  expect(facts.irtt?.granted?.duration).toBe(300 * MILLISECOND)
  expect(facts.clients[0]?.scheduled).toBe(30)
  expect([facts.interrupted, words(facts)]).toEqual([false, all('whole', 30)])
})

test('A server may grant fewer reports', () => {
  const { facts } = runIrtt({ server: { restrict: values => values.set(5, 0).set(6, 4).set(7, 1) } })
  expect(facts.irtt?.granted).toMatchObject({ stats: 'none', stamps: 'midpoint', clock: 'wall', length: 60 })
  expect(words(facts)).toEqual(all('whole'))
  expect(column(facts, 'counter')[0]).toBe(0xffffffff)
  expect(column(facts, 'serverArrival')[0]).toBe(1500)
})

test('With a key every datagram has its HMAC, and a session opens only if both sides have the same key', () => {
  const protocol = { isAuthenticated: true }
  const right = runIrtt({ plan: { sizes: [76] }, protocol, server: { key: 'k' }, rest: { macs: [md5('k')] } })
  expect(words(right.facts)).toEqual(all('whole'))
  expect(right.irttServer.closed).toHaveLength(1)
  const wrong = runIrtt({ plan: { sizes: [76] }, protocol, server: { key: 'k' }, rest: { macs: [md5('other')] } })
  expect(wrong.facts.irtt?.refused).toEqual({ reason: 'silence' })
  const missing = runIrtt({ server: { key: 'k' } })
  expect(missing.facts.irtt?.refused).toEqual({ reason: 'silence' })
})

test('A reply with a wrong HMAC answers nothing and is counted', () => {
  const { facts } = runIrtt({
    plan: { sizes: [76] },
    protocol: { isAuthenticated: true },
    server: {
      key: 'k',
      change: reply => {
        if (reply[3] === 10 && reply[28] === 4) reply[70] = (reply[70] ?? 0) ^ 1
        return reply
      },
    },
    rest: { macs: [md5('k')] },
  })
  expect(facts.irtt?.forged).toBe(1)
  expect(words(facts)).toEqual(all('whole').with(4, 'received'))
})

test('Each client has a session of its own', () => {
  const { facts, irttServer } = runIrtt({
    plan: { clients: 3 },
    rest: { network: networkOf({ down: [{ rule: 'dropEvery', every: 4 }], latency: 5 * MILLISECOND }) },
  })
  expect([irttServer.opens.length, new Set(irttServer.closed).size]).toEqual([3, 3])
  for (const client of [0, 1, 2]) expect(new Set(words(facts, client))).toEqual(new Set(['whole', 'received']))
})

test('Losses get their direction from the windows of later replies, the last ones from closing probes', () => {
  const change = (reply: Uint8Array): Uint8Array => (reply[3] === 2 && reply[12] === 9 ? new Uint8Array(0) : reply)
  const network = networkOf({ up: [{ rule: 'blackout', start: 40 * MILLISECOND, length: 45 * MILLISECOND }] })
  const { facts, irttServer } = runIrtt({ server: { change }, rest: { network } })
  const found = words(facts)
  expect(found.at(-1)).toBe('received')
  expect(found.filter(word => word === 'notReceived').length).toBeGreaterThan(2)
  expect(found).not.toContain('unknown')
  // The closing probe is in no ledger.
  expect(facts.clients[0]).toMatchObject({ scheduled: 10, foreign: 0 })
  expect(irttServer.requests.at(-1)?.[12]).toBe(10)
})

test('A second reply to a closing probe is of this run', () => {
  let calls = 0
  // The last probe comes after the open request and nine others.
  const isDeaf = (): boolean => ++calls === 11
  const network = networkOf({ down: [{ rule: 'duplicate', ratio: 1 }], latency: 5 * MILLISECOND })
  const { facts, irttServer } = runIrtt({ server: { isDeaf }, rest: { network } })
  expect(words(facts)).toEqual(all('whole').with(9, 'notReceived'))
  expect(irttServer.requests.at(-1)?.[12]).toBe(10)
  expect(facts.clients[0]).toMatchObject({ foreign: 0, duplicates: 9 })
})

test('A run that must be over earlier waits no longer for its closing probes', () => {
  let calls = 0
  // Only the open request and the first probes are answered.
  const isDeaf = (): boolean => ++calls > 6
  const plan = { timeout: 200 * MILLISECOND, linger: 100 * MILLISECOND }
  const whole = runIrtt({ server: { isDeaf }, plan })
  calls = 0
  const cut = runIrtt({ server: { isDeaf }, plan: { ...plan, closeBy: 350 * MILLISECOND } })
  const length = ({ facts: { closedAt, startedAt } }: typeof whole): number => closedAt - startedAt
  expect(length(whole)).toBeGreaterThan(400 * MILLISECOND)
  expect(length(cut)).toBe(350 * MILLISECOND)
  expect(words(cut.facts)).toEqual([...all('whole', 5), ...all('unknown', 5)])
})

test('Without windows no closing probe is sent, and losses stay unknown', () => {
  const network = networkOf({ up: [{ rule: 'dropEvery', every: 3 }] })
  const { facts, irttServer } = runIrtt({ plan: { sizes: [52] }, protocol: { stats: 'count' }, rest: { network } })
  expect(new Set(words(facts))).toEqual(new Set(['whole', 'unknown']))
  expect(irttServer.requests.every(bytes => (bytes[12] ?? 99) < 10)).toBe(true)
})

test('A server that ends the session interrupts the run', () => {
  const { facts } = runIrtt({ plan: { count: 100 }, server: { closeAt: 20 } })
  expect(facts.irtt?.closedByServer).toBe(true)
  expect(facts.interrupted).toBe(true)
  expect(words(facts)[20]).toBe('whole')
  expect(facts.clients[0]?.scheduled).toBeLessThan(25)
})

test('After Ctrl-C the session is closed, also while it opens', () => {
  const { facts, irttServer } = runIrtt({ rest: { stopAfter: 50 * MILLISECOND } })
  expect(facts.interrupted).toBe(true)
  expect(irttServer.closed).toHaveLength(1)
  const probe = probePlan({ sizes: [60], protocol: irttPlan() })
  const opening = simulate({ probe, respond: foreignSilence, network: networkOf(), stopAfter: 50 * MILLISECOND })
  expect(opening.facts).toMatchObject({ interrupted: true, irtt: { opened: false } })
  expect(opening.facts.irtt).not.toHaveProperty('refused')
  expect(opening.facts.closedAt - START).toBeLessThan(SECOND)
})

test.each<[string, (reply: Uint8Array) => Uint8Array, Word | undefined, object]>([
  ['cut', reply => reply.subarray(0, 40), 'cut', {}],
  ['longer', reply => Uint8Array.from([...reply, 0]), 'wrong', {}],
  ['without the reply flag', reply => reply.with(3, 0), 'wrong', {}],
  ['with a wrong magic', reply => reply.with(1, 0), 'wrong', {}],
  ['of another session', reply => reply.with(5, 9), undefined, { foreign: 1 }],
  ['of a probe that was never sent', reply => reply.with(12, 200), undefined, { foreign: 1 }],
  ['shorter than its sequence number', reply => reply.subarray(0, 15), undefined, { unidentified: 1 }],
])('A reply that is %s', (_, change, word, counts) => {
  const { facts } = runIrtt({
    server: { change: reply => (reply[3] === 2 && reply[12] === 4 ? change(reply) : reply) },
  })
  expect(words(facts)[4]).toBe(word ?? 'received')
  expect(facts.clients[0]).toMatchObject({ foreign: 0, unidentified: 0, ...counts })
})

test('A copy of a reply is a duplicate, and a copy of the open reply is nothing', () => {
  const network = networkOf({ down: [{ rule: 'duplicate', ratio: 1 }] })
  const { facts } = runIrtt({ rest: { network } })
  expect(words(facts)).toEqual(all('whole'))
  expect(facts.clients[0]).toMatchObject({ replies: 10, duplicates: 10, foreign: 0, unidentified: 0 })
  expect(facts.probes.find(0)?.copies[3 % PAGE_ROWS]).toBe(1)
})
