import type { QueryFacts, QueryRequest } from '../../facts/query.ts'
import { ntpFigures, type NtpFigures } from './ntp-figures.ts'
import type { ServiceAnswer } from '../../wire/services/answers.ts'

/** A request with its answer in time. */
export interface Answered {
  readonly request: QueryRequest
  readonly rtt: number
  readonly reply: Uint8Array
  readonly answer: ServiceAnswer
  /** Of an NTP answer with timestamps and without a kiss code. */
  readonly ntp?: NtpFigures
}

/** The answers in time, in the order of their requests. */
export function answeredOf(facts: QueryFacts): readonly Answered[] {
  return facts.requests.flatMap(request => {
    const { fate, rtt, reply, answer } = request
    if (fate !== 'answered' || rtt === undefined || reply === undefined || answer === undefined) return []
    const ntp = figuresOf(request, facts)
    return [{ request, rtt, reply, answer, ...(ntp === undefined ? {} : { ntp }) }]
  })
}

/** One answer for each answered question: of several NTP samples the one with the least delay (RFC 5905 section 10), else the last. */
export function countingAnswers(answered: readonly Answered[]): readonly Answered[] {
  const chosen = new Map<number, Answered>()
  for (const one of answered) {
    const other = chosen.get(one.request.question)
    if (other === undefined || isBetter(one, other)) chosen.set(one.request.question, one)
  }
  return [...chosen.values()]
}

function isBetter(one: Answered, other: Answered): boolean {
  if (one.answer.service !== 'ntp') return true
  if (one.ntp === undefined || other.ntp === undefined) return other.ntp === undefined && one.ntp !== undefined
  // Timestamps that contradict each other are the last choice.
  if (isCredible(one.ntp) !== isCredible(other.ntp)) return isCredible(one.ntp)
  // The least delay has the least error. A negative one is not better than 0.
  return one.ntp.offsetError < other.ntp.offsetError
}

/** A delay below 0 by more than the precision of both clocks is impossible. */
export function isCredible({ delay, precision }: NtpFigures): boolean {
  return delay >= -precision
}

/** The figures of the answer to a request; undefined if it has none. */
export function figuresOf({ answer, sentAt, answeredAt }: QueryRequest, facts: QueryFacts): NtpFigures | undefined {
  if (answer?.service !== 'ntp' || answeredAt === undefined) return undefined
  return ntpFigures(answer, { sentAt, answeredAt, clockPrecision: facts.clockPrecision })
}
