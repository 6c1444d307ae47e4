import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { LoopCheck, type Opening } from '../../../src/machines/loop-check.ts'
import { checkedKind, KIND } from '../../../src/wire/probe.ts'
import { flipped, textBytes } from './datagrams.ts'

/** A check with numbers instead of random words, and what it sent. */
function bench({ maxClients = 4096, copies = false } = {}) {
  const sent: Uint8Array[] = []
  let word = 0x1234_5678
  const check = new LoopCheck(
    maxClients,
    copies,
    () => word++,
    tracer => void sent.push(tracer),
  )
  const openDifferent = (count: number, now = 0): void => {
    for (let n = 0; n < count; n++) check.forwarded(check.opened(textBytes(`client ${word++}`), now))
  }
  const openAlike = (count: number, now = 0): void => {
    for (let n = 0; n < count; n++) check.forwarded(check.opened(textBytes('hello'), now))
  }
  return { check, sent, openDifferent, openAlike }
}

describe('the suspicion of a loop', () => {
  test('64 clients without an answer, or 8 that began alike, and not fewer', () => {
    const different = bench()
    different.openDifferent(63)
    expect(different.sent).toHaveLength(0)
    different.openDifferent(1)
    expect(different.sent).toHaveLength(1)
    const alike = bench()
    alike.openAlike(7)
    expect(alike.sent).toHaveLength(0)
    alike.openAlike(1)
    expect(alike.sent).toHaveLength(1)
  })

  test('3 that began alike, where the relay makes copies', () => {
    const { sent, openAlike } = bench({ copies: true })
    openAlike(2)
    expect(sent).toHaveLength(0)
    openAlike(1)
    expect(sent).toHaveLength(1)
  })

  test('clients that arrived before any datagram of the others was forwarded do not count', () => {
    const { check, sent } = bench({ copies: true })
    const crowd = Array.from({ length: 1000 }, () => check.opened(textBytes('hello'), 0))
    for (const opening of crowd) check.forwarded(opening)
    expect(sent).toHaveLength(0)
    check.opened(textBytes('hello'), 0)
    expect(sent).toHaveLength(0)
  })

  test('clients with answers are no reason, however many', () => {
    const { check, sent } = bench()
    let before: Opening[] = []
    for (let n = 0; n < 10_000; n++) {
      // One is always without its answer when the next arrives.
      const opening = check.opened(textBytes('hello'), n)
      check.forwarded(opening)
      for (const settled of before) check.settled(settled)
      before = [opening]
    }
    expect(sent).toHaveLength(0)
  })

  test('a small table is full of clients without an answer before there are 64', () => {
    const { check, sent } = bench({ maxClients: 2 })
    let last = check.opened(textBytes('hello'), 0)
    check.forwarded(last)
    for (let n = 1; n < 20; n++) {
      const next = check.opened(textBytes('hello'), 0)
      check.forwarded(next)
      check.settled(last)
      last = next
    }
    expect(sent).toHaveLength(1)
  })

  test('with a server that never answers, ever more clients cause at most one datagram for 4096', () => {
    const { sent, openDifferent } = bench()
    for (let second = 0; second < 100_000; second += 10) openDifferent(1, second * SECOND)
    expect(sent.length).toBeLessThanOrEqual(8)
  })
})

describe('the tracer', () => {
  test('is an answer to receipts with a right check, which no udptool server answers', () => {
    const { sent, openAlike } = bench()
    openAlike(8)
    expect(sent.map(bytes => [bytes.length, checkedKind(bytes, 0, bytes.length)])).toEqual([[34, KIND.answer]])
  })

  test('is repeated while new clients arrive, at most ten times', () => {
    const { sent, openDifferent } = bench()
    openDifferent(64)
    for (let ms = 1; ms < 1000; ms++) openDifferent(1, ms * MILLISECOND)
    expect(sent).toHaveLength(10)
    expect(new Set(sent.map(bytes => bytes.join()))).toHaveLength(1)
  })

  test('is recognized when cut after its sequence, or with a flipped bit', () => {
    for (const damage of [
      (bytes: Uint8Array) => bytes,
      (bytes: Uint8Array) => bytes.subarray(0, 13),
      (bytes: Uint8Array) => flipped(bytes, 7),
      (bytes: Uint8Array) => flipped(bytes, 30),
    ]) {
      const { check, sent, openAlike } = bench()
      openAlike(8)
      expect(check.receive(damage(sent[0] ?? new Uint8Array()), 1)).toBe(true)
    }
  })

  test('is not mistaken for anything else', () => {
    const { check, openAlike } = bench()
    openAlike(8)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), bytes => !check.receive(bytes, 1)))
  })

  test('is not recognized if none is in flight', () => {
    const { check, sent, openAlike } = bench()
    openAlike(8)
    const [tracer = new Uint8Array()] = sent
    expect(check.receive(tracer, 1)).toBe(true)
    expect(check.receive(tracer, 2)).toBe(false)
  })
})

describe('a detected loop', () => {
  function looped() {
    const all = bench()
    all.openAlike(8)
    all.check.receive(all.sent[0] ?? new Uint8Array(), 0)
    return all
  }

  test('stops everything for 10 s; then a tracer is sent first', () => {
    const { check, sent } = looped()
    expect([check.found, check.allows(1), check.allows(10 * SECOND - 1), sent.length]).toEqual([1, false, false, 1])
    expect([check.allows(10 * SECOND), sent.length]).toEqual([false, 2])
    expect([check.allows(11 * SECOND - 1), check.allows(11 * SECOND), check.allows(12 * SECOND)]).toEqual([
      false,
      true,
      true,
    ])
  })

  test('remains if that tracer comes back', () => {
    const { check, sent } = looped()
    check.allows(10 * SECOND)
    expect(check.receive(sent[1] ?? new Uint8Array(), 10 * SECOND + 5)).toBe(true)
    expect([check.found, check.allows(12 * SECOND), check.allows(20 * SECOND)]).toEqual([2, false, false])
  })

  test('requires a tracer: everything is allowed until one comes back', () => {
    const { check, openAlike } = bench()
    openAlike(1000)
    expect(check.allows(5)).toBe(true)
    expect(check.found).toBe(0)
  })
})
