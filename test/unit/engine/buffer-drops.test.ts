import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BufferDrops } from '../../../src/engine/buffer-drops.ts'

/** A host whose counters a test sets. */
class Host {
  drops: number | undefined = 0
  others: number | undefined = 0
  looks = 0

  watch(): BufferDrops {
    return new BufferDrops(
      () => this.drops,
      () => {
        this.looks += 1
        return this.others
      },
    )
  }
}

describe('drops of a full buffer', () => {
  test('are the growth of the socket’s counter minus that of the host’s other drops', () => {
    const host = new Host()
    Object.assign(host, { drops: 5, others: 100 })
    const watch = host.watch()
    expect(watch.read()).toBe(0)
    Object.assign(host, { drops: 12, others: 103 })
    expect(watch.read()).toBe(4)
  })

  test('never fall, and include growth before later drops of others', () => {
    const host = new Host()
    const watch = host.watch()
    host.drops = 10
    expect(watch.read()).toBe(10)
    host.others = 50
    expect(watch.read()).toBe(10)
    host.drops = 70
    expect(watch.read()).toBe(20)
  })

  test('are unknown if one of the counters is', () => {
    for (const unseen of [{ drops: undefined }, { others: undefined }]) {
      const host = Object.assign(new Host(), unseen)
      const watch = host.watch()
      Object.assign(host, { drops: 3, others: 0 })
      expect(watch.read()).toBeUndefined()
    }
  })

  test('the host’s counters are not read while the socket’s does not change', () => {
    const host = new Host()
    const watch = host.watch()
    const { looks } = host
    for (let n = 0; n < 100; n++) watch.read()
    expect(host.looks).toBe(looks)
  })

  test('are the same number for all threads of a server, in any order of readings', () => {
    const act = fc.constantFrom('full', 'checksum', 'elsewhere', 'rest', 'first', 'second')
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), acts => {
        const host = { drops: 0, others: 0, full: 0 }
        const memory = BufferDrops.memory()
        const watch = (): BufferDrops =>
          new BufferDrops(
            () => host.drops,
            () => host.others,
            memory,
          )
        const [first, second] = [watch(), watch()]
        const base = { read: 0, full: 0 }
        for (const what of acts) {
          if (what === 'full' || what === 'checksum') host.drops += 1
          if (what === 'full') host.full += 1
          if (what === 'checksum' || what === 'elsewhere') host.others += 1
          // Each is the baseline of the other.
          if (what === 'rest') Object.assign(base, { read: first.read(), full: host.full })
          const reader = what === 'first' ? first : what === 'second' ? second : undefined
          if (reader !== undefined) expect((reader.read() ?? 0) - base.read).toBeLessThanOrEqual(host.full - base.full)
        }
      }),
    )
  })

  test('are never more than what the buffer dropped, for any order of events and readings', () => {
    const event = fc.constantFrom('full', 'checksum', 'checksum elsewhere', 'read')
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.array(event, { maxLength: 60 }), (events, between) => {
        const truth = { full: 0, drops: 0, others: 0 }
        const happen = (what: string | undefined): void => {
          if (what === 'full' || what === 'checksum') truth.drops += 1
          if (what === 'full') truth.full += 1
          if (what?.startsWith('checksum') === true) truth.others += 1
        }
        // Anything may happen between two readings of counters.
        const watch = new BufferDrops(
          () => {
            const { drops } = truth
            happen(between.pop())
            return drops
          },
          () => {
            const { others } = truth
            happen(between.pop())
            return others
          },
        )
        let before = 0
        for (const what of events) {
          if (what !== 'read') happen(what)
          else {
            const read = watch.read() ?? 0
            expect(read).toBeLessThanOrEqual(truth.full)
            expect(read).toBeGreaterThanOrEqual(before)
            before = read
          }
        }
      }),
    )
  })
})
