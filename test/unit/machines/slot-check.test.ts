import { describe, expect, test } from 'vitest'
import type { ImplausibleCounts } from '../../../src/facts/implausible.ts'
import { SlotCheck } from '../../../src/machines/slot-check.ts'
import { emptySlot, type Slot } from '../../../src/wire/evidence.ts'
import { arriving, RUN } from './datagrams.ts'

const SIZE = 200

/** One reply of SIZE bytes to the n-th probe, which was sent after the reply before it had arrived. */
class Checked {
  readonly counts: ImplausibleCounts = {}
  readonly #check = new SlotCheck()
  #n = 0

  reply(fields: Partial<Slot>, got = SIZE, sent = 10 * this.#n, source = 0): Slot {
    const slot = { ...emptySlot(), ...fields }
    this.#n += 1
    const reply = arriving(new Uint8Array(got), 10 * this.#n)
    reply.inbox.socket[0] = source
    this.#check.check(slot, this.counts, reply, { size: SIZE, sequence: 0, run: RUN, sent }, 1000)
    return slot
  }
}

describe('one slot', () => {
  test.each<[string, Partial<Slot>, Partial<Slot>, ImplausibleCounts, number?]>([
    ['seen above whole', { seen: 201, whole: 200 }, { seen: -1, whole: -1 }, { seen: 1 }],
    ['seen = whole', { seen: 200, whole: 200 }, { seen: 200, whole: 200 }, {}],
    ['seen below whole: cut at the read size', { seen: 100, whole: 200 }, { seen: 100, whole: 200 }, {}, 100],
    ['seen below the reply', { seen: 199 }, { seen: -1 }, { seen: 1 }],
    ['seen equal to a reply that is longer than the probe', { seen: 200 }, { seen: 200 }, {}, 300],
    ['a fragment as large as the packet with all options', { whole: 200, fragment: 268 }, { fragment: 268 }, {}],
    ['a fragment larger than that', { whole: 200, fragment: 269 }, { fragment: -1 }, { fragment: 1 }],
    ['a fragment larger than the probe, whole unknown', { fragment: 269 }, { fragment: -1 }, { fragment: 1 }],
    ['a fragment smaller than the headers', { fragment: 27 }, { fragment: -1 }, { fragment: 1 }],
    ['a fragment of headers', { fragment: 28 }, { fragment: 28 }, {}],
    ['TTL 0', { ttl: 0 }, { ttl: -1 }, { ttl: 1 }],
    ['TTL 1', { ttl: 1 }, { ttl: 1 }, {}],
    [
      'the first second of 1970',
      { arrivalSeconds: 0, arrivalNanos: 5 },
      { arrivalSeconds: -1, arrivalNanos: -1 },
      { arrival: 1 },
    ],
    ['received 0', { received: 0 }, { received: -1 }, { received: 1 }],
    ['received exceeds the probes sent', { received: 1001 }, { received: -1 }, { received: 1 }],
    ['received equals the probes sent', { received: 1000 }, { received: 1000 }, {}],
    ['an empty slot', {}, {}, {}],
  ])('%s', (_, fields, left, counts, got) => {
    const checked = new Checked()
    expect(checked.reply(fields, got)).toMatchObject(left)
    expect(checked.counts).toEqual(counts)
  })
})

describe('counters of probes sent one after the other', () => {
  test('increase', () => {
    const checked = new Checked()
    for (let n = 1; n <= 5; n++) checked.reply({ received: n, drops: 7 })
    expect(checked.counts).toEqual({})
  })

  test('decrease once, if the server was restarted, and increase again', () => {
    const checked = new Checked()
    for (const received of [5, 6, 1, 2, 3]) checked.reply({ received, drops: received })
    expect(checked.counts).toEqual({ received: 1, drops: 1 })
  })

  test('prove nothing for probes in flight together', () => {
    const checked = new Checked()
    for (const received of [3, 1, 2]) checked.reply({ received, drops: received }, SIZE, 0)
    expect(checked.counts).toEqual({})
  })

  test('are separate for each socket', () => {
    const checked = new Checked()
    checked.reply({ received: 9 }, SIZE, 0, 0)
    checked.reply({ received: 1 }, SIZE, 100, 1)
    expect(checked.counts).toEqual({})
  })
})
