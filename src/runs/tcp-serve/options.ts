import { parseCidr } from '../../base/cidr.ts'
import { inGroup, type LibraryOptions, type OptionTable } from '../../options/option.ts'
import { LISTEN_OPTIONS, PUBLIC_OPTION, SERVER_OPTIONS } from '../../options/server-options.ts'
import { parseTimerDuration } from '../../options/timer-duration.ts'
import { choice, count, given, listOf, size, text } from '../../options/values.ts'

/** What `--mode` takes. */
export const STREAM_MODES = ['upper', 'echo', 'discard'] as const

const UPLOAD_OPTIONS = {
  /** The folder that uploads go to. */
  inbox: { form: '--inbox <folder>', about: 'folder to store uploaded files in', parse: text },
  /** The largest file that is taken. Default 1GiB. */
  // A disk image of a small system; far more would fill many a disk before anyone looks.
  maxSize: {
    form: '--max-size <bytes>',
    about: 'maximum size of a file',
    default: '1GiB',
    needs: 'inbox',
    parse: size(),
  },
  /** All files of the inbox together. Default 16GiB. */
  // Sixteen of the largest files.
  maxInbox: {
    form: '--max-inbox <bytes>',
    about: 'maximum size of all files in the inbox',
    default: '16GiB',
    needs: 'inbox',
    parse: size(),
  },
  /** Files in the inbox. Default 65536. */
  // As many as a folder is still quick to list, and few enough for the inodes of a small disk.
  maxFiles: {
    form: '--max-files <n>',
    about: 'maximum number of files in the inbox',
    default: 65_536,
    needs: 'inbox',
    parse: count({ min: 1 }),
  },
  /** Whether a file may take the place of one with the same name. Default true. */
  replace: { form: '--no-replace', about: 'refuse a file whose name already exists', needs: 'inbox', parse: given },
} satisfies OptionTable

const COMMAND_OPTIONS = {
  commands: {
    form: '--commands <file>',
    about: 'JSON file of the commands that may run: { "name": ["argv", …] }',
    absentFrom: 'library',
    parse: text,
  },
  /** A command that runs for longer is ended (`30s`). Default 30s. */
  // As long as a person waits at a prompt.
  maxTime: {
    form: '--max-time <duration>',
    about: 'kill a command after this time',
    default: '30s',
    needs: 'commands',
    parse: parseTimerDuration,
  },
  /** A command that writes more is ended. Default 64MiB. */
  // More than any log that is read by a person.
  maxOutput: {
    form: '--max-output <bytes>',
    about: 'maximum output of a command; more kills it',
    default: '64MiB',
    needs: 'commands',
    parse: size(),
  },
} satisfies OptionTable

const GUARD_OPTIONS = {
  /** Allows a bind that others can reach. */
  public: PUBLIC_OPTION,
  /** Connections at once; more are closed. Default 256. */
  // A quarter of the 1024 descriptors that a process has at least: an upload or a command needs up to four.
  maxConnections: {
    form: '--max-connections <n>',
    about: 'maximum concurrent connections; further ones are closed',
    default: 256,
    parse: count({ min: 1, max: 60_000 }),
  },
  /** Connections at once from one address, or one /56 of IPv6. Default 128. */
  // Half of all, so that one source alone does not take them.
  maxConnectionsPerSource: {
    form: '--max-connections-per-source <n>',
    about: 'maximum concurrent connections from one address, or one /56 of IPv6',
    default: 128,
    parse: count({ min: 1, max: 60_000 }),
  },
  /** A request whose header is not whole after this time is refused (`10s`). Default 10s. */
  // A header is sent at once; this is for a path that loses most packets.
  headerTime: {
    form: '--header-time <duration>',
    about: 'time within which the header of a request must be complete',
    default: '10s',
    parse: parseTimerDuration,
  },
  /** Bytes a second that the body of a request, or an answer that is read, must have over the time of `idle`. 0: any. Default 1KiB. */
  // Slower than the slowest modem; a gigabyte takes twelve days.
  minRate: {
    form: '--min-rate <bytes>',
    about: 'minimum bytes per second of a body or an answer, averaged over --idle; 0: no minimum',
    default: '1KiB',
    parse: size(),
  },
  /** A connection takes no further request when it is so old (`1h`); one of a plain stream is ended. Default 1h. */
  // Longer than a person stays at a prompt.
  maxAge: {
    form: '--max-age <duration>',
    about: 'age of a connection after which a stream ends and no further request is taken',
    default: '1h',
    parse: parseTimerDuration,
  },
  /** A connection on which nothing moves for so long is broken off (`60s`). Default 60s. */
  // As many servers have it; a person types within a minute.
  idle: {
    form: '--idle <duration>',
    about: 'close a connection after this time without data',
    default: '60s',
    parse: parseTimerDuration,
  },
  /** Addresses and blocks (`10.0.0.0/8`) that are talked with, and no other; empty: all. */
  allow: {
    form: '--allow <cidr>',
    about: 'address block to accept; all others are refused (repeatable)',
    repeatable: true,
    parse: listOf(parseCidr),
  },
  /** Addresses and blocks that are never talked with. */
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
  /** What is done with a stream of bytes. Has no place beside `inbox` and `commands`, with which streams are made of frames. */
  // As the project's first TCP server answered.
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
  /** The server ends after this time. */
  duration: { ...SERVER_OPTIONS.duration, parse: parseTimerDuration },
} satisfies OptionTable

/** The options of a TCP server. Strings are parsed as on the command line (`30s`, `1GiB`). */
export interface TcpServeOptions extends LibraryOptions<typeof TCP_SERVE_OPTIONS> {
  /** The commands that may be run, by name: argument vectors, or the JSON file that has them. */
  readonly commands?: string | Readonly<Record<string, readonly string[]>>
}
