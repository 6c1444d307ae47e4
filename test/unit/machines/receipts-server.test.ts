import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { readSequence } from '../../../src/wire/probe.ts'
import { RECEIPT } from '../../../src/wire/receipts.ts'
import { ask, probeBytes, requestBytes } from './datagrams.ts'
import { ServerHarness } from './server-harness.ts'

const SEQUENCES = 4
const DELAY = 5 * MILLISECOND

/** The actions of a server on the probes of one run, derived only from replies and refusals. */
class Model {
  readonly #sequenceOf = new Map<number, number>()
  readonly #taken = new Map<number, number>()
  readonly states: number[] = Array.from({ length: SEQUENCES }, () => RECEIPT.notReceived)

  received(sequence: number): void {
    this.states[sequence] ||= RECEIPT.received
  }

  sent(sequence: number, token: number): void {
    this.#sequenceOf.set(token, sequence)
    this.#taken.set(sequence, (this.#taken.get(sequence) ?? 0) + 1)
    this.states[sequence] = RECEIPT.answered
  }

  withheld(sequence: number): void {
    if (this.states[sequence] !== RECEIPT.answered) this.states[sequence] = RECEIPT.withheld
  }

  refused(token: number): void {
    const sequence = this.#sequenceOf.get(token) ?? NaN
    const taken = (this.#taken.get(sequence) ?? 0) - 1
    this.#sequenceOf.delete(token)
    this.#taken.set(sequence, taken)
    if (taken === 0) this.states[sequence] = RECEIPT.withheld
  }

  get tokens(): number[] {
    return [...this.#sequenceOf.keys()]
  }
}

describe('each probe has one outcome, the better one', () => {
  const operation = fc.oneof(
    { weight: 5, arbitrary: fc.record({ probe: fc.nat(SEQUENCES - 1) }) },
    { weight: 3, arbitrary: fc.record({ refuse: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.constant('send') },
    { weight: 1, arbitrary: fc.constant('forget') },
  )

  test.each([0, DELAY])('with copies, refusals and answers withheld, delay %i', delay => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), operations => {
        const bench = new ServerHarness({ delay })
        const model = new Model()
        let held: number[] = []
        for (const step of operations) {
          if (step === 'send') {
            bench.now += DELAY
            for (const { bytes, token } of bench.send().sent) model.sent(readSequence(bytes, 0), token)
            held = []
          } else if (step === 'forget') {
            bench.machine.evict(0)
            bench.now += DELAY
            bench.send()
            for (const sequence of held) model.withheld(sequence)
            held = []
          } else if ('probe' in step) {
            model.received(step.probe)
            if (bench.receive(probeBytes(128, step.probe)) === undefined) held.push(step.probe)
            else model.sent(step.probe, bench.token)
          } else {
            const token = model.tokens[step.refuse % model.tokens.length]
            if (token === undefined) continue
            bench.machine.refused(0, token, 1, 105, bench.now)
            model.refused(token)
          }
        }
        const { totals, states } = ask(bench, { count: SEQUENCES, length: 300 })
        const count = (state: number): number => model.states.filter(other => other === state).length
        expect([...states]).toEqual(model.states)
        expect(totals.distinct).toBe(SEQUENCES - count(RECEIPT.notReceived))
        expect(totals.answered).toBe(count(RECEIPT.answered))
        expect(totals.withheld + totals.sendFailed).toBe(count(RECEIPT.withheld))
        expect(totals.pending).toBe(held.length)
      }),
      { numRuns: 500 },
    )
  })

  test('both replies of a duplicated probe are refused', () => {
    const bench = new ServerHarness()
    bench.receive(probeBytes(128, 0))
    bench.receive(probeBytes(128, 0))
    bench.machine.refused(0, 0, 1, 105, 0)
    expect(ask(bench).totals).toMatchObject({ answered: 1, sendFailed: 0 })
    bench.machine.refused(0, 1, 1, 105, 0)
    expect(ask(bench).totals).toMatchObject({ distinct: 1, copies: 1, answered: 0, sendFailed: 1 })
    bench.receive(probeBytes(128, 0))
    expect(ask(bench).totals).toMatchObject({ distinct: 1, copies: 2, answered: 1, sendFailed: 0 })
  })
})

test('a refusal in a row finds its probe if an answer of the row was sent separately', () => {
  const bench = new ServerHarness()
  bench.receiveTrain([probeBytes(160, 0), requestBytes({ length: 160 }), probeBytes(160, 1)])
  bench.machine.refused(0, bench.token + 1, 1, 105, 0)
  expect([...ask(bench, { count: 2, length: 300 }).states]).toEqual([RECEIPT.answered, RECEIPT.withheld])
})
