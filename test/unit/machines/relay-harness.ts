import type { Address } from '../../../src/base/address.ts'
import { SECOND, type Nanos } from '../../../src/base/nanos.ts'
import { createInbox, createOutbox } from '../../../src/engine/batch.ts'
import { createRelayTruth, type RelayTruth } from '../../../src/facts/relay-truth.ts'
import { createRelayFacts, type RelayCounts, type Direction } from '../../../src/facts/relay.ts'
import type { RelayPlan } from '../../../src/facts/relay-plan.ts'
import { CLIENT_SIDE, Relay, SERVER_SIDE } from '../../../src/machines/relay.ts'

/** A datagram that the relay forwarded. */
export interface Forwarded {
  readonly bytes: Uint8Array
  readonly way: Direction
  readonly flow: number
  readonly token: number
  readonly at: Nanos
}

export function relayPlan(plan: Partial<RelayPlan> = {}): RelayPlan {
  return {
    up: [],
    down: [],
    seed: '1',
    queue: 64 * 2 ** 20,
    maxClients: 1000,
    idle: 120 * SECOND,
    sourceCap: { onLoopback: false },
    ...plan,
  }
}

/** A relay on a manual clock; flow n is the client of port 40000 + n. */
export class RelayHarness {
  now: Nanos = 0
  readonly facts = createRelayFacts()
  readonly machine: Relay
  readonly #seed: string

  constructor(plan: Partial<RelayPlan> = {}, headers: 28 | 48 = 28) {
    const whole = relayPlan(plan)
    this.#seed = whole.seed
    const senses = {
      peer: (flow: number): Address => ({ address: '127.0.0.1', port: 40_000 + flow, family: 'udp4' }),
      drops: () => undefined,
      epoch: () => ({ seconds: 0, nanos: 0 }),
    }
    this.machine = new Relay(whole, senses, this.facts, headers, 0)
  }

  get truth(): RelayTruth {
    return createRelayTruth(this.facts, this.#seed)
  }

  /** One datagram arrives, and waits. */
  arrive(way: Direction, bytes: Uint8Array, flow = 0): void {
    const inbox = createInbox(1, bytes)
    inbox.count = 1
    inbox.size[0] = bytes.length
    inbox.socket[0] = way === 'up' ? CLIENT_SIDE : SERVER_SIDE
    inbox.flow[0] = flow
    inbox.arrived[0] = this.now
    this.machine.receive(inbox, this.now)
  }

  /** The datagrams sent now, and when the relay wants to be called again. */
  send(capacity = 64, room = 2 * 65_536): { readonly sent: Forwarded[]; readonly wake: Nanos } {
    const outbox = createOutbox(capacity, room)
    const wake = this.machine.send(outbox, this.now)
    const sent = Array.from({ length: outbox.count }, (_, m): Forwarded => {
      const at = outbox.at[m] ?? 0
      return {
        bytes: outbox.bytes.slice(at, at + (outbox.size[m] ?? 0)),
        way: outbox.socket[m] === SERVER_SIDE ? 'up' : 'down',
        flow: outbox.flow[m] ?? 0,
        token: outbox.token[m] ?? 0,
        at: this.now,
      }
    })
    return { sent, wake }
  }

  /** Everything sent until `end`, each at its time. */
  run(end: Nanos): Forwarded[] {
    const all: Forwarded[] = []
    for (;;) {
      const { sent, wake } = this.send()
      all.push(...sent)
      if (sent.length > 0) continue
      if (wake > end) return all
      this.now = wake
    }
  }

  /** One datagram, and its immediate outcome. */
  pass(way: Direction, bytes: Uint8Array, flow = 0): Uint8Array[] {
    this.arrive(way, bytes, flow)
    return this.send().sent.map(({ bytes }) => bytes)
  }
}

/** Datagrams that must have an end by these counts; together with those that still wait they equal `ends`. */
export function came({ seen, duplicated }: RelayCounts): number {
  return seen + duplicated
}

export function ends({ forwarded, dropped, queueDropped, refused, abandoned }: RelayCounts): number {
  return forwarded + dropped + queueDropped + refused + abandoned
}
