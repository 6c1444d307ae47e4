import { formatAddress, type Address } from '../../base/address.ts'
import { equalBytes, hexText } from '../../base/bytes.ts'
import { quoted } from '../../base/quoted.ts'
import type { SipAnswer } from './answers.ts'
import { ECHO, malformed, unmatched, type Ends, type RandomBytes, type Reading, type Service } from './service.ts'
import { parameterOf, readSipMessage, readStartLine, splitValue, type SipMessage } from './sip-message.ts'

export interface SipParameters {
  /** Request-URI and To. Default: `sip:` with the address and port of the target. */
  readonly uri?: string
}

/** What a response repeats of its request (RFC 3261 sections 8.1.3 and 17.1.3). */
interface Transaction {
  readonly bytes: Uint8Array
  readonly branch: string
  readonly tag: string
  readonly callId: string
}

const METHOD = 'OPTIONS'
const CSEQ = 1
/** Marks branches that are unique (RFC 3261 section 8.1.1.7). */
const COOKIE = 'z9hG4bK'
/** Texts from strangers are bounded: characters of a text, methods of Allow. */
const LONGEST_TEXT = 256
const MOST_METHODS = 64

/** Whether a text can be the URI of a request: a scheme, and nothing that would end the line or the brackets around it. */
export function isSipUri(text: string): boolean {
  return /^sips?:[!#-;=?-~]{1,1000}$/i.test(text)
}

/** OPTIONS (RFC 3261 section 11), which every SIP server answers, with any final response. */
export function sipService({ uri }: SipParameters = {}): Service {
  return {
    name: 'sip',
    named: true,
    request: (random, ends) => {
      const transaction = writeOptions(random, ends, uri)
      return { bytes: transaction.bytes, read: datagram => readResponse(datagram, transaction) }
    },
  }
}

function writeOptions(random: RandomBytes, { local, target }: Ends, uri = `sip:${hostPort(target)}`): Transaction {
  const branch = COOKIE + hexText(random(16))
  const tag = hexText(random(8))
  const callId = hexText(random(16))
  const from = `sip:udptool@${hostPort(local)}`
  const lines = [
    `${METHOD} ${uri} SIP/2.0`,
    // RFC 3581: `rport` has the response sent to our port, whatever a NAT made of it.
    `Via: SIP/2.0/UDP ${hostPort(local)};branch=${branch};rport`,
    'Max-Forwards: 70',
    `From: <${from}>;tag=${tag}`,
    `To: <${uri}>`,
    `Call-ID: ${callId}`,
    `CSeq: ${CSEQ} ${METHOD}`,
    `Contact: <${from}>`,
    'Accept: application/sdp',
    'Content-Length: 0',
  ]
  const bytes = new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`)
  return { bytes, branch, tag, callId }
}

/** RFC 3261 has no zones in addresses (RFC 6874 does not change it). */
function hostPort({ address, port, family }: Address): string {
  return formatAddress({ address: address.replace(/%.*$/, ''), port, family })
}

function readResponse(datagram: Uint8Array, transaction: Transaction): Reading {
  if (equalBytes(datagram, transaction.bytes)) return unmatched(ECHO)
  const startLine = readStartLine(datagram)
  if (/^[^ ]+ [^ ]+ SIP\/2\.0$/i.test(startLine))
    return unmatched(`it is a request (${quoted(startLine)}), no response`)
  if (!/^SIP\//i.test(startLine)) return malformed('it is no SIP message')
  const [, digits, text = ''] = /^SIP\/2\.0 ([1-6]\d\d)(?: ([^\r]*))?$/i.exec(startLine) ?? []
  if (digits === undefined) return malformed(`its status line is ${quoted(startLine)}`)
  const message = readSipMessage(datagram)
  if (message === undefined) return malformed('it ends before the empty line after its header')
  const fault = bodyFault(message)
  if (fault !== undefined) return malformed(fault)
  const why = mismatch(message, transaction)
  if (why !== undefined) return unmatched(why)
  const [status, reason] = [Number(digits), bounded(text)]
  // RFC 3261 section 13.2.2.1: a provisional response does not complete a transaction; the server can still fail to answer.
  if (status < 200) return unmatched(`it is provisional (${status} ${quoted(reason)}), not final`)
  return { what: 'answer', answer: { service: 'sip', status, reason, ...described(message) } }
}

/** RFC 3261 section 18.3: a response that ends before its body does is discarded; without Content-Length the datagram ends the body. */
function bodyFault({ fields, bodyLength }: SipMessage): string | undefined {
  const [length, ...others] = fields.get('content-length') ?? []
  if (length === undefined) return undefined
  if (others.some(other => other !== length)) return 'it has several Content-Length values'
  if (!/^\d{1,9}$/.test(length)) return `its Content-Length is ${quoted(length)}`
  return Number(length) > bodyLength ? `its body ends after ${bodyLength} of ${Number(length)} bytes` : undefined
}

/** Why a response is not to this request; undefined if it is (RFC 3261 sections 8.1.3.3 and 17.1.3). */
function mismatch({ fields }: SipMessage, { branch, tag, callId }: Transaction): string | undefined {
  const vias = (fields.get('via') ?? []).flatMap(value => splitValue(value, ','))
  if (vias.length !== 1) return `it has ${vias.length} Via values, and a response to a client has one`
  if (!isSame(parameterOf(vias[0] ?? '', 'branch'), branch)) return 'its Via branch is of another request'
  const cseq = fields.get('cseq')?.[0] ?? ''
  const [, number, method] = /^(\d+)[ \t]+(\S+)$/.exec(cseq) ?? []
  if (Number(number) !== CSEQ || method !== METHOD)
    return `its CSeq is ${quoted(cseq)}, that of the request is "${CSEQ} ${METHOD}"`
  // RFC 3261 section 8.1.1.4: case-sensitive, unlike tokens.
  if (fields.get('call-id')?.[0] !== callId) return 'its Call-ID is of another request'
  if (!isSame(parameterOf(fields.get('from')?.[0] ?? '', 'tag'), tag)) return 'its From tag is of another request'
  return undefined
}

function isSame(token: string | undefined, expected: string): boolean {
  return token?.toLowerCase() === expected.toLowerCase()
}

function described({ fields }: SipMessage): Pick<SipAnswer, 'server' | 'allow'> {
  const server = fields.get('server')?.[0] || fields.get('user-agent')?.[0]
  const allow = fields.get('allow')?.flatMap(value => value.split(',').map(method => method.trim()))
  return {
    ...(server ? { server: bounded(server) } : {}),
    ...(allow ? { allow: allow.filter(Boolean).slice(0, MOST_METHODS).map(bounded) } : {}),
  }
}

function bounded(text: string): string {
  return Array.from(text.slice(0, 2 * LONGEST_TEXT))
    .slice(0, LONGEST_TEXT)
    .join('')
}
