import { hexText } from '../../base/bytes.ts'
import { formatAddress } from '../../base/address.ts'
import { greatest } from '../../base/extremes.ts'
import { toMs } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import { utcAfter } from '../../base/utc-time.ts'
import { QUERY_FATES, type QueryFacts, type QueryFate, type QueryRequest } from '../../facts/query.ts'
import type { RealTime } from '../../wire/services/answers.ts'
import { type Answered, answeredOf, countingAnswers, figuresOf } from './answered.ts'
import { answerFigures } from './answer-figures.ts'
import { evaluateQuery } from './evaluate.ts'
import { failureReason } from './failure.ts'
import { unexpectedKiss } from './kiss.ts'
import type { QueryContext } from './query-context.ts'
import type { QueryDocument, QueryRow } from './query-document.ts'
import type { QueryExpectation } from './query-expectation.ts'
import { queryWarnings } from './query-warnings.ts'
import { replyText } from './reply-text.ts'

/** Makes the document of a query, and its verdict. */
export function createQueryDocument(
  facts: QueryFacts,
  expectations: readonly QueryExpectation[],
  context: QueryContext,
): QueryDocument {
  const answered = answeredOf(facts)
  const counting = countingAnswers(answered)
  const shown = counting.at(-1)
  const checked = expectations.map(one => evaluateQuery(one, facts, answered, context.findPattern))
  const kiss = unexpectedKiss(answered, expectations, checked)
  const held = checked.length === 0 ? answered.length > 0 : checked.every(({ passed }) => passed)
  const passed = held && kiss === undefined
  return {
    schema: 'udptool/query/1',
    command: context.command,
    service: facts.service,
    tool: { name: 'udptool', version: context.version },
    host: context.host,
    target: targetOf(facts, shown, context),
    options: context.options,
    startedAt: context.startedAt,
    durationMs: context.durationMs,
    interrupted: facts.interrupted,
    ledger: ledgerOf(facts),
    arrivals: arrivalsOf(facts),
    foreignSources: facts.foreignSources.map(source => ({
      from: formatAddress(source),
      count: source.count,
      answers: source.answers,
    })),
    ...(shown === undefined ? {} : { reply: replyOf(shown, counting.length), ...answerFigures(shown) }),
    ...(answered.length === 0 ? {} : { rttMs: toMs(greatest(answered.map(({ rtt }) => rtt))) }),
    requests: facts.requests.map(request => rowOf(request, facts)),
    ...(facts.answerSizes === undefined ? {} : { dnsSizes: facts.answerSizes }),
    expectations: checked,
    warnings: queryWarnings(facts, answered),
    verdict: passed ? 'pass' : 'fail',
    ...(passed ? {} : { reason: failureReason(facts, checked, kiss) }),
  }
}

/** The address that answered last, else the one that was tried last. */
function targetOf(facts: QueryFacts, shown: Answered | undefined, context: QueryContext): QueryDocument['target'] {
  const { address, port, family } = (shown?.request ?? facts.requests.at(-1))?.target ?? context.target
  return present({ address, port, family, name: context.targetName })
}

function ledgerOf({ requests }: QueryFacts): QueryDocument['ledger'] {
  const counts = new Map<QueryFate, number>()
  for (const { fate } of requests) counts.set(fate, (counts.get(fate) ?? 0) + 1)
  const others = QUERY_FATES.flatMap(fate => (counts.has(fate) ? [[fate, counts.get(fate) ?? 0] as const] : []))
  return {
    requests: requests.length,
    sent: requests.length - (counts.get('refused') ?? 0),
    fates: { answered: 0, ...Object.fromEntries(others) },
  }
}

const WITH_ANSWER: ReadonlySet<QueryFate> = new Set(['answered', 'askedAgain', 'late'])

function arrivalsOf(facts: QueryFacts): QueryDocument['arrivals'] {
  const { requests, duplicates, unmatched, malformed, foreign } = facts
  const answers = requests.filter(({ fate }) => WITH_ANSWER.has(fate)).length
  return present({ answers, duplicates, unmatched, malformed, foreign })
}

function replyOf({ reply }: Answered, count: number): NonNullable<QueryDocument['reply']> {
  return present({ count, length: reply.length, text: replyText(reply), hex: hexText(reply) })
}

function rowOf(request: QueryRequest, facts: QueryFacts): QueryRow {
  const { question, attempt, target, local, size, sentAt, fate, rtt, reply, because, error } = request
  const figures = figuresOf(request, facts)
  return present({
    question,
    attempt,
    target: formatAddress(target),
    local: formatAddress(local),
    size,
    at: isoOf(sentAt),
    fate,
    rttMs: rtt === undefined ? undefined : toMs(rtt),
    length: reply?.length,
    offsetMs: figures && toMs(figures.offset),
    delayMs: figures && toMs(figures.delay),
    because,
    error,
  })
}

function isoOf({ seconds, nanos }: RealTime): string {
  return utcAfter('1970-01-01T00:00:00.000Z', seconds * 1000 + toMs(nanos)) ?? ''
}
