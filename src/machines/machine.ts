import type { Address } from '../base/address.ts'
import type { Nanos } from '../base/nanos.ts'
import type { IcmpError } from '../facts/icmp.ts'
import type { Mac } from '../wire/mac.ts'

/** Marks a column value of an inbox that this engine cannot observe. The field is absent in the Result, never 0. */
export const UNSEEN = -1

/**
 * Received messages, valid only inside `receive()`. Row m is one kernel message: `size[m]` bytes at `at[m]`, in datagrams of `stride[m]` bytes
 * of which the last may be shorter (stride = size if the message is one datagram).
 */
export interface Inbox {
  readonly count: number
  /** All rows are in here: the arena on the kernel engine, the message itself on dgram. A reply is made in place. */
  readonly bytes: Uint8Array
  readonly at: Int32Array
  readonly size: Int32Array
  readonly stride: Int32Array
  /** True length of the message in the kernel (MSG_TRUNC); larger than `size` if the program read less. */
  readonly whole: Int32Array
  /** Number of the client's socket (facts/source.ts); 0 in a server. */
  readonly socket: Int32Array
  /** Number of the pair (peer, our address), below the plan's `maxPeers`; the engine keeps the address, `Environment.peer` returns it. */
  readonly flow: Int32Array
  readonly arrived: Float64Array
  /** The socket's drop counter when this message was queued (SO_RXQ_OVFL), or UNSEEN. */
  readonly drops: Float64Array
  readonly tos: Int16Array
  readonly ttl: Int16Array
  readonly fragment: Int32Array
  /** The answer: `keep[m]` bytes from `at[m]` are sent back to the sender if `answer[m]` is 1. `token[m]` names it in `refused`. */
  readonly keep: Int32Array
  readonly answer: Uint8Array
  readonly token: Float64Array
  /** TTL or hop limit of the answer; 0: this host's default. */
  readonly hops: Uint8Array
  /** Type of service of the answer; 0: this host's default. */
  readonly answerTos: Uint8Array
}

/** What to send: the machine fills rows 0…capacity−1 and sets `count`. `room` is the size of `bytes`. */
export interface Outbox {
  count: number
  readonly capacity: number
  readonly room: number
  readonly bytes: Uint8Array
  readonly at: Int32Array
  readonly size: Int32Array
  readonly stride: Int32Array
  /** Number of a client's socket (facts/source.ts). One above the last client: an unconnected socket, opened on first use. */
  readonly socket: Int32Array
  /** In a server: the peer. A prober's sockets are connected. */
  readonly flow: Int32Array
  /** In a server: TTL or hop limit of the row; 0: this host's default. */
  readonly hops: Uint8Array
  /** Names the row's first datagram in `refused`; the others of the row have the following numbers. */
  readonly token: Float64Array
  /** How many datagrams of `size` bytes fit in one row: 1 if the engine cannot split a row into segments. */
  train(size: number): number
}

/** What a machine requests from its engine, a few times a run. */
export interface Environment {
  peer(flow: number): Address
  /**
   * A drop counter of which only the growth matters; undefined if it cannot be read. In a prober: the socket's drop counter, which includes
   * wrong checksums. In a server: a lower bound of the drops by full buffers, summed over all its sockets on one port.
   */
  drops(socket: number): number | undefined
  /**
   * Opens a further socket for a prober's client under this number (facts/source.ts), on a port that the client has not used; returns the port.
   * Undefined: none can be opened, for example if the user chose the port.
   */
  open?(source: number): number | undefined
  /** Real time (UTC) at the driver's epoch: seconds and nanoseconds since 1970. */
  epoch(): { readonly seconds: number; readonly nanos: number }
  /** The driver's clock, for a time that must be as late as possible. Absent: `now` of the call is late enough. */
  readonly now?: () => Nanos
  /** Of the keys of the plan's protocol, in their order. Absent: it has none. */
  readonly macs?: readonly Mac[]
  /** Random 32-bit words that nobody can predict. Absent: the machine needs none. */
  readonly random?: () => number
}

/**
 * A protocol without I/O: it never touches a socket and never reads a clock. An engine runs the one loop that drives it. Every `now` is the
 * driver's clock, which is monotonic.
 */
export interface Machine {
  receive(inbox: Inbox, now: Nanos): void
  /** Writes what is due and returns when to be called again (`now` or earlier: immediately; Infinity: only after an arrival). */
  send(outbox: Outbox, now: Nanos): Nanos
  /** The kernel refused `count` datagrams twice, from `token` on. Without a call they were accepted. */
  refused(socket: number, token: number, count: number, errno: number, now: Nanos): void
  /** An ICMP error arrived. `quoted` is the head of the offending datagram, empty if the engine cannot see it. */
  unreachable(socket: number, error: IcmpError, quoted: Uint8Array, now: Nanos): void
  /** First Ctrl-C: start nothing new, finish what is in progress. */
  stop(now: Nanos): void
  /** The engine's flow table evicted this flow: its number will belong to another peer. */
  evict(flow: number): void
  readonly closed: boolean
}
