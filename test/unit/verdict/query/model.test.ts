import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { QUERY_FATES, type QueryFacts, type QueryFate, type QueryRequest } from '../../../../src/facts/query.ts'
import { metricsOf } from '../../../../src/verdict/query/metrics.ts'
import type { NtpAnswer, ServiceAnswer, ServiceName } from '../../../../src/wire/services/answers.ts'
import {
  after,
  answeredBy,
  blind,
  bytesOf,
  dnsAnswer,
  facts,
  judged,
  MESSAGE,
  ntpAnswer,
  request,
  STRANGER,
} from './facts.ts'

/** The verdict on one expectation by the rules of docs/query.md, written a second time without parsing and without reasons. */
interface Written {
  readonly metric: string
  readonly operator: string
  readonly value: string
}

const NUMBERS: readonly [string, (a: number, b: number) => boolean][] = [
  ['<', (a, b) => a < b],
  ['<=', (a, b) => !(a > b)],
  ['>', (a, b) => b < a],
  ['>=', (a, b) => !(a < b)],
  ['==', (a, b) => a === b],
  ['!=', (a, b) => Math.abs(a - b) > 0],
]

function isTrue({ operator, value }: Written, actual: number | string | boolean | undefined, limit: number): boolean {
  // The opposite of an unknown value is unknown too.
  if (actual === undefined) return false
  if (typeof actual === 'number') return new Map(NUMBERS).get(operator)?.(actual, limit) === true
  if (typeof actual === 'boolean') return operator === '' ? actual : (String(actual) === value) === (operator === '==')
  const equal = operator.endsWith('~') ? new RegExp(value.slice(1, -1), 'u').test(actual) : actual === value
  return operator.startsWith('!') ? !equal : equal
}

/** The value in an answer, and the limit in the same unit (milliseconds for times). */
function valueIn(
  metric: string,
  { answer, reply, sentAt, answeredAt }: QueryRequest,
): number | string | boolean | undefined {
  const text = new TextDecoder().decode(reply)
  if (metric === 'reply') return text.includes('\ufffd') ? undefined : text
  if (metric === 'replyHex') return Buffer.from(reply ?? []).toString('hex')
  if (metric === 'reply.length') return reply?.length
  const [, name = ''] = metric.split('.')
  if (answer === undefined) return undefined
  if (answer.service === 'dns') return answer[name as 'rcode']
  if (answer.service === 'sip') return answer[name as 'status']
  if (answer.service !== 'ntp') return undefined
  const { received, sent, kiss, precision, stratum } = answer
  if (name === 'kiss') return kiss ?? ''
  if (name === 'stratum') return stratum === 0 ? undefined : stratum
  if (kiss !== undefined || received === undefined || sent === undefined || answeredAt === undefined) return undefined
  const [t1, t2, t3, t4] = [sentAt, received, sent, answeredAt].map(
    ({ seconds, nanos }) => BigInt(seconds) * 1_000_000_000n + BigInt(nanos),
  ) as [bigint, bigint, bigint, bigint]
  const delay = Number(t4 - t1 - (t3 - t2))
  if (delay < -(precision + 1000)) return undefined
  if (name === 'delay') return Math.max(delay, 0) / MILLISECOND
  const offset = Number(t2 - t1 + (t3 - t4)) / 2
  return (Math.abs(offset) + Math.abs(delay) / 2 + precision + 1000) / MILLISECOND
}

/** The rank of a sample: the least is the best. */
function rankOf({ answer, answeredAt, sentAt }: QueryRequest): number {
  if (answer?.service !== 'ntp' || answer.kiss !== undefined || answeredAt === undefined) return Infinity
  const { received, sent } = answer
  if (received === undefined || sent === undefined) return Infinity
  const span = (a: { seconds: number; nanos: number }, b: { seconds: number; nanos: number }): number =>
    Number(BigInt(b.seconds - a.seconds) * 1_000_000_000n + BigInt(b.nanos - a.nanos))
  const delay = span(sentAt, answeredAt) - span(received, sent)
  // Impossible ones only if there is nothing else.
  return delay < -(answer.precision + 1000) ? 1e15 - delay : Math.abs(delay)
}

