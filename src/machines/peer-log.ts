import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import { DROP_REASONS, type DropReason } from '../facts/drop-reason.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import { addToLog, createServerLog, type DatagramKind } from '../facts/server-log.ts'
import type { ServerFacts } from '../facts/server.ts'
import { KIND, OFFSET, resemblesMagic } from '../wire/probe.ts'
import type { Datagram } from './datagram.ts'
import type { Environment, Inbox } from './machine.ts'

const NAMES: ReadonlyMap<number, DatagramKind> = new Map([
  [KIND.probe, 'probe'],
  [KIND.reply, 'reply'],
  [KIND.request, 'request'],
  [KIND.answer, 'answer'],
  [KIND.damaged, 'damaged'],
])

/** Bit 0 of a peer: it is logged. The reasons have the bits above. */
const KNOWN = 1

/**
 * Logs each peer once, and each reason for which it is not answered once. It knows as many peers as the engine has numbers: a peer that was
 * evicted is new again.
 */
export class PeerLog {
  readonly #environment: Environment
  readonly #facts: ServerFacts
  /** The kinds of datagrams are those of an echo server. */
  readonly #isEcho: boolean
  /** By peer number. */
  readonly #logged: Uint32Array

  /** Logs to `facts.log`, for peers 0 … maxPeers − 1. */
  constructor(environment: Environment, facts: ServerFacts, plan: Pick<ResponderPlan, 'maxPeers' | 'protocol'>) {
    this.#environment = environment
    this.#facts = facts
    this.#logged = new Uint32Array(plan.maxPeers)
    this.#isEcho = plan.protocol === undefined
  }

  /** The peer of row `m` has sent. Call it before an answer overwrites the datagram. */
  addPeer(inbox: Inbox, m: number, now: Nanos): void {
    const number = inbox.flow[m] ?? 0
    if (!this.#isFirst(number, KNOWN)) return
    const size = Math.min(inbox.size[m] ?? 0, inbox.stride[m] ?? 0)
    this.#add(number, now, this.#describe(inbox.bytes, inbox.at[m] ?? 0, size))
  }

  addUnanswered({ flow, bytes, at, size, now }: Datagram, reason: DropReason): void {
    if (this.#isFirst(flow, bitOf(reason))) this.#add(flow, now, { reason, ...this.#describe(bytes, at, size) })
  }

  /** An answer to this peer was not sent. What it answered is no longer known. */
  addUnsent(number: number, reason: DropReason, now: Nanos): void {
    if (this.#isFirst(number, bitOf(reason))) this.#add(number, now, { reason })
  }

  /** The number belongs to another peer from now on. */
  evict(number: number): void {
    this.#logged[number] = 0
  }

  #isFirst(number: number, bit: number): boolean {
    const before = this.#logged[number] ?? 0
    if ((before & bit) !== 0) return false
    this.#logged[number] = before | bit
    return true
  }

  #describe(bytes: Uint8Array, at: number, size: number): { kind?: DatagramKind; length: number } {
    if (!this.#isEcho) return { length: size }
    const ours = size > OFFSET.kind && resemblesMagic(bytes, at, size)
    // A server in upper-case mode turns a lower-case kind into this one.
    const kind = ours ? NAMES.get((bytes[at + OFFSET.kind] ?? 0) & 0xdf) : undefined
    return { kind: kind ?? 'plain', length: size }
  }

  #add(number: number, now: Nanos, what: { reason?: DropReason; kind?: DatagramKind; length?: number }): void {
    const { address, port } = this.#environment.peer(number)
    const { seconds, nanos } = this.#environment.epoch()
    const time = seconds * 1000 + Math.floor((nanos + now) / MILLISECOND)
    addToLog((this.#facts.log ??= createServerLog()), { time, address, port, ...what })
  }
}

function bitOf(reason: DropReason): number {
  return (KNOWN << 1) << DROP_REASONS.indexOf(reason)
}
