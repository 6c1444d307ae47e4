import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConnectionSlots } from '../../../src/stream/connection-slots.ts'
import { sourceOf } from '../../../src/stream/source.ts'

interface Holder {
  readonly name: string
  readonly movedAt: number
}

const holder = (name: string, movedAt = 0): Holder => ({ name, movedAt })

test('connections are limited for one source, and in total', () => {
  const places = new ConnectionSlots<Holder>({ most: 3, mostPerSource: 2 })
  for (const name of ['a1', 'a2']) {
    expect(places.find('a')).toBe('free')
    places.take('a', holder(name))
  }
  expect(places.find('a')).toBe('source')
  const last = holder('b1')
  places.take('b', last)
  expect(places.find('b')).toBe('crowded')
  places.leave('b', last)
  places.leave('b', last)
  expect(places.find('b')).toBe('free')
})

test('a new connection gets the slot of the longest idle connection of the busiest source', () => {
  const places = new ConnectionSlots<Holder>({ most: 3, mostPerSource: 3 })
  const idle = holder('a2', 1)
  places.take('a', holder('a1', 5))
  places.take('a', idle)
  places.take('a', holder('a3', 7))
  expect(places.find('a')).toBe('source')
  expect(places.find('b')).toEqual({ displaces: idle })
  places.leave('a', idle)
  places.take('b', holder('b1', 9))
  // With two and one the slots are shared fairly, so none is evicted.
  expect([places.find('a'), places.find('b')]).toEqual(['crowded', 'crowded'])
  expect(places.find('c')).toMatchObject({ displaces: { name: 'a1' } })
})

test('in any order of connections the limits hold, and one source never locks out another', () => {
  const steps = fc.array(fc.record({ source: fc.constantFrom('a', 'b', 'c'), leaves: fc.boolean() }), { maxLength: 60 })
  fc.assert(
    fc.property(steps, fc.integer({ min: 2, max: 6 }), fc.integer({ min: 2, max: 6 }), (list, most, mostPerSource) => {
      const places = new ConnectionSlots<Holder>({ most, mostPerSource })
      const held: { source: string; holder: Holder }[] = []
      const of = (source: string): number => held.filter(one => one.source === source).length
      const drop = (gone: Holder): void => {
        const at = held.findIndex(one => one.holder === gone)
        places.leave(held[at]?.source ?? '', gone)
        held.splice(at, 1)
      }
      for (const [n, { source, leaves }] of list.entries()) {
        const own = held.find(one => one.source === source)
        if (leaves && own !== undefined) {
          drop(own.holder)
          continue
        }
        const place = places.find(source)
        if (place === 'source' || place === 'crowded') {
          expect(of(source) > 0 || new Set(held.map(one => one.source)).size > 1).toBe(true)
          continue
        }
        if (place !== 'free') drop(place.displaces)
        const one = holder(`${source}${n}`, n)
        places.take(source, one)
        held.push({ source, holder: one })
        expect(held.length).toBeLessThanOrEqual(most)
        expect(of(source)).toBeLessThanOrEqual(mostPerSource)
      }
    }),
  )
})

test('a source is an IPv4 address, also mapped into IPv6, or a /56 of IPv6', () => {
  expect(sourceOf('::ffff:10.0.0.1')).toBe(sourceOf('10.0.0.1'))
  expect(sourceOf('10.0.0.2')).not.toBe(sourceOf('10.0.0.1'))
  expect(sourceOf('2001:db8:0:ff::1')).toBe(sourceOf('2001:db8:0:12:3:4:5:6'))
  expect(sourceOf('2001:db8:0:100::1')).not.toBe(sourceOf('2001:db8:0:ff::1'))
  expect(sourceOf('fe80::1%eth0')).toBe(sourceOf('fe80::2'))
})
