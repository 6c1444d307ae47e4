import { expect, test } from 'vitest'
import { createServerFacts, mergeServerFacts, type PeerFacts, type ServerFacts } from '../../../src/facts/server.ts'

function counted(base: number, peers: readonly PeerFacts[], kernelDrops?: number): ServerFacts {
  const facts = createServerFacts()
  let next = base
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value === 'number') Object.assign(facts, { [name]: next++ })
  }
  facts.dropped.rate = base
  facts.peers = peers
  if (kernelDrops !== undefined) facts.kernelDrops = kernelDrops
  return facts
}

function peer(port: number, received: number): PeerFacts {
  return { address: '192.0.2.1', port, received, replied: received }
}

test('every count is the sum, and the peers are those of all, the busiest first', () => {
  const one = counted(100, [peer(1, 9), peer(2, 3)], 5)
  const two = counted(1000, [peer(3, 7)])
  const merged = mergeServerFacts([one, two])
  for (const [name, value] of Object.entries(merged)) {
    if (typeof value !== 'number' || name === 'kernelDrops') continue
    expect([name, value]).toEqual([name, Number(Reflect.get(one, name)) + Number(Reflect.get(two, name))])
  }
  expect(merged.dropped.rate).toBe(1100)
  expect(merged.kernelDrops).toBe(5)
  expect(merged.peers.map(({ port }) => port)).toEqual([1, 3, 2])
})

test('without parts all counts are zero, and counters that nobody read are absent', () => {
  expect(mergeServerFacts([createServerFacts(), createServerFacts()])).toEqual(createServerFacts())
})

test('a thousand peers are listed, the others counted', () => {
  const many = createServerFacts()
  many.peers = Array.from({ length: 1000 }, (_, n) => peer(n, n))
  many.peersOmitted = 4
  const merged = mergeServerFacts([many, { ...createServerFacts(), peers: [peer(5000, 5000)] }])
  expect(merged.peers).toHaveLength(1000)
  expect(merged.peers[0]?.port).toBe(5000)
  expect(merged.peersOmitted).toBe(5)
})
