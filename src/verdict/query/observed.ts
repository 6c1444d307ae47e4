import { hexText } from '../../base/bytes.ts'
import { formatAddress } from '../../base/address.ts'
import { formatDuration } from '../../base/duration.ts'
import type { NtpAnswer, ServiceAnswer, ServiceName, StunAnswer } from '../../wire/services/answers.ts'
import { type Answered, isCredible } from './answered.ts'
import { replyText } from './reply-text.ts'
import type { NtpFigures } from './ntp-figures.ts'
import { addressKey } from './text-value.ts'

/**
 * The value of a metric in one answer: a number in base units, a flag or a text. A text that is compared in another form has the text for a
 * reader as `shown`. `note` explains a number. Without a value, `missing` says why.
 */
export type Observed =
  | { readonly value: number; readonly note?: string }
  | { readonly value: boolean }
  | { readonly value: string; readonly shown?: string }
  | { readonly missing: string }

type Observe = (one: Answered) => Observed

/** How each metric of a single answer is observed. The others are of the whole run. */
const OBSERVERS: ReadonlyMap<string, Observe> = new Map<string, Observe>([
  ['reply', ({ reply }) => textOr(replyText(reply), 'the reply is not UTF-8, and replyHex has its bytes')],
  ['replyHex', ({ reply }) => ({ value: hexText(reply) })],
  ['reply.length', ({ reply }) => ({ value: reply.length })],
  ['dns.rcode', of('dns', ({ rcode }) => ({ value: rcode }))],
  ['dns.answers', of('dns', ({ answers }) => ({ value: answers }))],
  ['dns.aa', of('dns', ({ aa }) => ({ value: aa }))],
  ['dns.tc', of('dns', ({ tc }) => ({ value: tc }))],
  ['dns.ra', of('dns', ({ ra }) => ({ value: ra }))],
  ['dns.ad', of('dns', ({ ad }) => ({ value: ad }))],
  ['ntp.stratum', of('ntp', stratum)],
  ['ntp.offset', of('ntp', offset)],
  ['ntp.delay', of('ntp', delay)],
  ['ntp.kiss', of('ntp', ({ kiss = '' }) => ({ value: kiss.toUpperCase(), shown: kiss }))],
  ['stun.mapped', of('stun', mapped)],
  ['quic.versions', of('quic', ({ versions }) => ({ value: versions.join(', ') }))],
  ['sip.status', of('sip', ({ status }) => ({ value: status }))],
  ['sip.server', of('sip', ({ server }) => textOr(server, 'the answer has no Server header field'))],
])

/** The value of a metric in an answer. */
export function observedIn(one: Answered, metric: string): Observed {
  return OBSERVERS.get(metric)?.(one) ?? { missing: 'it is not a metric of an answer' }
}

/** Whether there is something: a text that is not empty, an address. */
export function isThere(observed: Observed): boolean {
  return !('missing' in observed) && observed.value !== '' && observed.value !== false
}

function of<Name extends ServiceName>(
  name: Name,
  observe: (answer: Extract<ServiceAnswer, { readonly service: Name }>, one: Answered) => Observed,
): Observe {
  return one => {
    if (one.answer.service !== name) return { missing: `the answer is not of ${name}` }
    return observe(one.answer as Extract<ServiceAnswer, { readonly service: Name }>, one)
  }
}

function textOr(text: string | undefined, missing: string): Observed {
  return text === undefined ? { missing } : { value: text }
}

function mapped({ mapped: address, error }: StunAnswer): Observed {
  if (address === undefined) {
    const why = error === undefined ? '' : `: it is the error ${error.code} ${error.reason}`.trimEnd()
    return { missing: `the answer has no mapped address${why}` }
  }
  const shown = formatAddress(address)
  return { value: addressKey(address.address, address.port) ?? shown, shown }
}

/** Stratum 0 is a kiss code or "not specified" (RFC 5905 section 7.3), and no small number of hops. */
function stratum(answer: NtpAnswer): Observed {
  return answer.stratum === 0
    ? { missing: whyNoFigures(answer) ?? 'the server names no stratum' }
    : { value: answer.stratum }
}

/** The error bound is half the delay, and a delay below 0 is no bound. The path may be one-sided, so the offset may be as large as its bound allows. */
function offset(answer: NtpAnswer, { ntp }: Answered): Observed {
  if (ntp === undefined) return { missing: whyNoFigures(answer) ?? NO_TIMESTAMPS }
  if (!isCredible(ntp)) return { missing: contradiction(ntp) }
  const note = `offset ${formatDuration(ntp.offset)}, error bound ${formatDuration(ntp.offsetError)}`
  return { value: Math.abs(ntp.offset) + ntp.offsetError, note }
}

/** Less than 0 by no more than both precisions is 0 (RFC 5905 section 8); by more, the timestamps contradict each other. */
function delay(answer: NtpAnswer, { ntp }: Answered): Observed {
  if (ntp === undefined) return { missing: whyNoFigures(answer) ?? NO_TIMESTAMPS }
  if (!isCredible(ntp)) return { missing: contradiction(ntp) }
  return { value: Math.max(0, ntp.delay) }
}

function contradiction({ delay: impossible }: NtpFigures): string {
  return `the timestamps contradict each other: the delay is ${formatDuration(impossible)}`
}

const NO_TIMESTAMPS = 'the answer has no timestamps'

function whyNoFigures({ kiss }: NtpAnswer): string | undefined {
  return kiss === undefined ? undefined : `the server sent the kiss code ${kiss}, and no time`
}
