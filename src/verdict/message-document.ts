import type { Nanos } from '../base/nanos.ts'
import { Samples } from '../ledger/samples.ts'
import { wilson95 } from '../ledger/wilson.ts'
import { uppercase } from '../wire/uppercase.ts'
import { delayFigures } from './figures/delay-figures.ts'
import { delayOfAll } from './figures/delay-of-all.ts'
import { evaluateAll } from './expect/evaluate.ts'
import type { Expectation } from './expect/expectation.ts'
import type { Measured } from './expect/measured.ts'
import type { Result, ResultMessage } from './result.ts'
import type { RunContext } from './run-context.ts'

/** What became of a message. `answered`: a reply that is no echo. */
export type MessageFate = 'intact' | 'late' | 'truncated' | 'answered' | 'lostUnknown' | 'unreachable' | 'refused'

export interface MessageFacts {
  readonly fate: MessageFate
  /** The rule that alone explains the reply; undefined where both do, or none. */
  readonly rule?: 'same' | 'upper' | undefined
  /** Bytes of the reply; 0 without one. */
  readonly replySize: number
  readonly rtt: Nanos | undefined
  readonly document: ResultMessage
}

export interface MessageContext extends RunContext {
  readonly durationMs: number
  readonly interrupted: boolean
}

/** The fate of a message: a reply is an echo (as it was, or in ASCII upper case), a beginning of one, or something else; or it came late. */
export function messageFate(
  sent: Uint8Array,
  reply: Uint8Array | undefined,
  kind: 'reply' | 'late' | 'silence' | 'unreachable' | 'refused',
): MessageFate {
  if (reply === undefined) return kind === 'unreachable' || kind === 'refused' ? kind : 'lostUnknown'
  // Not by slice: of a Buffer that is the same memory.
  const upper = new Uint8Array(sent)
  uppercase(upper, 0, upper.length)
  const begins = (whole: Uint8Array): boolean => reply.every((byte, i) => byte === whole[i])
  const isEcho = reply.length <= sent.length && (begins(sent) || begins(upper))
  if (isEcho && reply.length < sent.length) return 'truncated'
  if (kind === 'late') return 'late'
  return isEcho ? 'intact' : 'answered'
}

/** The rule that alone explains a reply. Of one without a letter from a to z both are true. */
export function messageRule(sent: Uint8Array, reply: Uint8Array): 'same' | 'upper' | undefined {
  const upper = new Uint8Array(sent.subarray(0, reply.length))
  uppercase(upper, 0, upper.length)
  const same = reply.every((byte, i) => byte === sent[i])
  if (same === reply.every((byte, i) => byte === upper[i])) return undefined
  return same ? 'same' : 'upper'
}

/** Arrivals that are no first reply. */
export interface FurtherArrivals {
  readonly duplicates: number
  readonly unidentified: number
}

/** What cannot be, with one message at a time and no run number in it. */
const NOT_IN_LOCK_STEP = { reordered: 0, foreign: 0 } as const

