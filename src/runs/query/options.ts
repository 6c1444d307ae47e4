import { usage } from '../../base/error.ts'
import { quoted } from '../../base/quoted.ts'
import { FAMILY_OPTIONS } from '../../options/family.ts'
import { inGroup, type LibraryOptions, type OptionRow, type OptionTable } from '../../options/option.ts'
import { parseTimerDuration } from '../../options/timer-duration.ts'
import { count, duration, given, listOf } from '../../options/values.ts'
import { parseQueryExpectation } from '../../verdict/query/query-expectation.ts'
import { DNS_CLASSES, DNS_TYPES } from '../../wire/services/dns/codes.ts'
import type { ServiceName } from '../../wire/services/answers.ts'
import { isSipUri } from '../../wire/services/sip.ts'
import { parseBind } from '../../options/target.ts'
import { parseBufsizes, parseDnsClass, parseDnsName, parseDnsType } from './dns-values.ts'
import { parseBase64, parseHex, parseText } from './message-values.ts'

/** Limits of what one run sends, so that a wrong number loads no server and no memory. */
const MOST = { questions: 10_000, retries: 100, samples: 100 } as const

/** The port of each service (the IANA registry of port numbers); a free message goes to that of our own echo server. */
export const QUERY_PORTS = {
  dns: 53,
  ntp: 123,
  stun: 3478,
  quic: 443,
  sip: 5060,
  coap: 5683,
  message: 9000,
} as const satisfies Readonly<Record<ServiceName, number>>

/** The options of every query besides `expect`. */
export const COMMON_OPTIONS = {
  ...inGroup('Requests:', {
    /** After this time an answer is late (`1s`). Default 1s. */
    // The initial estimate of a round trip in RFC 8085 section 3.1.1.
    timeout: {
      form: '--timeout <duration>',
      about: 'time after which an answer is late',
      default: '1s',
      parse: parseTimerDuration,
    },
    /** Further requests for a question that got no answer. Default 0. */
    retries: {
      form: '--retries <n>',
      about: 'further requests for a question without an answer',
      default: 0,
      parse: count({ max: MOST.retries }),
    },
    /** Number of questions, one after the other. Default 1. */
    count: {
      form: '-c, --count <n>',
      about: 'questions to ask, one after the other',
      default: 1,
      parse: count({ min: 1, max: MOST.questions }),
    },
    /** Wait this long for a name, a route and a service that are coming up (`30s`). */
    waitFor: {
      form: '--wait-for <duration>',
      about: 'time to wait for a name, a route and a service that are not up yet',
      parse: duration,
    },
    /** Local address, or address:port. */
    bind: { form: '--bind <address>', about: 'local address, or address:port', parse: parseBind },
    ...FAMILY_OPTIONS,
  }),
} satisfies OptionTable

export const DNS_OPTIONS = inGroup('Question:', {
  /** The name to ask for, such as `example.org`. Required. */
  name: { form: '--name <name>', about: 'name to ask for (required)', parse: parseDnsName },
  /** The type of the records: `AAAA`, `TYPE65`. Default `A`. */
  type: {
    form: '--type <type>',
    about: 'type of the records: a name such as AAAA, or TYPE65',
    default: 'A',
    choices: DNS_TYPES,
    parse: parseDnsType,
  },
  /** The class of the records: `IN`, `CLASS3`. Default `IN`. */
  class: {
    form: '--class <class>',
    about: 'class of the records: IN, CH or CLASS3',
    default: 'IN',
    choices: DNS_CLASSES,
    parse: parseDnsClass,
  },
  /** Whether the server is to ask other servers for the answer. Default true. */
  recurse: { form: '--no-recurse', about: 'ask for what the server itself knows (RD is 0)', parse: given },
  /** Ask for signatures (the bit DO). */
  dnssec: { form: '--dnssec', about: 'ask for signatures (DO is 1)', parse: given },
  /**
   * Largest answer to accept, in bytes (EDNS); 0: a question without EDNS. A list such as `512,1232,4096`: the first one, and then the
   * question is asked once with each, to see which answers arrive. Default 1232.
   */
  // It fits IPv6 packets of 1280 bytes, which every path carries: the size of DNS flag day 2020.
  bufsize: {
    form: '--bufsize <bytes>',
    about: 'largest answer to accept (EDNS); 0: no EDNS; a list: ask once with each',
    default: 1232,
    parse: parseBufsizes,
  },
  /** Whether the letters of the name have random case (0x20), which an answer must repeat. Default true. */
  '0x20': { form: '--no-0x20', about: 'do not mix the case of the name (0x20)', parse: given },
} satisfies OptionTable)

