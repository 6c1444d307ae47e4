import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ProbePlan } from '../../../src/facts/plan.ts'
import { OUTCOME, PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import { createRunFacts, probeSize, type RunFacts } from '../../../src/facts/run.ts'
import { Identifier } from '../../../src/machines/identify.ts'
import { Reception } from '../../../src/machines/reception.ts'
import { KIND, OFFSET } from '../../../src/wire/probe.ts'
import { arriving, flipped, probeBytes, RUN } from './datagrams.ts'
import { probePlan } from './plans.ts'

const TIMEOUT = 1_000_000
const ENGINE = { name: 'kernel', icmp: 'none', truncation: 'kernel', timestamps: 'kernel' } as const

let facts: RunFacts
let identifier: Identifier

function begin(plan: Partial<ProbePlan>): void {
  facts = createRunFacts(probePlan({ runs: [RUN], timeout: TIMEOUT, ...plan }), ENGINE)
  identifier = new Identifier(facts.plan, facts.probes, new Reception())
}

/** Books the next probe as sent. */
function send(now: number): Uint8Array {
  const [client] = facts.clients
  if (client === undefined) throw new Error('one client')
  const sequence = client.scheduled
  const page = facts.probes.open(sequence)
  page.sent[sequence % PAGE_ROWS] = now
  page.outcome[sequence % PAGE_ROWS] = OUTCOME.waiting
  client.scheduled += 1
  return probeBytes(probeSize(facts.plan, sequence), sequence, RUN, now)
}

function settle(sequence: number): void {
  facts.probes.open(sequence).outcome[sequence % PAGE_ROWS] = OUTCOME.whole
}

function identify(bytes: Uint8Array, now: number): number {
  const [client] = facts.clients
  if (client === undefined) throw new Error('one client')
  return identifier.identify(arriving(bytes, now), client)
}

/** Changes this many of the first 50 bytes, each to a value that no header contains. */
function damaged(bytes: Uint8Array, places: readonly number[]): Uint8Array {
  const changed = bytes.slice()
  for (const place of places) changed[place] = 0x7f
  return changed
}

const places = (count: number): number[] => Array.from({ length: count }, (_, n) => 3 * n)

describe('the nearest probe', () => {
  let sent: Uint8Array[]

  beforeEach(() => {
    begin({ sizes: [128] })
    sent = Array.from({ length: 20 }, (_, n) => send(n * 7919))
  })

  test('every probe, damaged in one bit anywhere of its first 50 bytes, or cut from 13 on', () => {
    sent.forEach((bytes, sequence) => {
      for (let at = 0; at < 50; at++) expect(identify(flipped(bytes, at), 200_000)).toBe(sequence)
      for (let length = 13; length < 34; length++) expect(identify(bytes.subarray(0, length), 200_000)).toBe(sequence)
    })
  })

  test('the kind of a reply is no difference', () => {
    const bytes = damaged(
      sent[3] ?? sent[0] ?? new Uint8Array(0),
      places(12).map(place => (place === OFFSET.kind ? 40 : place)),
    )
    bytes[OFFSET.kind] = KIND.reply
    expect(identify(bytes, 200_000)).toBe(3)
  })

  test('12 differences are a match, 13 are not', () => {
    const [bytes = new Uint8Array(0)] = sent
    expect(identify(damaged(bytes, places(12)), 200_000)).toBe(0)
    expect(identify(damaged(bytes, places(13)), 200_000)).toBe(-1)
  })

  test('two equally near probes: no match', () => {
    begin({ sizes: [13] })
    const [one, two] = [send(1), send(1)]
    const between = one.slice()
    between[12] = 0x39
    expect([identify(one, 2), identify(two, 2), identify(between, 2)]).toEqual([0, 1, -1])
  })

  test('answered probes are compared too', () => {
    settle(4)
    expect(identify(flipped(sent[4] ?? new Uint8Array(0), 6), 200_000)).toBe(4)
  })

  test('beyond the timeout only an undamaged prefix is identified', () => {
    const [bytes = new Uint8Array(0)] = sent
    expect(identify(flipped(bytes, 6), TIMEOUT - 1)).toBe(0)
    expect(identify(flipped(bytes, 6), TIMEOUT)).toBe(-1)
    expect(identify(bytes.subarray(0, 20), 2 * TIMEOUT)).toBe(0)
  })

  test('an older reply does not pass for its neighbor', () => {
    begin({ sizes: [40] })
    const old = send(0)
    send(TIMEOUT / 2)
    expect(identify(flipped(old, 1), TIMEOUT + 1)).toBe(-1)
    expect(identify(old.subarray(0, 13), TIMEOUT + 1)).toBe(0)
  })

  test('at most 256 are compared, and the one that the bytes name', () => {
    begin({ sizes: [128] })
    const many = Array.from({ length: 300 }, (_, n) => send(n * 1009))
    const at = (sequence: number): Uint8Array => many[sequence] ?? new Uint8Array(0)
    expect(identify(flipped(at(44), 12), 400_000)).toBe(44)
    expect(identify(flipped(at(43), 12), 400_000)).toBe(-1)
    expect(identify(flipped(at(43), 1), 400_000)).toBe(43)
  })

  test('a burst sent at one time', () => {
    begin({ sizes: [34] })
    const many = Array.from({ length: 300 }, () => send(5))
    many.forEach((bytes, sequence) => expect(identify(flipped(bytes, 30, 2), 10)).toBe(sequence))
  })

  test('another run is not ours, however it is cut', () => {
    const foreign = probeBytes(128, 3, RUN ^ 0x5a5a5a5a, 999_999_999)
    for (let length = 34; length < 60; length++)
      expect(identify(damaged(foreign.subarray(0, length), [0, 1, 2]), 200_000)).toBe(-1)
  })

  test('random bytes match nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 26 }), bytes => {
        expect(identify(bytes, 200_000)).toBe(-1)
      }),
    )
  })
})

