import { metricsOf } from '../../verdict/query/metrics.ts'
import type { ServiceName } from '../../wire/services/answers.ts'

/** What the help of a preset says besides its options. */
interface PresetHelp {
  readonly about: string
  readonly note?: string
  /** Arguments after `udptool query PRESET`. */
  readonly examples: readonly string[]
}

/** A line of at most 79 columns, and what separates it from the next. */
const LINE = /(.{1,79})(?:\s+|$)/gu

/** The help of each preset. */
export const PRESET_HELP: Readonly<Record<ServiceName, PresetHelp>> = {
  dns: {
    about: 'ask a name server (RFC 1035) and show its records',
    examples: [
      '127.0.0.1 --name example.org',
      "192.0.2.53 --name example.org --type MX --expect 'rtt<50ms'",
      '192.0.2.53 --name gone.example --expect dns.rcode==NXDOMAIN',
      '192.0.2.53 --name example.org --no-recurse --expect dns.aa',
      '192.0.2.53 --name 1.2.0.192.in-addr.arpa --type PTR',
    ],
  },
  ntp: {
    about: 'ask a time server (RFC 5905) and show the offset of our clock',
    note: 'The clock is not set. ntp.offset is the absolute offset with its error bound.',
    examples: [
      'pool.ntp.org',
      "192.0.2.123 --samples 4 --expect 'ntp.offset<10ms'",
      "192.0.2.123 --expect 'ntp.stratum<=3' --wait-for 30s",
    ],
  },
  stun: {
    about: 'ask a STUN server (RFC 8489) for our address as it sees it',
    examples: [
      'stun.example.org',
      '192.0.2.7:3478 --expect stun.mapped',
      '192.0.2.7 --bind 10.0.0.7:5000 --expect stun.mapped',
    ],
  },
  quic: {
    about: 'ask a QUIC server (RFC 9000) for its versions',
    note: 'It sends a packet of a version that no server has. The server answers with a list of its versions, without TLS and without a connection.',
    examples: ['example.org', "192.0.2.7:8443 --expect 'quic.versions=~/v1/'"],
  },
  sip: {
    about: 'ask a SIP server (RFC 3261) for its options',
    note: 'Any final response passes without --expect.',
    examples: ['sip.example.org', '192.0.2.7 --uri sip:ann@example.org --expect sip.status==200'],
  },
  coap: {
    about: 'ping a CoAP server (RFC 7252)',
    examples: ['192.0.2.7', '[2001:db8::7]:5683 --retries 2'],
  },
  message: {
    about: 'send text or bytes to any UDP service and judge the reply',
    note: '--expect silent passes if nothing comes back: neither a datagram nor an ICMP error.',
    examples: [
      "host:9000 --send hello --expect 'reply==HELLO'",
      'host:27960 --send-hex ffffffff676574737461747573',
      'host:7 --send-base64 aGVsbG8= --expect reply==hello',
      'host:514 --send x --expect silent',
    ],
  },
}

/** The end of the help of a preset: notes, the metrics of its expectations, examples. */
export function presetHelpEnd(preset: ServiceName): string {
  const { note, examples } = PRESET_HELP[preset]
  const texts = [...(note === undefined ? [] : [note]), `Metrics of --expect: ${metricsOf(preset).join(', ')}.`]
  return [
    ...texts.flatMap(text => ['', text.replaceAll(LINE, '$1\n').trimEnd()]),
    '',
    'Examples:',
    ...examples.map(example => `  udptool query ${preset} ${example}`),
  ].join('\n')
}
