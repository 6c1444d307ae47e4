import type { Nanos } from '../base/nanos.ts'
import { createFateCounts } from '../ledger/fate.ts'
import type { Cut, Group } from '../ledger/group.ts'
import { Samples } from '../ledger/samples.ts'
import { createDocument } from './document.ts'
import type { Expectation } from './expect/expectation.ts'
import type { Measured } from './expect/measured.ts'
import { delayFigures } from './figures/delay-figures.ts'
import { delayOfAll } from './figures/delay-of-all.ts'
import { ledgerOf, truncationOf } from './figures/ledger-figures.ts'
import { lossOf } from './figures/loss-figures.ts'
import type { MessageFate } from './message-fate.ts'
import type { Result, ResultMessage } from './result.ts'
import type { RunContext } from './run-context.ts'

export interface MessageFacts {
  readonly fate: MessageFate
  /** The only rule that explains the reply; undefined if both do, or none. */
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

export interface FurtherArrivals {
  readonly duplicates: number
  readonly unidentified: number
}

/** Impossible with one message at a time and no run number in it. */
const NOT_IN_LOCK_STEP = { reordered: 0, foreign: 0 } as const

const MESSAGE_FATES = ['intact', 'late', 'truncated', 'lostUnknown', 'unreachable', 'refused'] as const

/** Makes the Result document of a run of messages. */
export function createMessageResult(
  messages: readonly MessageFacts[],
  expectations: readonly Expectation[],
  context: MessageContext,
  further: FurtherArrivals = { duplicates: 0, unidentified: 0 },
): Result {
  const group = groupOf(messages, further)
  const answered = messages.filter(({ fate }) => fate === 'answered').length
  const ledger = ledgerOf(group, answered)
  const rtt = delayFigures(group.rtt)
  return createDocument(expectations, context, {
    engine: 'dgram',
    durationMs: context.durationMs,
    interrupted: context.interrupted,
    isCut: false,
    measured: measureMessages(messages, further, group),
    passesByDefault: ledger.replies > 0,
    figures: {
      ledger,
      evidence: { receipts: 'none', icmp: 'errno', truncation: 'program', timestamps: 'program' },
      loss: lossOf(group, { directed: false, startedAt: context.startedAt, named: false, answered }),
      truncation: truncationOf(group),
      reply: { rule: replyRule(messages) },
      ...(rtt === undefined ? {} : { rtt }),
      reordering: { maxExtent: 0 },
      duplication: {},
      sizes: [],
      clients: [],
      messages: messages.map(message => message.document),
    },
    warnings: [],
  })
}

/** The ledger of all messages but those with a reply that is not an echo. */
function groupOf(messages: readonly MessageFacts[], further: FurtherArrivals): Group {
  const fates = createFateCounts()
  const rtt = new Samples()
  for (const message of messages) {
    if (message.fate !== 'answered') fates[message.fate] += 1
    if (message.rtt !== undefined) rtt.push(message.rtt)
  }
  return {
    fates,
    rtt,
    ...further,
    ...NOT_IN_LOCK_STEP,
    longestRun: longestRun(messages),
    outages: [],
    outagesOmitted: 0,
    cuts: cutsOf(messages),
  }
}

function replyRule(messages: readonly MessageFacts[]): Result['reply']['rule'] {
  const echoes = messages.filter(({ fate }) => fate === 'intact' || fate === 'truncated')
  const upper = echoes.some(({ rule }) => rule === 'upper')
  if (upper && echoes.some(({ rule }) => rule === 'same')) return 'mixed'
  if (upper) return 'upper'
  return echoes.length > 0 ? 'same' : 'none'
}

function cutsOf(messages: readonly MessageFacts[]): readonly Cut[] {
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

function measureMessages(messages: readonly MessageFacts[], further: FurtherArrivals, group: Group): Measured {
  const { fates, rtt } = group
  const lost = messages.filter(message => message.rtt === undefined).length
  const silent = fates.lostUnknown
  // Other metrics are not observable in lock-step: a wrong reply may as well be an intended answer.
  const counts = new Map<string, number>([
    ...MESSAGE_FATES.map(fate => [fate, fates[fate]] as const),
    ['loss', lost],
    ['loss.unknown', silent],
    ['replies', messages.length - lost],
    ['longestRun', group.longestRun],
    ...Object.entries(further),
    ...Object.entries(NOT_IN_LOCK_STEP),
  ])
  return {
    count: metric => counts.get(metric),
    // A message without a reply may have caused an ICMP error that was lost.
    unknown: metric =>
      metric === 'unreachable' && silent > 0 ? { most: silent, what: `${silent} lostUnknown` } : undefined,
    base: () => messages.length,
    duration(metric) {
      const [trip, figure = ''] = metric.split('.')
      return trip === 'rtt' ? delayOfAll(rtt, figure, messages.length) : undefined
    },
    rates: () => undefined,
    sampleCount: () => rtt.count,
    reason: metric => (metric.startsWith('rtt.') ? 'no samples' : 'not measured for messages'),
  }
}
