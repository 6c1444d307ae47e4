/** What a user asks of a TCP server. Texts are read as on the command line (`30s`, `1GiB`). */
export interface TcpServeOptions {
  /** Address to bind. Default 127.0.0.1; any other than loopback needs `public`. */
  readonly host?: string
  /** Port to bind; 0 picks a free one. Default 9000. */
  readonly port?: number | string
  /** What is done with a stream of bytes. Says nothing beside `inbox` and `commands`, with which streams are made of frames. */
  readonly mode?: 'upper' | 'echo' | 'discard' | (string & {})
  /** The folder that uploads go to. */
  readonly inbox?: string
  /** The largest file that is taken. */
  readonly maxSize?: number | string
  /** All files of the inbox together, in bytes and in number. */
  readonly maxInbox?: number | string
  readonly maxFiles?: number | string
  /** Whether a file may take the place of one with the same name. Default true. */
  readonly replace?: boolean
  /** The commands that may be run, by name: argument vectors, or the JSON file that has them. */
  readonly commands?: string | Readonly<Record<string, readonly string[]>>
  /** A command that runs for longer is ended. */
  readonly maxTime?: string
  /** A command that writes more is ended. */
  readonly maxOutput?: number | string
  /** Allows a bind that others can reach. */
  readonly public?: boolean
  /** Connections at once; more are closed. Default 256. */
  readonly maxConnections?: number | string
  /** Connections at once from one address, or one /56 of IPv6. Default 128. */
  readonly maxConnectionsPerSource?: number | string
  /** A connection takes no further request when it is so old; one of a plain stream is ended. */
  readonly maxAge?: string
  /** A request whose header is not whole after this time is refused. */
  readonly headerTime?: string
  /** Bytes a second that the body of a request, or an answer that is read, must have over the time of `idle`. 0: any. */
  readonly minRate?: number | string
  /** A connection on which nothing moves for so long is broken off. */
  readonly idle?: string
  /** Addresses and blocks (`10.0.0.0/8`) that are talked with, and no other; empty: all. */
  readonly allow?: readonly string[]
  /** Addresses and blocks that are never talked with. */
  readonly deny?: readonly string[]
  /** The server ends after this time. */
  readonly duration?: string
}

export const TCP_SERVE_DEFAULTS = {
  /** Reachable from this host alone: a server that stores files and runs commands is nobody else's. */
  host: '127.0.0.1',
  port: 9000,
  /** As the project's first TCP server answered. */
  mode: 'upper',
  /** A disk image of a small system; far more would fill many a disk before anyone looks. */
  maxSize: '1GiB',
  /** Sixteen of the largest files. */
  maxInbox: '16GiB',
  /** As many as a folder is still quick to list, and few enough for the inodes of a small disk. */
  maxFiles: 65_536,
  /** As long as a person waits at a prompt. */
  maxTime: '30s',
  /** More than any log that is read by a person. */
  maxOutput: '64MiB',
  /** A quarter of the 1024 descriptors that a process has at least: an upload or a command needs up to four. */
  maxConnections: 256,
  /** Half of all, so that one source alone does not take them. */
  maxConnectionsPerSource: 128,
  /** A header is sent at once; this is for a path that loses most packets. */
  headerTime: '10s',
  /** Slower than the slowest modem; a gigabyte takes twelve days. */
  minRate: '1KiB',
  /** Longer than a person stays at a prompt. */
  maxAge: '1h',
  /** As many servers have it; a person types within a minute. */
  idle: '60s',
  /** Commands that run at once; others wait for their turn. Enough to keep a small machine busy without stopping it. */
  commandsAtOnce: 16,
} as const

export const STREAM_MODES = ['upper', 'echo', 'discard'] as const
