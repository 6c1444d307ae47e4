import { expect, test } from 'vitest'
import { createOutbox } from '../../../src/engine/batch.ts'
import type { ProbePlan } from '../../../src/facts/plan.ts'
import { createRunFacts } from '../../../src/facts/run.ts'
import { Prober } from '../../../src/machines/prober.ts'
import { readLength, readSequence } from '../../../src/wire/probe.ts'
import { probePlan } from './plans.ts'
import { rowsOf } from './rows.ts'

const ENGINE = { name: 'kernel', icmp: 'queue', truncation: 'kernel', timestamps: 'kernel' } as const

/**
 * The rows sent at once with an engine that splits rows of up to `train` datagrams, after a reply: of each row its client, and the sequences of
 * its datagrams.
 */
function rows(
  train: number,
  plan: Partial<ProbePlan>,
  replies = 1,
): (readonly [socket: number, ...sequences: number[]])[] {
  const facts = createRunFacts(probePlan({ interval: 0, window: 100, ...plan }), ENGINE)
  const peer = { address: '192.0.2.1', port: 9, family: 'udp4' } as const
  const senses = { peer: () => peer, drops: () => undefined, epoch: () => ({ seconds: 0, nanos: 0 }) }
  for (const client of facts.clients) client.replies = replies
  const prober = new Prober(facts.plan, senses, facts)
  const outbox = createOutbox(64, 4 * 65_536, undefined, () => train)
  prober.send(outbox, 0)
  const left = Array.from({ length: outbox.count }, (_, m) => {
    const [at = 0, size = 0, stride = 0] = [outbox.at[m], outbox.size[m], outbox.stride[m]]
    const starts = Array.from({ length: Math.max(1, size / stride || 1) }, (_, n) => at + n * stride)
    for (const start of starts) expect(readLength(outbox.bytes, start)).toBe(stride)
    const sequences = starts.map(start => readSequence(outbox.bytes, start))
    expect(outbox.token[m]).toBe(sequences[0])
    return [outbox.socket[m] ?? -1, ...sequences] as const
  })
  facts.clients.forEach((_, client) => {
    const places = left.filter(([socket]) => socket === client).flatMap(([, ...row]) => row.map((__, place) => place))
    expect(rowsOf(facts, client).map(row => row.train)).toEqual(places)
  })
  return left
}

test('datagrams of one size and client are sent as trains', () => {
  expect(rows(4, { count: 10 })).toEqual([
    [0, 0, 1, 2, 3],
    [0, 4, 5, 6, 7],
    [0, 8, 9],
  ])
})

test('an engine that does not split rows gets one datagram in each', () => {
  expect(rows(1, { count: 3 })).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
  ])
})

test('another size and another client begin another train', () => {
  expect(rows(4, { count: 4, sizes: [100, 100, 200] })).toEqual([
    [0, 0, 1],
    [0, 2],
    [0, 3],
  ])
  expect(rows(4, { count: 2, clients: 2 })).toEqual([
    [0, 0, 1],
    [1, 0, 1],
  ])
})

test('until a reply arrived each is sent separately: a closed port answers a train with one ICMP error', () => {
  expect(rows(4, { count: 3 }, 0)).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
  ])
})

test('a train that the engine sent in separate messages is not a train', () => {
  const facts = createRunFacts(probePlan({ interval: 0, window: 100, count: 10 }), ENGINE)
  const peer = { address: '192.0.2.1', port: 9, family: 'udp4' } as const
  const senses = { peer: () => peer, drops: () => undefined, epoch: () => ({ seconds: 0, nanos: 0 }) }
  for (const client of facts.clients) client.replies = 1
  const prober = new Prober(facts.plan, senses, facts)
  prober.send(
    createOutbox(64, 4 * 65_536, undefined, () => 4),
    0,
  )
  prober.split(0, 4, 4)
  expect(rowsOf(facts).map(row => row.train)).toEqual([0, 1, 2, 3, 0, 0, 0, 0, 0, 1])
})
