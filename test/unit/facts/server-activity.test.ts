import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  copyFigures,
  figuresPerSecond,
  firstPeers,
  mergeActivities,
  PEER_ORDERS,
  receivedByKind,
  type ActivePeer,
  type ActivityFigures,
  type ServerActivity,
} from '../../../src/facts/server-activity.ts'
import { createServerFacts, mergeServerFacts } from '../../../src/facts/server.ts'

function figures(counts: Partial<ActivityFigures> = {}): ActivityFigures {
  return { ...copyFigures(createServerFacts()), ...counts }
}

function peer(port: number, figures: Partial<ActivePeer> = {}): ActivePeer {
  return { address: '192.0.2.1', port, received: 0, replied: 0, perSecond: 0, silent: 0, ...figures }
}

test('growth per second, also of an answer that was taken back', () => {
  const before = figures({ received: 10, replied: 10, kernelDrops: 1 })
  const after = figures({ received: 30, replied: 9, kernelDrops: 2 })
  after.dropped.sendFailed = 4
  const rates = figuresPerSecond(before, after, 0.5)
  expect(rates).toMatchObject({ received: 40, replied: -2, probes: 0, kernelDrops: 2 })
  expect(rates.dropped).toMatchObject({ sendFailed: 8, rate: 0 })
  expect(figuresPerSecond(figures(), after, 1)).not.toHaveProperty('kernelDrops')
})

test('the rates of workers add up; drops are those of all sockets in each', () => {
  const merged = mergeActivities([
    { known: 3, peers: [peer(1)], perSecond: figures({ received: 1.5, kernelDrops: 7 }) },
    { known: 4, peers: [peer(2)], perSecond: figures({ received: 2, kernelDrops: 5 }) },
  ])
  expect(merged).toMatchObject({ known: 7, perSecond: { received: 3.5, kernelDrops: 7 } })
  expect(merged?.peers.map(({ port }) => port)).toEqual([1, 2])
})

test('the rate of a server is unknown until all its workers have one', () => {
  const one: ServerActivity = { known: 1, peers: [], perSecond: figures() }
  expect(mergeActivities([one, { known: 2, peers: [] }])).toEqual({ known: 3, peers: [] })
  expect(mergeActivities([one, undefined])).toBeUndefined()
  expect(mergeActivities([])).toBeUndefined()
  const facts = { ...createServerFacts(), activity: one }
  expect(mergeServerFacts([facts, createServerFacts()])).not.toHaveProperty('activity')
  expect(mergeServerFacts([facts]).activity).toEqual(one)
})

test('of all workers the first ten of each order remain', () => {
  const any = fc.record({ received: fc.nat(5), perSecond: fc.nat(5), silent: fc.nat(5) })
  fc.assert(
    fc.property(fc.array(fc.array(any, { maxLength: 30 }), { minLength: 1, maxLength: 4 }), workers => {
      const parts = workers.map((all, worker) => all.map((row, n) => peer(100 * worker + n, row)))
      const merged = mergeActivities(parts.map(peers => ({ known: peers.length, peers })))
      for (const order of PEER_ORDERS)
        expect(firstPeers(merged?.peers ?? [], order)).toEqual(firstPeers(parts.flat(), order))
      expect(new Set(merged?.peers).size).toBe(merged?.peers.length)
      expect(merged?.peers.length).toBeLessThanOrEqual(30)
    }),
  )
})

test('each order has its key first', () => {
  const peers = [
    peer(1, { received: 9, perSecond: 1, silent: 5 }),
    peer(2, { received: 5, perSecond: 9, silent: 5 }),
    peer(3, { received: 1, perSecond: 1, silent: 0 }),
  ]
  expect(PEER_ORDERS.map(order => firstPeers(peers, order)[0]?.port)).toEqual([1, 2, 3])
})

test('plain data is what has no other kind', () => {
  const facts = { ...createServerFacts(), received: 100, probes: 1, damaged: 2, requests: 3, answers: 4 }
  facts.dropped.denied = 5
  expect(receivedByKind(facts)).toEqual({ probes: 1, plain: 85, requests: 3, damaged: 2, answers: 4, denied: 5 })
})
