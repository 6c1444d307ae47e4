import { EAGAIN } from '../base/errno.ts'
import type { Nanos } from '../base/nanos.ts'
import type { ServerFacts } from '../facts/server.ts'
import type { AnswerLog, ProbeAnswer } from './answer-log.ts'
import type { Peer, PeerTable } from './peer-table.ts'
import type { ReceiptsServer } from './receipts-server.ts'

interface Stalled {
  readonly peer: Peer
  readonly bytes: number
  readonly answer: ProbeAnswer | undefined
}

/** Corrects the counts of answers that were passed to the kernel but not sent. */
export class UnsentAnswers {
  readonly #facts: ServerFacts
  readonly #peers: PeerTable
  readonly #receipts: ReceiptsServer
  readonly #log: AnswerLog
  /** By token; at most one for each socket of the server. */
  readonly #stalled = new Map<number, Stalled>()

  constructor(facts: ServerFacts, peers: PeerTable, receipts: ReceiptsServer, log: AnswerLog) {
    this.#facts = facts
    this.#peers = peers
    this.#receipts = receipts
    this.#log = log
  }

  /** The kernel refused `count` answers of `bytes` in total, from `token` on, for peer `flow`. */
  refused(token: number, count: number, errno: number, now: Nanos, flow: number, bytes: number): void {
    this.#countReplies(flow, -count, -bytes)
    this.#facts.dropped[errno === EAGAIN ? 'sendBufferFull' : 'sendFailed'] += count
    for (let i = 0; i < count; i++) {
      const answer = this.#log.take(token + i)
      if (answer === undefined) continue
      const { run, sequence } = answer
      // A duplicated probe counts as answered while another of its replies may have been sent.
      if (run.copies > 0 && this.#log.holds(run, sequence)) continue
      this.#receipts.failed(run, sequence, now)
    }
  }

  /** An answer waits for room in the send buffer. It may never be sent, so it counts as dropped until it is. */
  stalled(token: number, flow: number, bytes: number, now: Nanos): void {
    this.#stalled.set(token, { peer: this.#peers.find(flow), bytes, answer: this.#log.peek(token) })
    this.refused(token, 1, EAGAIN, now, flow, bytes)
  }

  left(token: number, now: Nanos): void {
    const stalled = this.#stalled.get(token)
    if (stalled === undefined) return
    const { peer, bytes, answer } = stalled
    this.#stalled.delete(token)
    // Its number may belong to another peer by now.
    this.#countReplies(this.#peers.has(peer) ? peer.number : undefined, 1, bytes)
    this.#facts.dropped.sendBufferFull -= 1
    if (answer !== undefined) this.#receipts.answered(answer.run, answer.sequence, now)
  }

  abandoned(token: number): void {
    this.#stalled.delete(token)
  }

  #countReplies(flow: number | undefined, count: number, bytes: number): void {
    this.#facts.replied += count
    this.#facts.bytesReplied += bytes
    if (flow !== undefined) this.#peers.counts.addReplied(flow, count)
  }
}
