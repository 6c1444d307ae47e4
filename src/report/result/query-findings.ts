import { counted, formatCount } from '../../base/counted.ts'
import { formatSize } from '../../base/size.ts'
import { offsetWords, stunErrorWords } from '../../verdict/query/answer-words.ts'
import type { QueryDocument } from '../../verdict/query/query-document.ts'
import { formatMs } from '../text/milliseconds.ts'
import type { Observation } from './observations.ts'

/** What the answer says, topic by topic. The records of a DNS answer are a table of their own. */
export function answerObservations(document: QueryDocument): readonly Observation[] {
  const { dns, ntp, stun, quic, sip, coap } = document
  const topics: readonly Observation[] = [
    ...(dns === undefined ? [] : dnsTopics(dns, document.options['bufsize'] !== 0)),
    ...(ntp === undefined ? [] : ntpTopics(ntp)),
    ...(stun === undefined ? [] : stunTopics(stun)),
    ...(quic === undefined ? [] : [['versions', quic.versions] as const]),
    ...(sip === undefined ? [] : sipTopics(sip)),
    ...(coap === undefined ? [] : [['message ID', [String(coap.messageId)]] as const]),
  ]
  return topics.filter(([, pieces]) => pieces.length > 0)
}

/** The bits of the header of a DNS answer (RFC 1035 section 4.1.1, RFC 4035 section 3.2.3). */
const FLAGS = [
  ['aa', 'authoritative'],
  ['tc', 'truncated'],
  ['ra', 'recursion available'],
  ['ad', 'authentic'],
] as const

/** `asked`: the question had EDNS. */
function dnsTopics(dns: NonNullable<QueryDocument['dns']>, asked: boolean): readonly Observation[] {
  const { answers, authorities, additionals, edns } = dns
  return [
    ['flags', FLAGS.flatMap(([bit, meaning]) => (dns[bit] ? [`${bit} (${meaning})`] : []))],
    [
      'sections',
      [counted(answers, 'answer'), `${formatCount(authorities)} authority`, `${formatCount(additionals)} additional`],
    ],
    [
      'EDNS',
      edns === undefined
        ? asked
          ? ['not in the answer']
          : []
        : [
            `version ${edns.version}`,
            `takes ${formatSize(edns.size)}`,
            ...(edns.dnssecOk ? ['DO (signatures)'] : []),
            ...edns.errors.map(error => `error ${error}`),
          ],
    ],
  ]
}

const LEAP = {
  none: 'no leap second',
  add: 'a leap second is added',
  delete: 'a leap second is left out',
  unknown: 'not synchronized',
}

function ntpTopics(ntp: NonNullable<QueryDocument['ntp']>): readonly Observation[] {
  const { offsetMs, offsetErrorMs, delayMs, stratum, leap, kiss, version, referenceId } = ntp
  return [
    ['kiss code', kiss === undefined ? [] : [kiss, KISSES[kiss] ?? 'the server gives no time']],
    [
      'offset',
      offsetMs === undefined ? [] : [offsetWords(offsetMs, offsetErrorMs), clockWords(offsetMs, offsetErrorMs)],
    ],
    ['delay', delayMs === undefined ? [] : [formatMs(delayMs)]],
    ['server', [`stratum ${stratum}`, LEAP[leap], `reference ${referenceId}`, `version ${version}`]],
    ['root', rootPieces(ntp)],
  ]
}

/** What the offset says about our clock. */
function clockWords(offsetMs: number, errorMs: number | undefined): string {
  if (errorMs !== undefined && Math.abs(offsetMs) <= errorMs) return 'our clock may be right'
  return offsetMs < 0 ? 'our clock is ahead' : 'our clock is behind'
}

/** Kiss codes that a client meets (RFC 5905 section 7.4). */
const KISSES: Readonly<Record<string, string>> = {
  RATE: 'too many requests',
  DENY: 'access denied',
  RSTR: 'access restricted',
  INIT: 'not synchronized yet',
  STEP: 'its clock was just set',
}

function rootPieces(ntp: NonNullable<QueryDocument['ntp']>): readonly string[] {
  if (ntp.kiss !== undefined) return []
  return [
    `delay ${formatMs(ntp.rootDelayMs)}`,
    `dispersion ${formatMs(ntp.rootDispersionMs)}`,
    ...(ntp.rootDistanceMs === undefined ? [] : [`distance ${formatMs(ntp.rootDistanceMs)}`]),
    `precision ${formatMs(ntp.precisionMs)}`,
  ]
}

function stunTopics(stun: NonNullable<QueryDocument['stun']>): readonly Observation[] {
  return [
    ['mapped', stun.mapped === undefined ? [] : [stun.mapped, 'our address as the server sees it']],
    ['error', stun.error === undefined ? [] : [stunErrorWords(stun)]],
    ['software', stun.software === undefined ? [] : [stun.software]],
  ]
}

function sipTopics({ status, reason, server, allow }: NonNullable<QueryDocument['sip']>): readonly Observation[] {
  return [
    ['status', [`SIP/2.0 ${status} ${reason}`.trim()]],
    ['server', server === undefined ? [] : [server]],
    ['allow', allow === undefined || allow.length === 0 ? [] : [allow.join(', ')]],
  ]
}
