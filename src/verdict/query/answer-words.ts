import { counted } from '../../base/counted.ts'
import { formatDuration } from '../../base/duration.ts'
import { listed } from '../../base/listed.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { formatSize } from '../../base/size.ts'
import { cutText } from './cut-text.ts'
import type { QueryDocument } from './query-document.ts'

/** A headline is one line, however much a server sends. */
const MOST_VERSIONS = 8
const LONGEST_TEXT = 60

/** What the answer says in a few words, for a headline and a check; undefined without an answer. */
export function answerWords(document: QueryDocument): string | undefined {
  const { dns, ntp, stun, quic, sip, coap, reply } = document
  if (reply === undefined) return undefined
  if (dns !== undefined) return `${dns.rcode}, ${counted(dns.answers, 'record')}`
  if (ntp !== undefined) return ntpWords(ntp)
  if (stun !== undefined) return stun.mapped === undefined ? stunErrorWords(stun) : `mapped address ${stun.mapped}`
  if (quic !== undefined) return quicWords(quic)
  if (sip !== undefined) return cutText(`${sip.status} ${sip.reason}`.trim(), LONGEST_TEXT)
  if (coap !== undefined) return 'the ping was answered by a reset'
  return `a reply of ${formatSize(reply.length)}`
}

function quicWords({ versions }: NonNullable<QueryDocument['quic']>): string {
  if (versions.length === 0) return 'a QUIC server that lists only reserved versions'
  return `QUIC ${listed(versions, MOST_VERSIONS)}`
}

function ntpWords({ kiss, offsetMs, offsetErrorMs, stratum }: NonNullable<QueryDocument['ntp']>): string {
  if (kiss !== undefined) return `kiss code ${kiss}`
  const offset = offsetMs === undefined ? 'an answer' : `offset ${offsetWords(offsetMs, offsetErrorMs)}`
  return `${offset}, stratum ${stratum}`
}

/** `+1.25 ms ± 0.4 ms` */
export function offsetWords(offsetMs: number, errorMs: number | undefined): string {
  return `${offsetMs < 0 ? '' : '+'}${inWords(offsetMs)}${errorMs === undefined ? '' : ` ± ${inWords(errorMs)}`}`
}

/** `error 401 Unauthorized` */
export function stunErrorWords({ error }: NonNullable<QueryDocument['stun']>): string {
  return error === undefined ? 'no mapped address' : cutText(`error ${error.code} ${error.reason}`.trim(), LONGEST_TEXT)
}

function inWords(ms: number): string {
  return formatDuration(ms * MILLISECOND)
}