function modelHolds(written: Written, run: QueryFacts): boolean {
  const { metric } = written
  const { requests } = run
  const having = (fate: string): number => requests.filter(one => one.fate === fate).length
  const answers = requests.filter(({ fate }) => fate === 'answered')
  const limit = parseFloat(written.value)
  if (metric === 'noReply' || metric === 'silent') {
    const arrived =
      answers.length + having('askedAgain') + having('late') + run.duplicates + run.unmatched + run.malformed
    if (arrived + (run.foreign ?? 1) > 0 || having('refused') + having('unfinished') > 0) return false
    return requests.length > 0 && !run.interrupted && (metric === 'noReply' || having('unreachable') === 0)
  }
  const questions = [...new Set(answers.map(({ question }) => question))]
  if (metric === 'reply.count') {
    if (!isTrue(written, questions.length, limit)) return false
    if (questions.length > 0) return true
    const proved = requests.length > 0 && having('refused') + having('unfinished') === 0 && !run.interrupted
    return proved && Array.from({ length: run.count }, (_, n) => n + 1).every(n => !isTrue(written, n, limit))
  }
  if (answers.length === 0) return false
  if (metric === 'rtt') {
    const longest = Math.max(...answers.map(({ rtt = NaN }) => rtt))
    return questions.length === run.count && isTrue(written, longest / MILLISECOND, limit)
  }
  const judgedAnswers =
    metric === 'ntp.offset' || metric === 'ntp.delay'
      ? questions.map(question => {
          const samples = answers.filter(one => one.question === question)
          const best = Math.min(...samples.map(rankOf))
          // Without any figures every sample is as good.
          return samples.find(one => rankOf(one) === best) ?? request()
        })
      : answers
  return judgedAnswers.every(one => isTrue(written, valueIn(metric, one), limit))
}

const replies = fc.constantFrom('PONG', 'NOPE', '', 'x\n').map(bytesOf)
const reply = fc.oneof({ weight: 5, arbitrary: replies }, fc.constant(Uint8Array.of(0xff, 0x50)))

const ntp: fc.Arbitrary<NtpAnswer> = fc
  .tuple(fc.integer({ min: -60e6, max: 60e6 }), fc.integer({ min: -1e6, max: 4e6 }), fc.constantFrom(0, 1, 2, 16))
  .map(([offset, dwell, stratum]) => ntpAnswer({ received: after(offset), sent: after(offset + dwell), stratum }))

const answersOf: Readonly<Partial<Record<ServiceName, fc.Arbitrary<ServiceAnswer>>>> = {
  message: fc.constant(MESSAGE),
  dns: fc
    .tuple(fc.constantFrom('NOERROR', 'NXDOMAIN'), fc.boolean(), fc.boolean(), fc.boolean())
    .map(([rcode, aa, tc, some]) => dnsAnswer({ rcode, aa, tc, ...(some ? {} : { answers: 0, records: [] }) })),
  sip: fc
    .tuple(fc.constantFrom(200, 503), fc.constantFrom(undefined, 'kamailio', 'x'))
    .map(([status, server]) => ({ service: 'sip', status, reason: '', ...(server === undefined ? {} : { server }) })),
  ntp: fc.oneof(
    { weight: 5, arbitrary: ntp },
    fc.constantFrom('RATE', 'DENY').map(kiss => ntpAnswer({ kiss, stratum: 0 })),
  ),
}

const VALUES: Readonly<Record<string, readonly string[]>> = {
  reply: ['PONG', 'x', ''],
  replyHex: ['504f4e47', 'ff50', ''],
  'reply.length': ['0', '2', '4'],
  'reply.count': ['0', '1', '2', '3'],
  rtt: ['0.5ms', '2ms', '5ms'],
  'dns.rcode': ['NOERROR', 'NXDOMAIN'],
  'dns.answers': ['0', '1'],
  'ntp.stratum': ['0', '1', '16'],
  'ntp.offset': ['1ms', '20ms', '50ms'],
  'ntp.delay': ['0ms', '1ms', '3ms'],
  'ntp.kiss': ['RATE', 'DENY'],
  'sip.status': ['200', '503'],
  'sip.server': ['kamailio', ''],
}
const PATTERNS = ['/P/', '/^$/', '/A|E/']
const FLAG = /^(?:dns\.(?:aa|tc|ra|ad))$/u
const TEXT = /^(?:reply|replyHex|dns\.rcode|ntp\.kiss|sip\.server)$/u

function expectationOn(metric: string): fc.Arbitrary<Written> {
  const of = (operators: readonly string[], values: readonly string[]): fc.Arbitrary<Written> =>
    fc.record({
      metric: fc.constant(metric),
      operator: fc.constantFrom(...operators),
      value: fc.constantFrom(...values),
    })
  if (metric === 'noReply' || metric === 'silent') return of([''], [''])
  if (FLAG.test(metric)) return fc.oneof(of([''], ['']), of(['==', '!='], ['true', 'false']))
  const values = VALUES[metric] ?? []
  if (TEXT.test(metric)) return fc.oneof(of(['==', '!='], values), of(['=~', '!~'], PATTERNS))
  return of(['<', '<=', '>', '>=', '==', '!='], values)
}

