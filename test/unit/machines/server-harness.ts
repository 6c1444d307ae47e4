import type { Address } from '../../../src/base/address.ts'
import { createInbox, createOutbox } from '../../../src/engine/batch.ts'
import type { ResponderPlan } from '../../../src/facts/responder-plan.ts'
import { createServerFacts } from '../../../src/facts/server.ts'
import { UNSEEN, type Environment } from '../../../src/machines/machine.ts'
import { Responder } from '../../../src/machines/responder.ts'
import { responderPlan } from './plans.ts'

export const OWN_PORT = 9000

export interface Sent {
  readonly bytes: Uint8Array
  readonly flow: number
  readonly token: number
}

/** A responder on a manual clock; flow n is peer n. */
export class ServerHarness {
  now = 0
  drops: number | undefined = 0
  /** TTL of arriving datagrams; UNSEEN: this engine cannot observe it. */
  ttl = UNSEEN
  /** Type of service of arriving datagrams; UNSEEN: this engine cannot observe it. */
  tos = UNSEEN
  /** TTL of the latest answer. */
  hops = 0
  /** Type of service of the latest answer. */
  answerTos = 0
  readonly facts = createServerFacts()
  readonly peers: Address[]
  readonly machine: Responder
  #token = 0

  /** @param more what a protocol besides echo needs */
  constructor(
    plan: Partial<ResponderPlan> = {},
    peers: readonly Partial<Address>[] = [{}],
    more: Pick<Environment, 'macs' | 'random' | 'now'> & Partial<Pick<Environment, 'epoch'>> = {},
  ) {
    this.peers = peers.map((peer, n) => ({ address: '127.0.0.1', port: 40_000 + n, family: 'udp4', ...peer }))
    const senses = {
      peer: (flow: number): Address =>
        this.peers[flow] ?? { address: '127.0.0.1', port: 50_000 + flow, family: 'udp4' },
      drops: () => this.drops,
      epoch: () => ({ seconds: 1_700_000_000, nanos: 999_999_999 }),
      ...more,
    }
    this.machine = new Responder(responderPlan(plan), senses, this.facts, OWN_PORT)
  }

  /** The token of the latest answer. */
  get token(): number {
    return this.#token
  }

  /** One datagram arrives; returns the immediate answer, if any. */
  receive(bytes: Uint8Array, flow = 0, recvSize = Infinity): Uint8Array | undefined {
    return this.receiveTrain([bytes], flow, recvSize)[0]
  }

  /** Datagrams of one length (the last may be shorter) arrive as one row; returns the answers sent in it. */
  receiveTrain(datagrams: readonly Uint8Array[], flow = 0, recvSize = Infinity): Uint8Array[] {
    const stride = Math.min(datagrams[0]?.length ?? 0, recvSize)
    const read = datagrams.map(bytes => bytes.subarray(0, recvSize))
    const size = read.reduce((sum, bytes) => sum + bytes.length, 0)
    const inbox = createInbox(1, new Uint8Array(size))
    let at = 0
    for (const bytes of read) {
      inbox.bytes.set(bytes, at)
      at += bytes.length
    }
    inbox.count = 1
    inbox.size[0] = size
    inbox.stride[0] = stride
    inbox.whole[0] = datagrams.length === 1 ? (datagrams[0]?.length ?? 0) : size
    inbox.flow[0] = flow
    inbox.arrived[0] = this.now
    inbox.answer[0] = 1
    inbox.ttl[0] = this.ttl
    inbox.tos[0] = this.tos
    this.machine.receive(inbox, this.now)
    if (inbox.answer[0] !== 1) return []
    this.#token = inbox.token[0] ?? 0
    this.hops = inbox.hops[0] ?? 0
    this.answerTos = inbox.answerTos[0] ?? 0
    const answers: Uint8Array[] = []
    const keep = inbox.keep[0] ?? 0
    const step = Math.max(1, stride)
    const count = Math.max(1, Math.ceil(keep / step))
    for (let n = 0; n < count; n++) answers.push(inbox.bytes.slice(n * step, Math.min((n + 1) * step, keep)))
    return answers
  }

  /** The rows of `send` now, and when it wants to be called again. */
  send(capacity = 64): { readonly sent: Sent[]; readonly wake: number } {
    const outbox = createOutbox(capacity, 65_536)
    const wake = this.machine.send(outbox, this.now)
    const sent = Array.from({ length: outbox.count }, (_, m) => {
      const at = outbox.at[m] ?? 0
      return {
        bytes: outbox.bytes.slice(at, at + (outbox.size[m] ?? 0)),
        flow: outbox.flow[m] ?? 0,
        token: outbox.token[m] ?? 0,
      }
    })
    return { sent, wake }
  }
}
