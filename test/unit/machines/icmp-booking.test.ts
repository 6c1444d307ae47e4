import { describe, expect, test } from 'vitest'
import type { IcmpError } from '../../../src/facts/icmp.ts'
import { OUTCOME } from '../../../src/facts/probe-table.ts'
import { probeBytes, RUN } from './datagrams.ts'
import { ProberBench } from './prober-bench.ts'
import { outcomesOf, rowsOf } from './rows.ts'

const REFUSED: IcmpError = { errno: 111, type: 3, code: 3, reporter: '192.0.2.1' }
const NOTHING = new Uint8Array(0)
const { waiting, unreachable, whole } = OUTCOME

function bench(): ProberBench {
  const made = new ProberBench({ count: 3, interval: 0 })
  made.pass(0)
  return made
}

describe('a quote', () => {
  test('names its probe', () => {
    const { machine, facts } = bench()
    machine.unreachable(0, REFUSED, probeBytes(128, 1), 0)
    expect(outcomesOf(facts)).toEqual([waiting, unreachable, waiting])
  })

  test.each([
    ['a probe that has its error already', probeBytes(128, 1)],
    ['a probe that was never sent', probeBytes(128, 9)],
  ])('of %s is no other’s', (_, quoted) => {
    const { machine, facts } = bench()
    machine.unreachable(0, REFUSED, probeBytes(128, 1), 0)
    machine.unreachable(0, { errno: 113 }, quoted, 0)
    expect(outcomesOf(facts)).toEqual([waiting, unreachable, waiting])
    expect(facts.icmp).toEqual([REFUSED])
  })

  test('of another run proves nothing: the newest unanswered', () => {
    const { machine, facts } = bench()
    machine.unreachable(0, REFUSED, probeBytes(128, 0, RUN + 1), 0)
    expect(outcomesOf(facts)).toEqual([waiting, waiting, unreachable])
  })
})

describe('a quote of several datagrams', () => {
  const train = (first: number): Uint8Array =>
    Uint8Array.from([...probeBytes(128, first), ...probeBytes(128, first + 1)])

  test('is of a train that met the error in one piece', () => {
    const { machine, facts } = bench()
    facts.probes.open(0).train.set([0, 1, 0])
    machine.unreachable(0, REFUSED, train(0), 0)
    expect(outcomesOf(facts)).toEqual([unreachable, unreachable, waiting])
  })

  test('says nothing of those that left alone', () => {
    const { machine, facts } = bench()
    machine.unreachable(0, REFUSED, train(0), 0)
    expect(outcomesOf(facts)).toEqual([unreachable, waiting, waiting])
  })

  test('while one that holds a single datagram was cut before it met the error', () => {
    const { machine, facts } = bench()
    facts.probes.open(0).train.set([0, 1, 2])
    machine.unreachable(0, REFUSED, probeBytes(128, 0), 0)
    expect(outcomesOf(facts)).toEqual([unreachable, waiting, waiting])
  })
})

test('a reply outdoes an ICMP error', () => {
  const made = bench()
  made.machine.unreachable(0, REFUSED, probeBytes(128, 0), 0)
  made.receive(probeBytes(128, 0, RUN, 0))
  expect(outcomesOf(made.facts)).toEqual([whole, waiting, waiting])
})

test.each<[string, IcmpError]>([
  ['errno', { ...REFUSED, errno: 113 }],
  ['type', { ...REFUSED, type: 11 }],
  ['code', { ...REFUSED, code: 1 }],
  ['reporter', { ...REFUSED, reporter: '192.0.2.2' }],
  ['mtu', { ...REFUSED, mtu: 1400 }],
])('errors are listed once, and apart by %s', (_, other) => {
  const { machine, facts } = bench()
  machine.unreachable(0, { ...REFUSED, before: 1 }, NOTHING, 0)
  machine.unreachable(0, { ...other, before: 2 }, NOTHING, 0)
  machine.unreachable(0, { ...REFUSED, before: 3 }, NOTHING, 0)
  expect(facts.icmp).toEqual([REFUSED, other])
  expect(rowsOf(facts).map(({ detail }) => detail)).toEqual([0, 1, 0])
})

test('an error on a socket that is no client’s', () => {
  const { machine, facts } = bench()
  machine.unreachable(1, REFUSED, NOTHING, 0)
  expect(facts.icmp).toEqual([])
})
