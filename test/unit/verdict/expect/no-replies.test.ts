import { expect, test } from 'vitest'
import type { RunFacts } from '../../../../src/facts/run.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { evaluateAll } from '../../../../src/verdict/expect/evaluate.ts'
import { parseExpectation } from '../../../../src/verdict/expect/expectation.ts'
import { createMessageResult } from '../../../../src/verdict/message-document.ts'
import type { MessageFate } from '../../../../src/verdict/message-fate.ts'
import { METRICS } from '../../../../src/verdict/expect/metrics.ts'
import { measureRun } from '../../../../src/verdict/expect/run-measured.ts'
import { expectsNoReply } from '../../../../src/verdict/expect/no-replies.ts'
import { answered, crafted, refused, silent, times, withTotals, unreachable } from '../../ledger/crafted.ts'
import { CONTEXT } from '../context.ts'

const PROBES = 10
const OPERATORS = ['<', '<=', '>', '>=', '==', '!=']
const VALUES = {
  share: ['0', '1', '5', '9', '10', '11', '0%', '10%', '50%', '100%'],
  count: ['0', '1', '5', '9', '10', '11'],
  bytes: ['0', '28', '1500', '65535'],
  duration: ['0ms', '1ms', '1h'],
  rate: ['1pps', '1kbit', '1Gbit'],
} as const

/** Every possible expectation with these values, from the list of metrics. */
const EXPECTATIONS = [...METRICS].flatMap(([metric, kind]) =>
  OPERATORS.flatMap(operator => VALUES[kind].map(value => `${metric}${operator}${value}`)),
)

/** Runs without a reply, for different reasons. */
const SILENT: readonly (readonly [string, () => RunFacts])[] = [
  ['without any evidence', () => crafted(times(PROBES, silent()))],
  ['with ICMP errors', () => crafted(times(PROBES, unreachable()))],
  ['refused by our own kernel', () => crafted(times(PROBES, refused(90)))],
  [
    'lost from client to server',
    () => crafted(times(PROBES, silent('notReceived')), { clients: [withTotals({ distinct: 0 })] }),
  ],
  [
    'lost from server to client',
    () => crafted(times(PROBES, silent('answered')), { clients: [withTotals({ distinct: PROBES })] }),
  ],
  [
    'answered with datagrams of no probe',
    () => crafted(times(PROBES, silent()), { clients: [{ unidentified: PROBES }] }),
  ],
]

function passing(facts: RunFacts): string[] {
  const measured = measureRun(facts, analyzeRun(facts))
  return EXPECTATIONS.filter(expr => evaluateAll([parseExpectation(expr)], measured)[0]?.passed)
}

test.each(SILENT)('a run %s passes only what a perfect run fails', (name, facts) => {
  const perfect = crafted(times(PROBES, answered({ dwell: 1 })), { clients: [withTotals({ distinct: PROBES })] })
  const ofPerfect = new Set(passing(perfect))
  const ofSilent = passing(facts())
  expect(ofSilent.filter(expr => ofPerfect.has(expr))).toEqual([])
  // Some expectations pass, so the comparison is not vacuous.
  expect(ofSilent).toContain(name === 'answered with datagrams of no probe' ? 'unidentified>0' : 'loss==100%')
  expect(ofPerfect).toContain('loss==0%')
})

test('messages, too', () => {
  const run = (fate: MessageFate, expr: string): boolean => {
    const rtt = fate === 'intact' ? 1e6 : undefined
    const facts = Array.from({ length: PROBES }, (_, seq) => ({
      fate,
      replySize: 0,
      rtt,
      document: { seq, sent: '', fate },
    }))
    const context = { ...CONTEXT, durationMs: 1, interrupted: false }
    return createMessageResult(facts, [parseExpectation(expr)], context).verdict === 'pass'
  }
  for (const fate of ['lostUnknown', 'unreachable', 'refused'] as const) {
    expect(EXPECTATIONS.filter(expr => run(fate, expr) && run('intact', expr))).toEqual([])
  }
})

test.each(['replies==0', 'replies<1', 'loss==10', 'loss>=100%', 'loss>9'])('%s demands silence', expr => {
  expect(expectsNoReply(parseExpectation(expr), PROBES)).toBe(true)
})

test.each(['loss>50%', 'loss>8', 'intact==0', 'unreachable>0', 'replies<=1', 'replies!=1', 'loss!=9'])(
  '%s does not',
  expr => {
    expect(expectsNoReply(parseExpectation(expr), PROBES)).toBe(false)
  },
)
