import type { Nanos } from '../../base/nanos.ts'
import type { StampPlan } from '../../facts/protocol.ts'
import type { ClientFacts } from '../../facts/run.ts'
import { createStampFacts } from '../../facts/stamp.ts'
import { layoutOf } from '../../wire/stamp/packet.ts'
import type { Datagram } from '../datagram.ts'
import type { ProbeProtocol, ProtocolParts } from '../probe-protocol.ts'
import { ExtraProbes } from './extra-probes.ts'
import { PacketShapes } from './packet-shape.ts'
import { PacketWriter } from './packet-writer.ts'
import { ProbeClock } from './probe-clock.ts'
import { ReflectorClock } from './reflector-clock.ts'
import { ReflectorKinds } from './reflector-kinds.ts'
import { ReplyIdentity } from './reply-identity.ts'
import { ReplyJudge } from './reply-judge.ts'
import { ReplyTlvs } from './reply-tlvs.ts'
import { StampQuotes } from './stamp-quotes.ts'
import { StampReplies } from './stamp-replies.ts'

/** Probes are test packets of STAMP or TWAMP-Light (RFC 8762, RFC 8972, docs/stamp.md), and their peer is a reflector. */
export class StampProtocol implements ProbeProtocol {
  readonly straySize: number
  readonly exchange: ExtraProbes
  readonly quotes: StampQuotes
  readonly #writer: PacketWriter
  readonly #shapes: PacketShapes
  readonly #tlvs: ReplyTlvs
  readonly #replies: StampReplies
  /** By client: how many of its probes were written. */
  readonly #written: Float64Array

  constructor(parts: ProtocolParts, protocol: StampPlan) {
    const { plan, facts, environment, payload, open, reception } = parts
    const stamp = (facts.stamp ??= createStampFacts(plan.clients))
    const mac = protocol.isAuthenticated ? environment.macs?.[0] : undefined
    const clock = new ProbeClock(facts, protocol.timestamps)
    const shapes = new PacketShapes(protocol)
    const kinds = new ReflectorKinds(plan.clients)
    const reflectorClock = new ReflectorClock(protocol, stamp, clock)
    const writer = new PacketWriter(protocol, clock, shapes, payload, mac)
    const judge = new ReplyJudge(protocol, clock, shapes, payload, writer)
    const tlvs = new ReplyTlvs(stamp, facts.headers.up, reflectorClock, mac)
    const extras = new ExtraProbes(plan, facts, stamp, writer, kinds)
    this.exchange = extras
    this.quotes = new StampQuotes(protocol, facts, writer, extras)
    this.#writer = writer
    this.#shapes = shapes
    this.#tlvs = tlvs
    this.#written = new Float64Array(plan.clients)
    const layout = layoutOf(protocol.isAuthenticated)
    this.straySize = layout.size
    const identity = new ReplyIdentity(facts, open, clock, layout)
    const common = { plan, protocol, facts, stamp, open, reception, mac }
    this.#replies = new StampReplies({ ...common, identity, clock, shapes, judge, tlvs, reflectorClock, extras, kinds })
  }

  write(bytes: Uint8Array, at: number, size: number, sequence: number, client: number, now: Nanos): void {
    this.#writer.write(bytes, at, size, sequence, now, this.exchange.sent(client, sequence))
    // The packet that looks for another address has the number of a probe that was written already.
    if (sequence < (this.#written[client] ?? 0)) return
    this.#written[client] = sequence + 1
    this.#tlvs.countSent(this.#shapes.of(size))
    this.exchange.probed(client, sequence)
  }

  book(datagram: Datagram, client: ClientFacts): void {
    this.#replies.book(datagram, client)
  }
}
