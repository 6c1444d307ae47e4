import { counted } from '../../base/counted.ts'
import { stunErrorWords } from '../query/answer-words.ts'
import { askedQuestions } from '../query/asked-questions.ts'
import type { QueryDocument } from '../query/query-document.ts'
import { metricOf } from '../query/query-expectation.ts'

/** What a passing run may hide, and the metrics whose expectation covers it. */
interface Doubt {
  readonly words: string | undefined
  readonly coveredBy: readonly string[]
}

/**
 * Why a passing query gets no tick: `SERVFAIL (no --expect)`. Without expectations any answer is enough to pass, so an answer that is an error
 * and a question without an answer are reported unless an expectation covers them. Undefined: nothing to report.
 */
export function queryAttention(document: QueryDocument): string | undefined {
  if (document.verdict === 'fail') return undefined
  const judged = new Set(document.expectations.map(({ expr }) => metricOf(expr)))
  // It demands that no answer comes.
  if (judged.has('noReply') || judged.has('silent')) return undefined
  const words = doubtsOf(document)
    .filter(({ coveredBy }) => !coveredBy.some(metric => judged.has(metric)))
    .flatMap(doubt => doubt.words ?? [])
  if (words.length === 0) return undefined
  return `${words.join(', ')} (${judged.size === 0 ? 'no --expect' : 'no --expect covers it'})`
}

function doubtsOf(document: QueryDocument): readonly Doubt[] {
  const { dns, ntp, stun, sip, reply } = document
  const asked = askedQuestions(document)
  const open = asked - (reply?.count ?? 0)
  const isSynchronized = ntp === undefined || (ntp.leap !== 'unknown' && ntp.stratum >= 1 && ntp.stratum <= 15)
  return [
    {
      words: open > 0 ? `${open} of ${counted(asked, 'question')} without an answer` : undefined,
      coveredBy: ['reply.count', 'rtt'],
    },
    { words: dns?.rcode === 'NOERROR' ? undefined : dns?.rcode, coveredBy: ['dns.rcode', 'dns.answers'] },
    { words: dns?.tc === true ? 'truncated' : undefined, coveredBy: ['dns.tc'] },
    { words: isSynchronized ? undefined : 'not synchronized', coveredBy: ['ntp.stratum', 'ntp.kiss'] },
    { words: stun?.error === undefined ? undefined : stunErrorWords(stun), coveredBy: ['stun.mapped'] },
    { words: (sip?.status ?? 200) < 300 ? undefined : `${sip?.status} ${sip?.reason}`, coveredBy: ['sip.status'] },
  ]
}
