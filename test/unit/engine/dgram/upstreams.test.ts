import { expect, test } from 'vitest'
import type { Address } from '../../../../src/base/address.ts'
import type { Upstream } from '../../../../src/engine/dgram/upstream.ts'
import { sourceOf } from '../../../../src/machines/guard.ts'
import { Upstreams } from '../../../../src/engine/dgram/upstreams.ts'

const ADDRESS: Address = { address: '192.0.2.1', port: 1, family: 'udp4' }

/** A table with fake sockets, and the keys of closed ones. */
function bench(most: number) {
  const closed: string[] = []
  const keys = new Map<Upstream, string>()
  let next = ''
  const table = new Upstreams(
    most,
    (_flow, client, via) => {
      const source = sourceOf(client.address)
      const upstream = { client, via, source, usedAt: 0, opening: 'x' } as unknown as Upstream
      keys.set(upstream, next)
      return upstream
    },
    (_flow, upstream) => void closed.push(keys.get(upstream) ?? ''),
  )
  const add = (key: string, now: number, address = '192.0.2.1'): number => {
    next = key
    return table.add(key, { ...ADDRESS, address }, 0, now)
  }
  return { table, closed, add }
}

test('a full table evicts the client idle longest', () => {
  const { table, closed, add } = bench(2)
  const first = add('a', 1)
  add('b', 2)
  table.use(first, 3)
  add('c', 4)
  expect([closed, table.evicted, table.find('a'), table.find('b')]).toEqual([['b'], 1, first, undefined])
})

test('a flood of new clients does not displace those that stay', () => {
  const { table, closed, add } = bench(100)
  const staying = Array.from({ length: 75 }, (_, n) => {
    const flow = add(`stay ${n}`, n)
    table.settle(flow)
    return flow
  })
  for (let n = 0; n < 10_000; n++) add(`forged ${n}`, 100 + n)
  expect(closed).toHaveLength(10_000 - 25)
  expect(closed.every(key => key.startsWith('forged'))).toBe(true)
  expect(staying.map(flow => table.get(flow)?.usedAt)).toEqual(staying.map((_, n) => n))
})

test('new clients get a quarter of the table from those that stay, the longest idle first', () => {
  const { table, closed, add } = bench(8)
  const flows = Array.from({ length: 8 }, (_, n) => add(`stay ${n}`, n))
  for (const flow of flows) table.settle(flow)
  for (let n = 0; n < 4; n++) add(`new ${n}`, 10 + n)
  expect(closed).toEqual(['stay 0', 'stay 1', 'new 0', 'new 1'])
})

test('clients that were not used since are removed, whether settled or not', () => {
  const { table, closed, add } = bench(8)
  const flows = ['a', 'b', 'c', 'd'].map((key, n) => add(key, n))
  table.settle(flows[1] ?? 0)
  table.settle(flows[2] ?? 0)
  table.use(flows[1] ?? 0, 9)
  table.expire(3)
  expect([closed.toSorted(), [...table].length, table.evicted]).toEqual([['a', 'c'], 2, 0])
})

test('only clients without an answer can be removed', () => {
  const { table, closed, add } = bench(8)
  const answered = table.get(add('answered', 1))
  if (answered !== undefined) answered.opening = undefined
  add('waits', 2)
  table.removeUnanswered()
  expect(closed).toEqual(['waits'])
})

test('one network off loopback has a quarter of the table, and then replaces its own clients', () => {
  const { table, closed, add } = bench(8000)
  for (let n = 0; n < 2000; n++) add(`near ${n}`, n, `192.0.2.${n % 256}`)
  add('far', 2000, '198.51.100.1')
  add('near, too', 2001)
  expect([closed, table.evicted]).toEqual([['near 0'], 1])
  for (let n = 0; n < 5000; n++) add(`own ${n}`, 3000 + n, '127.0.0.1')
  expect(table.evicted).toBe(1)
})

test('a small table has no limit for a network', () => {
  const { closed, add } = bench(10)
  for (let n = 0; n < 10; n++) add(`near ${n}`, n)
  expect(closed).toEqual([])
})
