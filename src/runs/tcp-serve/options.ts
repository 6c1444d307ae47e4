import { parseCidr } from '../../base/cidr.ts'
import { inGroup, type LibraryOptions, type OptionTable } from '../../options/option.ts'
import { LISTEN_OPTIONS, PUBLIC_OPTION, SERVER_OPTIONS } from '../../options/server-options.ts'
import { parseTimerDuration } from '../../options/timer-duration.ts'
import { choice, count, given, listOf, size, text } from '../../options/values.ts'

/** The values of `--mode`. */
export const STREAM_MODES = ['upper', 'echo', 'discard'] as const

const UPLOAD_OPTIONS = {
  /** The folder for uploads. */
  inbox: { form: '--inbox <folder>', about: 'folder to store uploaded files in', parse: text },
  /** Largest file to accept. Default 1GiB. */
  // The disk image of a small system. A much larger limit could fill a disk unnoticed.
  maxSize: {
    form: '--max-size <bytes>',
    about: 'maximum size of a file',
    default: '1GiB',
    needs: 'inbox',
    parse: size(),
  },
  /** Limit for all files of the inbox together. Default 16GiB. */
  // Sixteen of the largest files.
  maxInbox: {
    form: '--max-inbox <bytes>',
    about: 'maximum size of all files in the inbox',
    default: '16GiB',
    needs: 'inbox',
    parse: size(),
  },
  /** Limit for the number of files in the inbox. Default 65536. */
  // A folder of this size is still quick to list, and does not use up the inodes of a small disk.
  maxFiles: {
    form: '--max-files <n>',
    about: 'maximum number of files in the inbox',
    default: 65_536,
    needs: 'inbox',
    parse: count({ min: 1 }),
  },
  /** Whether a file may replace one with the same name. Default true. */
  replace: { form: '--no-replace', about: 'refuse a file whose name already exists', needs: 'inbox', parse: given },
} satisfies OptionTable

const COMMAND_OPTIONS = {
  commands: {
    form: '--commands <file>',
    about: 'JSON file of the commands that may run: { "name": ["argv", …] }',
    absentFrom: 'library',
    parse: text,
  },
  /** Kill a command after this time (`30s`). Default 30s. */
  // About as long as a person waits at a prompt.
  maxTime: {
    form: '--max-time <duration>',
    about: 'kill a command after this time',
    default: '30s',
    needs: 'commands',
    parse: parseTimerDuration,
  },
  /** Kill a command that writes more than this. Default 64MiB. */
  // More than any log that a person reads.
  maxOutput: {
    form: '--max-output <bytes>',
    about: 'maximum output of a command; more kills it',
    default: '64MiB',
    needs: 'commands',
    parse: size(),
  },
} satisfies OptionTable

const GUARD_OPTIONS = {
  /** Allow a bind that other hosts can reach. */
  public: PUBLIC_OPTION,
  /** Open connections. Further ones are closed. Default 256. */
  // A process has at least 1024 descriptors, and an upload or a command needs up to four.
  maxConnections: {
    form: '--max-connections <n>',
    about: 'maximum concurrent connections; further ones are closed',
    default: 256,
    parse: count({ min: 1, max: 60_000 }),
  },
  /** Open connections from one address, or from one /56 of IPv6. Default 128. */
  // Half of all, so that one source cannot use them all.
  maxConnectionsPerSource: {
    form: '--max-connections-per-source <n>',
    about: 'maximum concurrent connections from one address, or one /56 of IPv6',
    default: 128,
    parse: count({ min: 1, max: 60_000 }),
  },
  /** Refuse a request whose header is incomplete after this time (`10s`). Default 10s. */
  // A header is normally sent at once. This allows for a path that loses most packets.
  headerTime: {
    form: '--header-time <duration>',
    about: 'time within which the header of a request must be complete',
    default: '10s',
    parse: parseTimerDuration,
  },
  /**
   * Least bytes per second of a request body, or of an answer that the peer reads, measured over the time of `idle`. 0: no limit. Default
   * 1KiB.
   */
  // Slower than the slowest modem. A gigabyte would take twelve days.
  minRate: {
    form: '--min-rate <bytes>',
    about: 'minimum bytes per second of a body or an answer, averaged over --idle; 0: no minimum',
    default: '1KiB',
    parse: size(),
  },
  /** Maximum age of a connection (`1h`): an older one takes no further request, and a plain stream is ended. Default 1h. */
  // Longer than a person stays at a prompt.
  maxAge: {
    form: '--max-age <duration>',
    about: 'age of a connection after which a stream ends and no further request is taken',
    default: '1h',
    parse: parseTimerDuration,
  },
  /** Close a connection after this time without data (`60s`). Default 60s. */
  // A common value of servers. A person types something within a minute.
  idle: {
    form: '--idle <duration>',
    about: 'close a connection after this time without data',
    default: '60s',
    parse: parseTimerDuration,
  },
  /** Addresses and blocks (`10.0.0.0/8`) to serve, and no others. Empty: all. */
  allow: {
    form: '--allow <cidr>',
    about: 'address block to accept; all others are refused (repeatable)',
    repeatable: true,
    parse: listOf(parseCidr),
  },
  /** Addresses and blocks that are never served. */
  deny: {
    form: '--deny <cidr>',
    about: 'address block to refuse (repeatable)',
    repeatable: true,
    parse: listOf(parseCidr),
  },
} satisfies OptionTable

/** The options of `udptool tcp serve`. */
export const TCP_SERVE_OPTIONS = {
  ...LISTEN_OPTIONS,
  /** What to do with a plain stream. Cannot be used with `inbox` or `commands`, which use frames. */
  // The default of the project's first TCP server.
  mode: {
    form: '--mode <mode>',
    about: 'answer a stream in upper case (upper), verbatim (echo) or not at all (discard)',
    default: 'upper',
    choices: STREAM_MODES,
    parse: choice(STREAM_MODES),
  },
  ...inGroup('Uploads:', UPLOAD_OPTIONS),
  ...inGroup('Commands:', COMMAND_OPTIONS),
  ...inGroup('Guards:', GUARD_OPTIONS),
  ...SERVER_OPTIONS,
  /** End the server after this time. */
  duration: { ...SERVER_OPTIONS.duration, parse: parseTimerDuration },
} satisfies OptionTable

/** The options of a TCP server. Strings are parsed as on the command line (`30s`, `1GiB`). */
export interface TcpServeOptions extends LibraryOptions<typeof TCP_SERVE_OPTIONS> {
  /** The commands that clients can run, by name: argument vectors, or a JSON file with them. */
  readonly commands?: string | Readonly<Record<string, readonly string[]>>
}
