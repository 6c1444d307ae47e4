import type { DropReason } from './drop-reason.ts'

/** The kind of a datagram by its first bytes. `damaged`: a probe returned by a server. */
export type DatagramKind = 'plain' | 'probe' | 'reply' | 'request' | 'answer' | 'damaged'

/** A peer that a server did not know, or the first datagram of a peer that the server does not answer for a reason. */
export interface LoggedPeer {
  /** Milliseconds since 1970 (UTC). */
  readonly time: number
  readonly address: string
  readonly port: number
  /** Why the datagram gets no answer. Absent: the peer is new. */
  readonly reason?: DropReason
  /** The datagram, and its length as read by the program. Absent if its answer has taken its place. */
  readonly kind?: DatagramKind
  readonly length?: number
}

/** What a server has logged since somebody last read it. */
export interface ServerLog {
  readonly entries: LoggedPeer[]
  /** Entries that were not kept, by kind: new peers, and peers not answered. */
  readonly omitted: { peers: number; unanswered: number }
}

/** More than ten lines a second are not read by anybody. */
export const LINES_A_SECOND = 10

export function createServerLog(): ServerLog {
  return { entries: [], omitted: { peers: 0, unanswered: 0 } }
}

/** Adds an entry. No more are kept than are printed in a second; the rest is counted. */
export function addToLog(log: ServerLog, entry: LoggedPeer): void {
  if (log.entries.length < LINES_A_SECOND) log.entries.push(entry)
  else omit(log, entry)
}

export function omit({ omitted }: Pick<ServerLog, 'omitted'>, { reason }: LoggedPeer): void {
  if (reason === undefined) omitted.peers += 1
  else omitted.unanswered += 1
}

/** Moves everything from one log to the other. */
export function moveLog(from: ServerLog, to: ServerLog): void {
  for (const entry of from.entries.splice(0)) addToLog(to, entry)
  to.omitted.peers += from.omitted.peers
  to.omitted.unanswered += from.omitted.unanswered
  from.omitted.peers = 0
  from.omitted.unanswered = 0
}
