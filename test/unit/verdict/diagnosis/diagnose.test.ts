import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { TRAIT } from '../../../../src/facts/probe-table.ts'
import type { RunFacts } from '../../../../src/facts/run.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { diagnose } from '../../../../src/verdict/diagnosis/diagnose.ts'
import { answered, crafted, cut, echoed, silent, times, told, unreachable, wrong } from '../../ledger/crafted.ts'
import { CONTEXT } from '../context.ts'

function warningsOf(facts: RunFacts) {
  return diagnose(facts, analyzeRun(facts), CONTEXT.target)
}

const quiet = times(40, answered())
const lost = silent('notReceived')
const upper = answered({ traits: TRAIT.upper | TRAIT.answered })
const same = answered({ traits: TRAIT.same | TRAIT.answered })
const tardy = answered({ scheduled: 0, sent: 50 * MILLISECOND, arrived: 51 * MILLISECOND })
const elsewhere = { address: '192.0.2.9', port: 9000, family: 'udp4' } as const

/** A run in which it is so, and the nearest one in which it is not. */
const CASES: Readonly<Record<string, readonly [RunFacts, RunFacts]>> = {
  clientBufferOverflow: [
    crafted([...quiet, silent()], { clients: [{ dropsBefore: 5, dropsAfter: 6 }] }),
    crafted([...quiet, silent()], { clients: [{ dropsBefore: 5, dropsAfter: 5 }] }),
  ],
  senderTooSlow: [crafted([...quiet, tardy]), crafted(quiet)],
  smallProbes: [crafted(quiet, { plan: { sizes: [128, 12] } }), crafted(quiet, { plan: { sizes: [128, 13] } })],
  wrongReplyAddress: [
    { ...crafted([silent()]), wrongReplyAddress: elsewhere },
    { ...crafted([silent()]), wrongReplyAddress: CONTEXT.target },
  ],
  clockStepped: [{ ...crafted(quiet), clockStep: 5 * MILLISECOND }, crafted(quiet)],
  nobodyThere: [crafted(times(3, unreachable())), crafted([...quiet, unreachable()])],
  silence: [crafted(times(3, silent())), crafted(times(3, silent()), { clients: [{ unidentified: 1 }] })],
  serverBufferOverflow: [
    crafted([...quiet, lost], { clients: [told({ distinct: 40, drops: 1 })] }),
    crafted([...quiet, lost], { clients: [told({ distinct: 40, drops: 0 })] }),
  ],
  bufferDropsShared: [
    crafted([...quiet, lost], { clients: [told({ distinct: 40, drops: 1, strangers: 3 })] }),
    crafted([...quiet, silent('answered')], { clients: [told({ distinct: 41, drops: 1, strangers: 3 })] }),
  ],
  receiptsVoid: [
    crafted([...quiet, lost], { clients: [told({ completeMs: 0 })] }),
    crafted([...quiet, lost], { clients: [{ receipts: { state: 'none' } }] }),
  ],
  truncated: [crafted([...quiet, cut(100)]), crafted([...quiet, wrong(100)])],
  textDecodingServer: [
    crafted([wrong(5), echoed()], { plan: { payload: { kind: 'binary', seed: 1 } } }),
    crafted([wrong(5), echoed()], { plan: { payload: { kind: 'text', seed: 1 } } }),
  ],
  mixedReplies: [crafted([...times(40, upper), same]), crafted([...times(40, upper), answered()])],
  tooFewSamples: [crafted([answered(), silent()]), crafted([...quiet, silent()])],
}

describe.each(Object.entries(CASES))('%s', (code, [is, isNot]) => {
  test('is said where it is so', () => {
    const warning = warningsOf(is).find(found => found.code === code)
    expect(warning?.message).toMatch(/^\S.*\S$/)
    expect(warning?.hint).toMatch(/^\S.*\S$/)
    // Every place in the text was filled in.
    expect(`${warning?.message} ${warning?.hint}`).not.toMatch(/\$\{|undefined|NaN|\[object/)
  })

  test('is not said where it is not', () => {
    expect(warningsOf(isNot).map(found => found.code)).not.toContain(code)
  })
})

test('every warning that there is has a case', () => {
  const said = new Set(Object.values(CASES).flatMap(([is]) => warningsOf(is).map(warning => warning.code)))
  expect([...said].filter(code => CASES[code] === undefined)).toEqual([])
})

test('a run without a fault is told nothing', () => {
  expect(warningsOf(crafted(quiet))).toEqual([])
  expect(warningsOf(crafted([]))).toEqual([])
})

test('a router that turns probes back is no port that nobody listens on', () => {
  const facts = crafted(times(3, unreachable()))
  facts.icmp.push({ errno: 113, type: 11, code: 0, reporter: '192.0.2.1' })
  expect(warningsOf(facts).map(found => found.code)).not.toContain('nobodyThere')
})

test('own faults come first', () => {
  const clients = [{ ...told({ distinct: 41, drops: 1 }), dropsBefore: 0, dropsAfter: 1 }]
  const codes = warningsOf(crafted([...quiet, lost, silent('answered'), cut(60)], { clients })).map(found => found.code)
  expect(codes).toEqual(['clientBufferOverflow', 'serverBufferOverflow', 'truncated'])
})

describe('what a warning says', () => {
  const find = (facts: RunFacts, code: string) => warningsOf(facts).find(found => found.code === code)

  test.each([1024, 4098, 8192, 9216, 1500])('of a cut at %d bytes: who reads so much', length => {
    const plain = find(crafted([cut(1000)], { plan: { sizes: [10_000] } }), 'truncated')?.message ?? ''
    const known = find(crafted([cut(length)], { plan: { sizes: [10_000] } }), 'truncated')?.message ?? ''
    expect(known.length).toBeGreaterThan(plain.length + 5)
    expect(known).toContain(`cut at ${length} bytes: `)
  })

  test('of several cuts: the most frequent one', () => {
    const rows = [cut(60), cut(100), cut(100)]
    expect(find(crafted(rows), 'truncated')?.evidence).toEqual({ length: 100, count: 2, side: 'unknown' })
  })

  test('of a wrong address: both addresses', () => {
    const { message = '' } = find({ ...crafted([silent()]), wrongReplyAddress: elsewhere }, 'wrongReplyAddress') ?? {}
    expect(message).toContain('192.0.2.9:9000')
    expect(message).toContain('127.0.0.1:9000')
  })

  test('of silence: the port to look at', () => {
    expect(find(crafted([silent()]), 'silence')?.hint).toContain('udp port 9000)')
  })

  test('of own drops: all of them, and how many losses they explain', () => {
    const facts = crafted([...quiet, silent()], { clients: [{ dropsBefore: 0, dropsAfter: 7 }] })
    expect(find(facts, 'clientBufferOverflow')?.evidence).toMatchObject({ drops: 7, booked: 1 })
  })
})
