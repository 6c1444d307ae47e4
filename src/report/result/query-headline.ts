import { formatAddress } from '../../base/address.ts'
import { counted, formatCount } from '../../base/counted.ts'
import { formatSize } from '../../base/size.ts'
import { answerWords } from '../../verdict/query/answer-words.ts'
import { askedQuestions } from '../../verdict/query/asked-questions.ts'
import type { QueryDocument } from '../../verdict/query/query-document.ts'
import { queryAttention } from '../../verdict/suite/query-attention.ts'
import { formatMs } from '../text/milliseconds.ts'
import type { Standing } from './headline.ts'

/** The state of a query, the same in every format. */
export function queryStanding(document: QueryDocument): Standing {
  if (document.interrupted) return { tone: 'attention', mark: '!' }
  if (document.verdict === 'fail') return { tone: 'fail', mark: '✗' }
  return queryAttention(document) === undefined ? { tone: 'pass', mark: '✓' } : { tone: 'attention', mark: '!' }
}

/** The outcome, most important first: the interruption, the failure with its reason, what the answer says, how long it took. */
export function queryHeadline(document: QueryDocument): readonly [lead: string, ...parts: string[]] {
  const { verdict, interrupted, reason, rttMs } = document
  const words = answerWords(document)
  const time = rttMs === undefined ? [] : [timeText(document, rttMs)]
  const found = [words ?? 'no answer came', ...time]
  const attention = queryAttention(document)
  // It counts the questions already.
  const asked = attention?.includes('without an answer') === true ? [] : askedText(document)
  if (interrupted) return [`interrupted after ${formatMs(document.durationMs)}`, ...found, ...asked]
  if (verdict === 'fail') return ['fail', reason ?? 'no answer came in time', ...asked]
  return [attention ?? 'pass', ...found, ...asked]
}

/** How many questions were answered, if there was more than one. */
function askedText(document: QueryDocument): readonly string[] {
  const { options, reply } = document
  const count = typeof options['count'] === 'number' ? options['count'] : askedQuestions(document)
  return count < 2 ? [] : [`${formatCount(reply?.count ?? 0)} of ${counted(count, 'question')} answered`]
}

function timeText({ reply }: QueryDocument, rttMs: number): string {
  return (reply?.count ?? 1) > 1 ? `${formatMs(rttMs)} at most` : formatMs(rttMs)
}

/** The target: `example.org:53 (192.0.2.7)`. */
export function queryPlace({ target }: QueryDocument): string {
  const { address, port, name } = target
  if (name === undefined || name === address) return formatAddress(target)
  return `${name}:${port} (${address})`
}

/** What was asked, of whom, with how many requests, and how long it took. */
export function queryCircumstances(document: QueryDocument): readonly string[] {
  const { command, service, requests, durationMs } = document
  const sizes = requests.map(({ size }) => size)
  const size = sizes.length === 0 ? [] : [`${counted(sizes.length, 'request')} of ${formatSize(Math.max(...sizes))}`]
  const words = questionWords(document)
  return [
    `${command} ${service} → ${queryPlace(document)}`,
    ...(words === '' ? [] : [words]),
    ...size,
    formatMs(durationMs),
  ]
}

/** The question in a few words: `example.org AAAA`. */
function questionWords({ service, options }: QueryDocument): string {
  const text = (name: string): string => (typeof options[name] === 'string' ? options[name] : '')
  switch (service) {
    case 'dns':
      return [text('name'), text('class') === 'IN' ? '' : text('class'), text('type')]
        .filter(word => word !== '')
        .join(' ')
    case 'sip':
      return text('uri')
    case 'ntp':
      return typeof options['samples'] === 'number' && options['samples'] > 1 ? `${options['samples']} samples` : ''
    default:
      return ''
  }
}
