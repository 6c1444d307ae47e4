import { LARGEST_BUFFER } from '../../base/size.ts'
import { parsePortRange } from '../../base/port-range.ts'
import { parseSizes } from '../../base/sizes.ts'
import { parseDscp } from '../../base/dscp.ts'
import { parseTos } from '../../base/tos.ts'
import { ENGINE_OPTION } from '../../options/engine.ts'
import { inGroup, type LibraryOptions, type OptionTable } from '../../options/option.ts'
import { FAMILY_OPTIONS } from '../../options/family.ts'
import { TOLERANCE_OPTIONS } from '../../options/tolerance.ts'
import { choice, count, duration, given, listOf, positiveDuration, rate, size, text } from '../../options/values.ts'
import type { ComparedRun } from '../../verdict/compare/run-figures.ts'
import { parseExpectation } from '../../verdict/expect/expectation.ts'
import { parseBind, parseOneHost } from '../../options/target.ts'
import { parseDf } from './option-values.ts'
import { parsePayload } from './payload-source.ts'

/** Defaults of --flood: a window that fills a fast path but does not overflow a default receive buffer, and a duration. */
export const FLOOD = { window: 1024, duration: '5s' } as const

/** Protocols besides udptool's own. Those of STAMP are options of `stamp send`. */
const PROTOCOLS = ['irtt'] as const

/** Options of probes and of messages. */
export const SOCKET_OPTIONS = {
  /** The target: `host:port`, `[v6]:port`, `host`. Default 127.0.0.1:9000. */
  to: {
    form: '--to <target>',
    about: 'host:port, [v6]:port or host',
    default: '127.0.0.1:9000',
    once: true,
    absentFrom: 'checkFile',
    parse: parseOneHost,
  },
  ...FAMILY_OPTIONS,
  ...inGroup('Sockets:', {
    /** Local address, or address:port. */
    bind: { form: '--bind <address>', about: 'local address, or address:port', parse: parseBind },
    /** Bytes for SO_RCVBUF. Default 4MiB. */
    // What Linux grants if net.core.rmem_max is raised, because the measuring host must not lose replies itself.
    recvBuffer: {
      form: '--recv-buffer <bytes>',
      about: 'receive buffer (SO_RCVBUF)',
      default: '4MiB',
      parse: size({ max: LARGEST_BUFFER }),
    },
    /** The engine that moves the datagrams. `auto` takes the best that works here. Default `auto`. */
    engine: ENGINE_OPTION,
  }),
} satisfies OptionTable