export const NTP_OPTIONS = inGroup('Question:', {
  /** Requests in one question, of which the answer with the least delay counts. Default 1. */
  // RFC 5905 section 10.
  samples: {
    form: '--samples <n>',
    about: 'requests in one question; the answer with the least delay counts',
    default: 1,
    parse: count({ min: 1, max: MOST.samples }),
  },
} satisfies OptionTable)

export const SIP_OPTIONS = inGroup('Question:', {
  /** The Request-URI. Default `sip:` and the target. */
  uri: { form: '--uri <uri>', about: 'URI to ask about (default sip: and the target)', parse: parseUri },
} satisfies OptionTable)

export const MESSAGE_OPTIONS = inGroup('Message:', {
  /** The message as text. */
  send: { form: '--send <text>', about: 'message to send, as text', parse: parseText },
  /** The message as hexadecimal digits. */
  sendHex: { form: '--send-hex <hex>', about: 'message to send, as hexadecimal digits', parse: parseHex },
  /** The message in base64. */
  sendBase64: { form: '--send-base64 <base64>', about: 'message to send, in base64', parse: parseBase64 },
} satisfies OptionTable)

/** The options of each preset that describe its question. */
export const QUESTION_OPTIONS = {
  dns: DNS_OPTIONS,
  ntp: NTP_OPTIONS,
  stun: {},
  quic: {},
  sip: SIP_OPTIONS,
  coap: {},
  message: MESSAGE_OPTIONS,
} as const satisfies Readonly<Record<ServiceName, OptionTable>>

/** The words after `udptool query`. */
export const PRESETS = Object.keys(QUERY_PORTS) as readonly ServiceName[]

/** Expectations on the answer. Which metrics they can name depends on the service. */
export function expectOption(preset: ServiceName) {
  return {
    form: '--expect <expr>',
    about: 'expectation such as rtt<50ms or reply=~/ok/ (repeatable)',
    group: 'Verdict:',
    repeatable: true,
    parse: listOf(expr => parseQueryExpectation(expr, preset)),
  } satisfies OptionRow
}

/** All options of a preset, in the order of `--help`. */
export function queryOptions(preset: ServiceName): OptionTable & { readonly expect: OptionRow } {
  return { ...QUESTION_OPTIONS[preset], ...COMMON_OPTIONS, expect: expectOption(preset) }
}

/** The raw options of a preset, as a program, a check file or the command line gives them. */
export type QueryOptions<Preset extends ServiceName = ServiceName> = LibraryOptions<(typeof QUESTION_OPTIONS)[Preset]> &
  LibraryOptions<typeof COMMON_OPTIONS> & {
    /** Expectations on the answer, such as `rtt<50ms`. */
    readonly expect?: string | readonly string[]
    /** Use only IPv4 or only IPv6 addresses of a name. */
    readonly family?: 4 | 6
  }

function parseUri(value: string, flag: string): string {
  const written = value.trim()
  if (isSipUri(written)) return written
  const meant = `sip:${written}`
  const isBare = /^[\w.@:[\]-]+$/u.test(written) && isSipUri(meant)
  throw usage(
    `${flag} cannot be ${quoted(value)}: it is no SIP URI`,
    isBare ? `did you mean ${meant}?` : 'write sip:example.org or sip:alice@example.org',
  )
}
