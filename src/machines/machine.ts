import type { Address } from '../base/address.ts'
import type { Nanos } from '../base/nanos.ts'
import type { IcmpError } from '../facts/icmp.ts'

/** Value in a column of an inbox that this engine cannot observe. The field is absent in the Result, never 0. */
export const UNSEEN = -1

/**
 * What arrived; valid only inside `receive()`. Row m is one kernel message: `size[m]` bytes at `at[m]`, in datagrams of
 * `stride[m]` bytes of which the last may be short (stride = size where the message is one datagram).
 */
export interface Inbox {
  readonly count: number
  /** All rows lie in here. On the kernel engine the arena, on dgram the message itself. A reply is made in place. */
  readonly bytes: Uint8Array
  readonly at: Int32Array
  readonly size: Int32Array
  readonly stride: Int32Array
  /** True length of the message in the kernel (MSG_TRUNC); larger than `size` where the program read less. */
  readonly whole: Int32Array
  /** Number of the client's socket (facts/source.ts); 0 in a server. */
  readonly socket: Int32Array
  /** Number of the pair (peer, our address), below the plan's `maxPeers`; the engine keeps the address, `Environment.peer` returns it. */
  readonly flow: Int32Array
  readonly arrived: Float64Array
  /** The socket's drop counter as queued with this message (SO_RXQ_OVFL), or UNSEEN. */
  readonly drops: Float64Array
  readonly tos: Int16Array
  readonly ttl: Int16Array
  readonly fragment: Int32Array
  /** The answer: `keep[m]` bytes from `at[m]` go back to the sender where `answer[m]` is 1. `token[m]` names it in `refused`. */
  readonly keep: Int32Array
  readonly answer: Uint8Array
  readonly token: Float64Array
  /** TTL or hop limit that the answer leaves with; 0: this host's own. */
  readonly hops: Uint8Array
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
  /** Number of a client's socket (facts/source.ts). One above the last client: a socket that is not connected, opened at first use. */
  readonly socket: Int32Array
  /** In a server: the peer. A prober's sockets know theirs. */
  readonly flow: Int32Array
  /** In a server: TTL or hop limit that the row leaves with; 0: this host's own. */
  readonly hops: Uint8Array
  /** Names the row's first datagram in `refused`; the others of the row are counted up from it. */
  readonly token: Float64Array
  /** How many datagrams of `size` bytes fit one row: 1 where the engine cannot cut a row into segments. */
  train(size: number): number
}

/** What a machine reads from its engine, a few times a run. */
export interface Environment {
  /** Who is behind a flow number. */
  peer(flow: number): Address
  /**
   * Growth is what counts; undefined where it cannot be read. In a prober the socket's drop counter, which counts wrong checksums too. In a
   * server what full buffers did not take, as a lower bound, summed over all its sockets on one port.
   */
  drops(socket: number): number | undefined
  /**
   * Opens another socket of a prober's client, from a port that the client has not used, under this number (facts/source.ts); its port.
   * Undefined: none can be opened, as where the user named the port.
   */
  open?(source: number): number | undefined
  /** Real time (UTC) at the driver's epoch: seconds and nanoseconds since 1970. */
  epoch(): { readonly seconds: number; readonly nanos: number }
}

/**
 * A protocol without I/O: it never touches a socket and never looks at a clock. An engine owns the one loop that drives it.
 * Every `now` is the driver's clock and never goes back.
 */
export interface Machine {
  receive(inbox: Inbox, now: Nanos): void
  /** Writes what is due and returns when it wants to be called again (`now` or earlier: at once; Infinity: only an arrival can wake it). */
  send(outbox: Outbox, now: Nanos): Nanos
  /** The kernel refused `count` datagrams twice, from `token` on. No call means taken. */
  refused(socket: number, token: number, count: number, errno: number, now: Nanos): void
  /** An ICMP error came back. `quoted` is the head of the offending datagram, empty where the engine cannot see it. */
  unreachable(socket: number, error: IcmpError, quoted: Uint8Array, now: Nanos): void
  /** First Ctrl-C: start nothing new, finish what is under way. */
  stop(now: Nanos): void
  /** The engine's flow table evicted this flow: its number will belong to another peer. */
  evict(flow: number): void
  readonly closed: boolean
}