/** Options of probes only. */
export const PROBE_OPTIONS = {
  ...inGroup('Probes:', {
    /** Datagram sizes in bytes: a number, a list or a range (`64..9000/512`), used in turn. Default 128. */
    // The header (117 bytes) and some payload, far below any MTU.
    size: {
      form: '--size <sizes>',
      about: 'payload size in bytes: 4000, 4k, 1472,1473 or 64..9000/512',
      default: 128,
      parse: parseSizes,
    },
    /** Probes per client. Default 10, unless `duration` is set. */
    count: { form: '--count <n>', about: 'probes per client', default: 10, parse: count({ min: 1 }) },
    /** Time between probes of one client (`20ms`). Default 100ms. */
    // Ten per second is gentle on any network (RFC 8085 section 3.1 requires that).
    interval: {
      form: '--interval <duration>',
      about: 'time between probes of one client',
      default: '100ms',
      parse: duration,
    },
    /** Used instead of an interval: `10Mbit` (payload bits) or `100pps`, per client. */
    rate: { form: '--rate <rate>', about: 'rate instead of an interval: 100pps, or 10Mbit of payload', parse: rate },
    /** Duration of sending (`10s`). Removes the default count. */
    duration: {
      form: '--duration <duration>',
      about: 'time to send for; removes the default count',
      parse: positiveDuration,
    },
    /** Probes sent together at each interval. Default 1. */
    burst: {
      form: '--burst <n>',
      about: 'probes sent back to back; --rate stays the same',
      default: 1,
      parse: count({ min: 1 }),
    },
    /** Maximum probes in flight, per client. */
    window: { form: '--window <n>', about: 'maximum probes in flight', parse: count({ min: 1 }) },
    /** Number of sockets that send at the same time, each with its own run. Default 1. */
    clients: {
      form: '--clients <n>',
      about: 'number of sockets that send concurrently, each with its own run',
      default: 1,
      parse: count({ min: 1, max: 60_000 }),
    },
    /** Number of source ports to send from, consecutive and the same for the whole run, each with its own run. Instead of `clients`. */
    flows: {
      form: '--flows <n>',
      about: 'number of flows, as --clients, but from consecutive source ports',
      parse: count({ min: 1, max: 60_000 }),
    },
    /** Source ports of the flows (`40000-40015`, `40000..40015`). Default: free ones. Without `flows`, one flow for each. */
    sourcePorts: {
      form: '--source-ports <ports>',
      about: 'source ports of the flows: 40000-40015 (default: free ones)',
      parse: parsePortRange,
    },
    /** `text`, `binary`, `zeros`, `random` or `file:PATH`. Default `text`. */
    payload: {
      form: '--payload <kind>',
      about: 'text, binary, zeros, random or file:PATH',
      default: 'text',
      parse: parsePayload,
    },
    /** After this time a reply is late (`1s`). Default 1s. */
    // The initial estimate of a round trip in RFC 8085 section 3.1.1.
    timeout: {
      form: '--timeout <duration>',
      about: 'time after which a reply is late',
      default: '1s',
      parse: positiveDuration,
    },
    /** Time to wait for late replies and duplicates at the end (`500ms`). */
    linger: {
      form: '--linger <duration>',
      about: 'time to wait for late replies and duplicates at the end',
      parse: duration,
    },
    /** Send as fast as the engine can, with 1024 in flight, for 5 s unless `count` or `duration` is set. */
    flood: {
      form: '--flood',
      about: `send as fast as the engine can, ${FLOOD.window} in flight (for ${FLOOD.duration} without --count or --duration)`,
      parse: given,
    },
    /** Whether to query the server about unanswered probes. Default true. */
    receipts: { form: '--no-receipts', about: 'do not query the server about unanswered probes', parse: given },
    /** Wait this long for a name, a route and a server that are coming up (`30s`). */
    waitFor: {
      form: '--wait-for <duration>',
      about: 'time to wait for a name, a route and a server that are not up yet',
      parse: duration,
    },
    /** Use constant memory: percentiles come from a histogram, and single probes are not kept. */
    summary: { form: '--summary', about: 'constant memory: percentiles from a histogram', parse: given },
    /** `irtt`: send echo requests to a server of irtt. Default: udptool's own protocol, which every echo server answers. */
    protocol: {
      form: '--protocol <name>',
      about: 'irtt: measure to a server of irtt (default port 2112)',
      choices: PROTOCOLS,
      parse: choice(PROTOCOLS),
    },
    /** File with the HMAC key of an irtt server, which only its owner can read: text, or 0x and hex digits. */
    irttKeyFile: {
      form: '--irtt-key-file <file>',
      about: 'file with the key of an irtt server: text, or 0x and hex digits',
      needs: 'protocol',
      parse: text,
    },
    /** Start a server for this run, in a worker thread. */
    self: { form: '--self', about: 'start an embedded server for this run', absentFrom: 'checkFile', parse: given },
    /** Seed of the random payload. */
    seed: { form: '--seed <n>', about: 'seed of the random payload', parse: count() },
  }),
  ...inGroup('Sockets:', {
    /** Do not fragment: `do`, or `probe` (also `true`), which ignores the path MTU that the kernel knows. Kernel engine. */
    df: {
      form: '--df [mode]',
      about: 'do not fragment (DF): do or probe (kernel engine)',
      choices: ['do', 'probe'],
      parse: parseDf,
    },
    /** TOS byte or IPv6 traffic class, `184` or `0xb8`. Kernel engine. */
    tos: { form: '--tos <byte>', about: 'TOS or traffic class, 184 or 0xb8 (kernel engine)', parse: parseTos },
    /** DSCP by name or number: `ef`, `af41`, `cs5`, `46`. Kernel engine. */
    dscp: {
      form: '--dscp <name>',
      about: 'DSCP by name or number: ef, af41, cs5, 46 (kernel engine)',
      parse: parseDscp,
    },
    /** TTL or hop limit, 1 to 255. */
    ttl: { form: '--ttl <n>', about: 'TTL or hop limit', parse: count({ min: 1, max: 255 }) },
  }),
  ...inGroup('Verdict:', {
    /** Expectations: `loss<1%`, `rtt.p99<20ms`, … Default: at least one intact reply. */
    expect: {
      form: '--expect <expr>',
      about: 'loss<1%, rtt.p99<20ms, truncated==0, … (repeatable)',
      repeatable: true,
      absentFrom: 'checkFile',
      parse: listOf(parseExpectation),
    },
    baseline: {
      form: '--baseline <file>',
      about: 'fail if the run is worse than this saved Result or journal, by more than the tolerance',
      absentFrom: 'library',
      parse: text,
    },
    ...TOLERANCE_OPTIONS,
  }),
} satisfies OptionTable

export const SEND_OPTIONS = { ...SOCKET_OPTIONS, ...PROBE_OPTIONS }

/** The options of a run of probes. Strings are parsed as on the command line (`20ms`, `4KiB`, `10Mbit`). */
export interface SendOptions extends LibraryOptions<typeof SEND_OPTIONS> {
  /** Use only IPv4 or only IPv6 addresses of a name. */
  readonly family?: 4 | 6
  /** A saved run. The verdict is `fail` if this run is worse by more than `tolerance`. */
  readonly baseline?: ComparedRun
}
