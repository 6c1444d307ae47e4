import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { foreignEcho, foreignSilence } from '../../simulation/foreign.ts'
import { simulate } from '../../simulation/simulate.ts'
import { OUTCOME } from '../../../src/facts/probe-table.ts'
import { checkedKind, KIND } from '../../../src/wire/probe.ts'
import { asReply, probeBytes, RUN } from './datagrams.ts'
import { networkOf, probePlan } from './plans.ts'
import { outcomesOf, rowsOf } from './rows.ts'

import { ProberHarness, run } from './prober-harness.ts'

const ECONNREFUSED = 111
const NOTHING = new Uint8Array(0)
const { waiting, whole, refused, unreachable } = OUTCOME

describe('refusals and ICMP errors', () => {
  test('too big for our own kernel', () => {
    const { facts } = run({ count: 4, sizes: [1000, 1500] }, { network: networkOf({ localMtu: 1400 }) })
    expect(rowsOf(facts)).toMatchObject([
      { outcome: whole },
      { outcome: refused, detail: 90 },
      { outcome: whole },
      { outcome: refused, detail: 90 },
    ])
  })

  test('a closed port whose errors have quotes: each on its own probe', () => {
    const { facts } = simulate({
      probe: probePlan({ count: 5 }),
      network: networkOf({ up: [{ rule: 'dropEvery', every: 2 }] }),
    })
    expect(outcomesOf(facts)).toEqual([unreachable, waiting, unreachable, waiting, unreachable])
    expect(facts.icmp).toEqual([{ errno: ECONNREFUSED, type: 3, code: 3, reporter: '127.0.0.1' }])
    expect(facts.clients[0]?.receipts.state).toBe('unasked')
  })

  test.each(['queue', 'errno'] as const)('a quote too short, or none (%s): the newest unanswered', icmp => {
    const { facts } = simulate({ probe: probePlan({ count: 3 }), network: networkOf({ icmp, icmpQuote: 8 }) })
    expect(outcomesOf(facts)).toEqual([unreachable, unreachable, unreachable])
  })

  test('an error is for a probe sent before it', () => {
    const bench = new ProberHarness({ count: 5, interval: 0 })
    bench.pass(0)
    bench.machine.unreachable(0, { errno: ECONNREFUSED, before: 3 }, NOTHING, 0)
    bench.machine.unreachable(0, { errno: ECONNREFUSED, before: 3 }, NOTHING, 0)
    expect(outcomesOf(bench.facts)).toEqual([waiting, unreachable, unreachable, waiting, waiting])
    expect(bench.facts.icmp).toEqual([{ errno: ECONNREFUSED }])
  })

  test('an error for a receipts request belongs to no probe', () => {
    const bench = new ProberHarness({ count: 2, interval: 0 })
    bench.pass(0)
    bench.receive(asReply(probeBytes(128, 0, RUN, 0)))
    const [request = NOTHING] = bench.pass(100 * MILLISECOND)
    expect(checkedKind(request, 0, request.length)).toBe(KIND.request)
    bench.machine.unreachable(0, { errno: ECONNREFUSED, type: 3, code: 3 }, request, bench.now)
    bench.machine.unreachable(0, { errno: ECONNREFUSED }, NOTHING, bench.now)
    expect(outcomesOf(bench.facts)[1]).toBe(waiting)
  })
})

describe('the stray check', () => {
  const replyFrom = { address: '127.0.0.9', port: 9000, family: 'udp4' } as const

  test('finds a server that answers from another address', () => {
    const { facts } = run({ count: 3, strayCheck: true, receipts: false }, { network: networkOf({ replyFrom }) })
    expect(facts.wrongReplyAddress).toEqual(replyFrom)
    expect(outcomesOf(facts)).toEqual([waiting, waiting, waiting])
  })

  test('is made only if nothing was received, and ends', () => {
    const silent = run({ count: 3, strayCheck: true }, { respond: foreignSilence })
    expect(silent.facts.wrongReplyAddress).toBeUndefined()
    const { server } = run({ count: 3, strayCheck: true, receipts: false }, { respond: foreignEcho })
    expect([silent.facts.closedAt < Infinity, server.received]).toEqual([true, 3])
  })
})
