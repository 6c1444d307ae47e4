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
  // Beside the server's own port.
  listen: {
    form: '--listen <target>',
    about: 'address for clients; port 0 picks a free one',
    default: '127.0.0.1:9001',
    parse: listenTarget,
  },
  /** Instead of the port in `listen`. */
  port: { form: '-p, --port <port>', about: 'port, instead of the one in --listen', parse: parsePort },
  /** The server. Default 127.0.0.1:9000. */
  // Where `udptool serve` listens.
  to: { form: '--to <target>', about: 'server to forward to', default: '127.0.0.1:9000', parse: parseTarget },
} satisfies OptionTable

/** What is done to the traffic, and recorded. */
export const RULE_OPTIONS = {
  /** Rules for client to server: `drop=5% delay=20ms~5ms`. */
  up: {
    form: '--up <rules>',
    about: 'rules for client to server, as drop=5%,delay=20ms~5ms (repeatable)',
    repeatable: true,
    parse: parseImpairmentRules,
  },
  /** Rules for server to client. */
  down: {
    form: '--down <rules>',
    about: 'rules for server to client (repeatable)',
    repeatable: true,
    parse: parseImpairmentRules,
  },
  /** Seed of the rules; the default is random, and the relay reports it. */
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
  /** Allows a bind that others can reach. */
  public: PUBLIC_OPTION,
  /** Most datagrams (`1000pps`) or bits (`10Mbit`) a second, each way, for one source network, /24 or /56; on loopback too. */
  maxRatePerSource: {
    form: '--max-rate-per-source <rate>',
    about: `maximum datagrams (1000pps) or bits (10Mbit) per second and direction for one /24 or /56 (default: ${DEFAULT_CAP.answers}pps and 2 MiB/s)`,
    parse: parseSourceCap,
  },
  /** Take datagrams from ports below 1024 and of other UDP services too, which may answer an answer and so begin a loop. */
  servicePorts: {
    form: '--service-ports',
    about: 'accept datagrams from ports below 1024 and of other UDP services too',
    parse: given,
  },
  /** A client is dropped after this idle time (`2m`). Default 2m. */
  // RFC 4787 section 4.3 has a NAT keep a UDP mapping two minutes at least.
  idle: { form: '--idle <duration>', about: 'drop a client after this idle time', default: '2m', parse: duration },
  /** Clients at once. Default 4096. */
  // A socket and a record each; Linux gives a process 1024 open files at least, Node asks for more.
  maxClients: {
    form: '--max-clients <n>',
    about: 'maximum number of clients',
    default: 4096,
    parse: count({ min: 1, max: 60_000 }),
  },
  /** Bytes that may wait in the relay. Default 64MiB. */
  // What 50 000 datagrams of a full frame take: half a second at 100 000 a second.
  queue: { form: '--queue <bytes>', about: 'maximum bytes queued in the relay', default: '64MiB', parse: size() },
  /** Bytes to ask of SO_RCVBUF, each socket. Default 4MiB. */
  // As a server asks for: bursts are impaired by rules, not by chance.
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
