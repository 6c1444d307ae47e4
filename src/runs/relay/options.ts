import { DEFAULT_CAP } from '../../base/answer-cap.ts'
import { LARGEST_BUFFER } from '../../base/size.ts'
import { parseTarget, type Target } from '../../base/target.ts'
import { inGroup, type LibraryOptions, type OptionTable } from '../../options/option.ts'
import { parsePort } from '../../options/port.ts'
import { PUBLIC_OPTION, SERVER_OPTIONS } from '../../options/server-options.ts'
import { count, duration, given, size, text } from '../../options/values.ts'
import { parseImpairmentRules } from '../impairment-rules.ts'
import { parseSourceCap } from '../source-cap.ts'

function listenTarget(value: string, flag: string): Target {
  return parseTarget(value, flag, { minPort: 0 })
}

const BETWEEN_OPTIONS = {
  /** Address for clients: `host:port`; port 0 picks a free one. Any host except loopback needs `public`. */
  // Next to the default port of the server.
  listen: {
    form: '--listen <target>',
    about: 'address for clients; port 0 picks a free one',
    default: '127.0.0.1:9001',
    parse: listenTarget,
  },
  /** Used instead of the port in `listen`. */
  port: { form: '-p, --port <port>', about: 'port, instead of the one in --listen', parse: parsePort },
  /** The server. Default 127.0.0.1:9000. */
  // The default address of `udptool serve`.
  to: {
    form: '--to <target>',
    about: 'server to forward to',
    default: '127.0.0.1:9000',
    once: true,
    parse: parseTarget,
  },
} satisfies OptionTable

/** Rules that impair traffic. Their effect is recorded. */
export const RULE_OPTIONS = {
  /** Rules from client to server: `drop=5% delay=20ms~5ms`. */
  up: {
    form: '--up <rules>',
    about: 'rules for client to server, as drop=5%,delay=20ms~5ms (repeatable)',
    repeatable: true,
    parse: parseImpairmentRules,
  },
  /** Rules from server to client. */
  down: {
    form: '--down <rules>',
    about: 'rules for server to client (repeatable)',
    repeatable: true,
    parse: parseImpairmentRules,
  },
  /** Seed of the rules. The default is random, and the relay reports it. */
  seed: {
    form: '--seed <n>',
    about: 'seed of the rules; the same seed and arrivals give the same result (default: random, printed)',
    parse: count(),
  },
  truth: {
    form: '--truth <file>',
    about: 'file for the record of what was done to which datagram, written at the end',
    absentFrom: 'library',
    parse: text,
  },
} satisfies OptionTable

const LIMIT_OPTIONS = {
  /** Allow a bind that other hosts can reach. */
  public: PUBLIC_OPTION,
  /**
   * Maximum datagrams (`1000pps`) or bits (`10Mbit`) per second in each direction for one source network, a /24 or /56. Also applies on
   * loopback.
   */
  maxRatePerSource: {
    form: '--max-rate-per-source <rate>',
    about: `maximum datagrams (1000pps) or bits (10Mbit) per second and direction for one /24 or /56 (default: ${DEFAULT_CAP.answers}pps and 2 MiB/s)`,
    parse: parseSourceCap,
  },
  /** Accept datagrams from ports below 1024 and of other UDP services, which may answer an answer and so begin a loop. */
  servicePorts: {
    form: '--service-ports',
    about: 'accept datagrams from ports below 1024 and of other UDP services too',
    parse: given,
  },
  /** Drop a client after this idle time (`2m`). Default 2m. */
  // RFC 4787 section 4.3: a NAT keeps a UDP mapping for at least two minutes.
  idle: { form: '--idle <duration>', about: 'drop a client after this idle time', default: '2m', parse: duration },
  /** Clients at the same time. Default 4096. */
  // Each needs a socket and a record. Linux gives a process at least 1024 open files, and Node asks for more.
  maxClients: {
    form: '--max-clients <n>',
    about: 'maximum number of clients',
    default: 4096,
    parse: count({ min: 1, max: 60_000 }),
  },
  /** Bytes that can wait in the relay. Default 64MiB. */
  // The size of 50 000 full frames with overhead: half a second at 100 000 per second.
  queue: { form: '--queue <bytes>', about: 'maximum bytes queued in the relay', default: '64MiB', parse: size() },
  /** Bytes to request with SO_RCVBUF for each socket. Default 4MiB. */
  // As large as a server's, so that bursts are impaired by rules and not by overflow.
  recvBuffer: {
    form: '--recv-buffer <bytes>',
    about: 'receive buffer of each socket (SO_RCVBUF)',
    default: '4MiB',
    parse: size({ max: LARGEST_BUFFER }),
  },
} satisfies OptionTable

/** The options of a relay. */
export const RELAY_OPTIONS = {
  ...BETWEEN_OPTIONS,
  ...RULE_OPTIONS,
  ...inGroup('Limits:', LIMIT_OPTIONS),
  ...SERVER_OPTIONS,
} satisfies OptionTable

/** The options of a relay. Strings are parsed as on the command line (`drop=5%`, `20ms`, `64MiB`). */
export interface RelayOptions extends LibraryOptions<typeof RELAY_OPTIONS> {}
