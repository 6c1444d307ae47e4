import type { DropReason } from '../facts/drop-reason.ts'
import type { ServerFacts } from '../facts/server.ts'
import { KIND } from '../wire/probe.ts'
import type { PeerCounts } from './peer-counts.ts'

/** Counts what a server receives, answers and does not answer. */
export class TrafficCounts {
  readonly #facts: ServerFacts
  readonly #peers: PeerCounts

  constructor(facts: ServerFacts, peers: PeerCounts) {
    this.#facts = facts
    this.#peers = peers
  }

  addReceived(peer: number, bytes: number, count = 1): void {
    this.#facts.received += count
    this.#facts.bytesReceived += bytes
    this.#peers.addReceived(peer, count)
  }

  /** @param peer undefined: its number belongs to another peer by now */
  addReplied(peer: number | undefined, bytes: number, count = 1): void {
    this.#facts.replied += count
    this.#facts.bytesReplied += bytes
    if (peer !== undefined) this.#peers.addReplied(peer, count)
  }

  /** @param kind as examined (codec.ts) */
  addUnanswered(reason: DropReason, kind = 0): void {
    const { dropped, withheld } = this.#facts
    dropped[reason] += 1
    if (reason !== 'sourcePort' && reason !== 'sourceRate' && reason !== 'rate') return
    withheld[kind === KIND.request ? 'questions' : kind === KIND.probe ? 'probes' : 'plain'] += 1
  }
}