/** Makes the Result document of a run of messages. */
export function createMessageResult(
  messages: readonly MessageFacts[],
  expectations: readonly Expectation[],
  context: MessageContext,
  further: FurtherArrivals = { duplicates: 0, unidentified: 0 },
): Result {
  const count = (fate: MessageFate): number => messages.filter(message => message.fate === fate).length
  const lost = count('lostUnknown') + count('unreachable') + count('refused')
  const replies = messages.length - lost
  const rtt = new Samples()
  for (const message of messages) if (message.rtt !== undefined) rtt.push(message.rtt)
  const delay = delayFigures(rtt)
  const checked = evaluateAll(expectations, measureMessages(messages, further, rtt))
  const shown = (['late', 'truncated', 'refused', 'unreachable', 'lostUnknown', 'answered'] as const).filter(
    fate => count(fate) > 0,
  )
  const ledger = {
    scheduled: messages.length,
    sent: messages.length - count('refused'),
    replies,
    fates: { intact: count('intact'), ...Object.fromEntries(shown.map(fate => [fate, count(fate)])) },
    received: replies + further.duplicates + further.unidentified,
    ...further,
    ...NOT_IN_LOCK_STEP,
  }
  const ci95 = wilson95(lost, messages.length)
  const loss = {
    count: lost,
    ...(messages.length === 0 ? {} : { ratio: lost / messages.length }),
    ...(ci95 === undefined ? {} : { ci95 }),
    unknown: count('lostUnknown'),
    longestRun: longestRun(messages),
    outages: [],
  }
  return {
    schema: 'udptool/result/1',
    command: context.command,
    tool: { name: 'udptool', version: context.version },
    host: context.host,
    engine: 'dgram',
    target: { ...context.target, ...(context.targetName === undefined ? {} : { name: context.targetName }) },
    options: context.options,
    startedAt: context.startedAt,
    durationMs: context.durationMs,
    interrupted: context.interrupted,
    ledger,
    evidence: { receipts: 'none', icmp: 'errno', truncation: 'program', timestamps: 'program' },
    loss,
    truncation: { count: count('truncated'), cutAt: cutLengths(messages) },
    reply: { rule: replyRule(messages) },
    ...(delay === undefined ? {} : { rtt: delay }),
    reordering: { maxExtent: 0 },
    duplication: {},
    sizes: [],
    clients: [],
    messages: messages.map(message => message.document),
    expectations: checked.map(({ expr, actual, passed, reason }) => ({
      expr,
      passed,
      ...(actual === undefined ? {} : { actual }),
      ...(reason === undefined ? {} : { reason }),
    })),
    verdict: (checked.length === 0 ? replies > 0 : checked.every(one => one.passed)) ? 'pass' : 'fail',
    warnings: [],
  }
}

function replyRule(messages: readonly MessageFacts[]): Result['reply']['rule'] {
  const echoes = messages.filter(({ fate }) => fate === 'intact' || fate === 'truncated')
  const upper = echoes.some(({ rule }) => rule === 'upper')
  if (upper && echoes.some(({ rule }) => rule === 'same')) return 'mixed'
  if (upper) return 'upper'
  return echoes.length > 0 ? 'same' : 'none'
}

function cutLengths(messages: readonly MessageFacts[]): Result['truncation']['cutAt'] {
  const lengths = new Map<number, number>()
  for (const { replySize, fate } of messages) {
    if (fate === 'truncated') lengths.set(replySize, (lengths.get(replySize) ?? 0) + 1)
  }
  return [...lengths].map(([length, count]) => ({ length, count, side: 'unknown' }))
}

function longestRun(messages: readonly MessageFacts[]): number {
  let longest = 0
  let run = 0
  for (const { rtt } of messages) {
    run = rtt === undefined ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}

function measureMessages(messages: readonly MessageFacts[], further: FurtherArrivals, rtt: Samples): Measured {
  const lost = messages.filter(message => message.rtt === undefined).length
  const fates = (['intact', 'late', 'truncated', 'lostUnknown', 'unreachable', 'refused'] as const).map(fate => {
    return [fate, messages.filter(message => message.fate === fate).length] as const
  })
  const silent = new Map(fates).get('lostUnknown') ?? 0
  // What is absent here is not seen in lock-step: a reply that is wrong may as well be an answer of its own.
  const counts = new Map<string, number>([
    ...fates,
    ['loss', lost],
    ['loss.unknown', silent],
    ['replies', messages.length - lost],
    ['longestRun', longestRun(messages)],
    ...Object.entries(further),
    ...Object.entries(NOT_IN_LOCK_STEP),
  ])
  return {
    count: metric => counts.get(metric),
    // A message without a reply may have been turned back by an ICMP error that was lost.
    unknown: metric =>
      metric === 'unreachable' && silent > 0 ? { most: silent, what: `${silent} lostUnknown` } : undefined,
    base: () => messages.length,
    duration(metric) {
      const [trip, figure = ''] = metric.split('.')
      return trip === 'rtt' ? delayOfAll(rtt, figure, messages.length) : undefined
    },
    sampleCount: () => rtt.count,
    reason: metric => (metric.startsWith('rtt.') ? 'no samples' : 'not measured for messages'),
  }
}