/** In a run that is not lock-step: several probes of one port. */
describe('too short to identify', () => {
  /** How long copies may follow a reply (linger.ts). */
  const REST = TIMEOUT

  test('with one in flight it belongs to that one, if it is a prefix of it', () => {
    begin({ sizes: [128] })
    send(0)
    settle(0)
    const bytes = send(1)
    for (let length = 0; length < 13; length++) expect(identify(bytes.subarray(0, length), 2)).toBe(1)
    expect(identifier).toMatchObject({ guessed: true, nameless: true })
    expect(identify(new Uint8Array(3), 2)).toBe(-1)
  })

  test('with two it belongs to none', () => {
    begin({ sizes: [128] })
    const bytes = send(0)
    send(1)
    expect(identify(bytes.subarray(0, 12), 2)).toBe(-1)
    expect(identify(bytes.subarray(0, 13), 2)).toBe(0)
    expect(identifier).toMatchObject({ guessed: false, nameless: false })
  })

  test('after a timeout a late reply to that one is equally likely, until it is closed', () => {
    for (const [now, found] of [
      [TIMEOUT + REST - 1, -1],
      [TIMEOUT + REST, 1],
    ] as const) {
      begin({ sizes: [128] })
      send(0)
      send(now - 2)
      expect(identify(probeBytes(3), now)).toBe(found)
    }
  })

  test('after a copy another copy is equally likely, for a while', () => {
    begin({ sizes: [128] })
    send(0)
    settle(0)
    identifier.copied(0, 1)
    send(REST - 1)
    expect(identify(probeBytes(3), REST)).toBe(-1)
    send(2 * REST + 1)
    settle(1)
    expect(identify(probeBytes(3), 2 * REST + 2)).toBe(2)
  })

  test('a reply cannot arrive before its probe was sent', () => {
    begin({ sizes: [128] })
    send(5)
    const [client] = facts.clients
    if (client === undefined) throw new Error('one client')
    const reply = arriving(probeBytes(3), 6)
    reply.inbox.arrived[0] = 4
    expect(identifier.identify(reply, client)).toBe(-1)
  })

  test('a probe older than the timeout is not in flight', () => {
    begin({ sizes: [128] })
    send(0)
    expect(identify(probeBytes(3), TIMEOUT - 1)).toBe(0)
    expect(identify(probeBytes(3), TIMEOUT)).toBe(-1)
  })

  test('with none in flight it belongs to none', () => {
    begin({ sizes: [128] })
    send(0)
    settle(0)
    expect(identify(probeBytes(3), 1)).toBe(-1)
  })

  test('before anything was sent', () => {
    begin({ sizes: [128] })
    expect([identify(new Uint8Array(0), 0), identify(new Uint8Array(60), 0)]).toEqual([-1, -1])
  })
})
