import { EAGAIN } from '../base/errno.ts'
import type { Nanos } from '../base/nanos.ts'
import type { ServerFacts } from '../facts/server.ts'
import type { AnswerLog, ProbeAnswer } from './answer-log.ts'
import type { PeerLog } from './peer-log.ts'
import type { Peer, PeerTable } from './peer-table.ts'
import type { ReceiptsServer } from './receipts-server.ts'
import type { TrafficCounts } from './traffic-counts.ts'

interface Stalled {
  readonly peer: Peer
  readonly bytes: number
  readonly answer: ProbeAnswer | undefined
}

/** Corrects the counts of answers that were passed to the kernel but not sent. */
export class UnsentAnswers {
  readonly #facts: ServerFacts
  readonly #peers: PeerTable
  readonly #traffic: TrafficCounts
  readonly #receipts: ReceiptsServer
  readonly #answers: AnswerLog
  readonly #log: PeerLog | undefined
  /** By token; at most one for each socket of the server. */
  readonly #stalled = new Map<number, Stalled>()

  constructor(
    facts: ServerFacts,
    peers: PeerTable,
    traffic: TrafficCounts,
    receipts: ReceiptsServer,
    answers: AnswerLog,
    log?: PeerLog,
  ) {
    this.#facts = facts
    this.#peers = peers
    this.#traffic = traffic
    this.#receipts = receipts
    this.#answers = answers
    this.#log = log
  }

  /** The kernel refused `count` answers of `bytes` in total, from `token` on, for peer `flow`. */
  refused(token: number, count: number, errno: number, now: Nanos, flow: number, bytes: number): void {
    const reason = errno === EAGAIN ? 'sendBufferFull' : 'sendFailed'
    this.#count(token, count, reason, now, flow, bytes)
    this.#log?.addUnsent(flow, reason, now)
  }

  /** An answer waits for room in the send buffer. It may never be sent, so it counts as dropped until it is. */
  stalled(token: number, flow: number, bytes: number, now: Nanos): void {
    this.#stalled.set(token, { peer: this.#peers.find(flow), bytes, answer: this.#answers.peek(token) })
    this.#count(token, 1, 'sendBufferFull', now, flow, bytes)
  }

  left(token: number, now: Nanos): void {
    const stalled = this.#stalled.get(token)
    if (stalled === undefined) return
    const { peer, bytes, answer } = stalled
    this.#stalled.delete(token)
    // Its number may belong to another peer by now.
    this.#traffic.addReplied(this.#peers.has(peer) ? peer.number : undefined, bytes)
    this.#facts.dropped.sendBufferFull -= 1
    if (answer !== undefined) this.#receipts.answered(answer.run, answer.sequence, now)
  }

  abandoned(token: number, now: Nanos): void {
    const peer = this.#stalled.get(token)?.peer
    this.#stalled.delete(token)
    if (peer !== undefined && this.#peers.has(peer)) this.#log?.addUnsent(peer.number, 'sendBufferFull', now)
  }

  #count(
    token: number,
    count: number,
    reason: 'sendBufferFull' | 'sendFailed',
    now: Nanos,
    flow: number,
    bytes: number,
  ): void {
    this.#traffic.addReplied(flow, -bytes, -count)
    this.#facts.dropped[reason] += count
    for (let i = 0; i < count; i++) {
      const answer = this.#answers.take(token + i)
      if (answer === undefined) continue
      const { run, sequence } = answer
      // A duplicated probe counts as answered while another of its replies may have been sent.
      if (run.copies > 0 && this.#answers.holds(run, sequence)) continue
      this.#receipts.failed(run, sequence, now)
    }
  }
}
