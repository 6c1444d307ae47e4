import { domainToASCII } from 'node:url'
import { usage } from '../../base/error.ts'
import type { OptionTable, ParsedOptions } from '../../options/option.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { isAddress } from '../../base/ip.ts'
import { present } from '../../base/present.ts'
import type { Target } from '../../base/target.ts'
import { dnsService } from '../../wire/services/dns.ts'
import { dnsClassName, dnsTypeName } from '../../wire/services/dns/codes.ts'
import { coapService } from '../../wire/services/coap.ts'
import { messageService } from '../../wire/services/message.ts'
import { ntpService } from '../../wire/services/ntp.ts'
import { quicService } from '../../wire/services/quic.ts'
import type { ServiceName } from '../../wire/services/answers.ts'
import type { Service } from '../../wire/services/service.ts'
import { isSipUri, sipService } from '../../wire/services/sip.ts'
import { stunService } from '../../wire/services/stun.ts'
import { DNS_OPTIONS, MESSAGE_OPTIONS, NTP_OPTIONS, QUERY_PORTS, SIP_OPTIONS } from './options.ts'

/** A question that can be asked with a limit for its answer, and the limits to ask it with. */
export interface SizedQuestion {
  readonly service: (size: number) => Service
  /** The limit of the questions of the run, bytes. */
  readonly given: number
  /** The limits that the user wants to have tried. Empty: those that show whether only large answers are lost. */
  readonly sizes: readonly number[]
}

/** What a preset asks. */
interface Question {
  readonly service: Service
  /** Requests in one question, all of which are sent. */
  readonly samples: number
  /** The same question with other limits for the size of its answer. */
  readonly sized?: SizedQuestion
  /** Its options with defaults, for the document. */
  readonly options: Readonly<Record<string, unknown>>
}

/** Parses the raw options of a question. Throws a `usage` error. */
type Asker = (raw: Readonly<Record<string, unknown>>, target: Target) => Question

function asker<Table extends OptionTable>(
  table: Table,
  ask: (options: ParsedOptions<Table>, target: Target) => Pick<Question, 'service' | 'options'> & Partial<Question>,
): Asker {
  return (raw, target) => ({ samples: 1, ...ask(parseOptions(table, raw as never), target) })
}

/** How each preset makes a question of its options. */
export const ASKERS: Readonly<Record<ServiceName, Asker>> = {
  dns: asker(DNS_OPTIONS, askDns),
  ntp: asker(NTP_OPTIONS, ({ samples }) => ({ service: ntpService(), samples, options: { samples } })),
  stun: asker({}, () => ({ service: stunService(), options: {} })),
  quic: asker({}, () => ({ service: quicService(), options: {} })),
  sip: asker(SIP_OPTIONS, ({ uri: given }, target) => {
    const uri = given ?? sipUri(target)
    return { service: sipService(present({ uri })), options: present({ uri }) }
  }),
  coap: asker({}, () => ({ service: coapService(), options: {} })),
  message: asker(MESSAGE_OPTIONS, askMessage),
}

function askDns(options: ParsedOptions<typeof DNS_OPTIONS>): Pick<Question, 'service' | 'sized' | 'options'> {
  const { name, type, class: group, recurse, dnssec, bufsize: sizes, '0x20': mixedCase } = options
  const [bufsize = 0] = sizes
  if (name === undefined) throw usage('query dns needs --name', 'add --name example.org', 'name')
  if (dnssec && sizes.includes(0))
    throw usage('--dnssec needs EDNS, and --bufsize 0 leaves it out', 'leave one of them out', 'dnssec')
  const service = (size: number): Service =>
    dnsService({ name, type, class: group, recurse, dnssec, bufsize: size, mixedCase })
  return {
    service: service(bufsize),
    sized: { service, given: bufsize, sizes: sizes.length > 1 ? sizes : [] },
    options: {
      name,
      type: dnsTypeName(type),
      class: dnsClassName(group),
      recurse,
      dnssec,
      bufsize: sizes.length > 1 ? sizes : bufsize,
      '0x20': mixedCase,
    },
  }
}

/** The URI of the server itself (RFC 3261 section 11.1), by the name that the user gave; undefined: by its address. */
function sipUri({ host, port }: Target): string | undefined {
  if (isAddress(host)) return undefined
  const name = domainToASCII(host) || host
  const uri = port === QUERY_PORTS.sip ? `sip:${name}` : `sip:${name}:${port}`
  return isSipUri(uri) ? uri : undefined
}

function askMessage(options: ParsedOptions<typeof MESSAGE_OPTIONS>): Pick<Question, 'service' | 'options'> {
  const { send, sendHex, sendBase64 } = options
  const given = Object.entries({ '--send': send, '--send-hex': sendHex, '--send-base64': sendBase64 }).filter(
    ([, bytes]) => bytes !== undefined,
  )
  const [bytes, ...others] = given.flatMap(([, one]) => one ?? [])
  if (bytes === undefined)
    throw usage('query message needs something to send', "add --send 'hello' or --send-hex 68656c6c6f", 'send')
  if (others.length > 0)
    throw usage(`${given.map(([flag]) => flag).join(' and ')} exclude each other`, 'leave one of them out', 'send')
  return { service: messageService({ bytes }), options: { sendHex: Buffer.from(bytes).toString('hex') } }
}