/** Mostly answers, all kinds of fates, or no answer at all. */
const FATES: readonly (readonly QueryFate[])[] = [
  [...QUERY_FATES, 'answered', 'answered', 'answered', 'answered', 'answered'],
  ['answered'],
  ['silent', 'silent', 'silent', 'unreachable'],
]

function runOf(service: ServiceName): fc.Arbitrary<QueryFacts> {
  return fc.constantFrom(...FATES).chain(fates => runWith(service, fates))
}

function runWith(service: ServiceName, fates: readonly QueryFate[]): fc.Arbitrary<QueryFacts> {
  const asked = fc.record({
    question: fc.integer({ min: 0, max: 2 }),
    fate: fc.constantFrom(...fates),
    rtt: fc.constantFrom(0.5, 2, 3).map(ms => ms * MILLISECOND),
    reply,
    answer: answersOf[service] ?? fc.constant(MESSAGE),
  })
  const rarely = fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1)
  const more = fc.record({
    count: fc.integer({ min: 1, max: 3 }),
    duplicates: rarely,
    unmatched: rarely,
    malformed: rarely,
    foreign: rarely,
    interrupted: fc.constantFrom(false, false, false, true),
  })
  return fc
    .tuple(fc.array(asked, { maxLength: 4 }), more, fc.constantFrom(false, false, true))
    .map(([all, parts, isBlind]) => {
      const requests = all.map(({ fate, ...rest }, attempt) => {
        if (fate === 'answered') return answeredBy(rest.answer, { ...rest, attempt })
        if (fate === 'late' || fate === 'askedAgain') return request({ ...rest, fate, attempt })
        const error = fate === 'unreachable' ? { error: 'ECONNREFUSED' } : fate === 'refused' ? { error: 'EPERM' } : {}
        return request({ question: rest.question, fate, attempt, ...error })
      })
      const foreignSources = parts.foreign > 0 ? [{ ...STRANGER, count: 1, answers: 1 }] : []
      const count = Math.max(parts.count, ...requests.map(({ question }) => question + 1))
      const run = facts(requests, { ...parts, count, foreignSources, service })
      return isBlind ? blind(run) : run
    })
}

/** A run, and an expectation on it. */
const cases = fc
  .constantFrom(...(['message', 'dns', 'sip', 'ntp'] as const))
  .chain(service =>
    fc.tuple(
      runOf(service),
      fc.array(fc.constantFrom(...metricsOf(service)).chain(expectationOn), { minLength: 1, maxLength: 2 }),
    ),
  )

const textOf = ({ metric, operator, value }: Written): string => `${metric}${operator}${value}`

test('random expectations on random runs are judged as by the model, and nothing else passes without an answer', () => {
  const seen = { passed: 0, failed: 0, passedWithoutAnswer: 0 }
  fc.assert(
    fc.property(cases, ([run, written]) => {
      const document = judged(run, written.map(textOf))
      const outcome = document.expectations.map(({ expr, passed }) => [expr, passed])
      expect(outcome).toEqual(written.map(one => [textOf(one), modelHolds(one, run)]))
      const isKissed = run.requests.some(
        ({ fate, answer }) => fate === 'answered' && answer?.service === 'ntp' && answer.kiss !== undefined,
      )
      const demandsKiss = written.some(
        (one, index) => one.metric === 'ntp.kiss' && !one.operator.startsWith('!') && outcome[index]?.[1] === true,
      )
      const passes = outcome.every(([, passed]) => passed === true) && (!isKissed || demandsKiss)
      expect(document.verdict).toBe(passes ? 'pass' : 'fail')
      expect(document.reason === undefined).toBe(passes)
      seen[passes ? 'passed' : 'failed'] += 1
      if (!passes || document.ledger.fates.answered > 0) return
      seen.passedWithoutAnswer += 1
      expect(written.filter(({ metric }) => !/^(?:noReply|silent|reply\.count)$/u.test(metric))).toEqual([])
    }),
    { numRuns: 2000 },
  )
  // Both outcomes must be common, or the property proves little.
  expect(Math.min(seen.passed, seen.failed)).toBeGreaterThan(50)
  expect(seen.passedWithoutAnswer).toBeGreaterThan(0)
})
