import type { Nanos } from '../base/nanos.ts'
import type { ClientFacts } from '../facts/run.ts'
import type { Payload } from '../wire/payload.ts'
import { CHECKED_SIZE, PROBE_SIZE } from '../wire/probe.ts'
import type { Codec } from './codec.ts'
import type { Datagram } from './datagram.ts'
import { EarlyRequests } from './early-requests.ts'
import type { ProbeProtocol, ProtocolParts } from './probe-protocol.ts'
import { QuotedProbe } from './quoted-probe.ts'
import { ReceiptsClient } from './receipts-client.ts'
import { ReplyBooking } from './reply-booking.ts'

/** Probes of udptool's own protocol (docs/wire-format.md), which every echo server can answer. */
export class EchoProtocol implements ProbeProtocol {
  readonly straySize = CHECKED_SIZE
  readonly exchange: ReceiptsClient
  readonly quotes: QuotedProbe
  readonly #clients: readonly ClientFacts[]
  readonly #codec: Codec
  readonly #payload: Payload
  readonly #replies: ReplyBooking

  constructor({ plan, facts, codec, payload, open, reception, sources }: ProtocolParts) {
    this.#clients = facts.clients
    this.#codec = codec
    this.#payload = payload
    this.exchange = new ReceiptsClient(plan, facts, EarlyRequests.of(plan, facts, reception))
    this.quotes = new QuotedProbe(facts)
    this.#replies = new ReplyBooking(plan, facts, payload, open, reception, this.exchange, codec, sources)
  }

  write(bytes: Uint8Array, at: number, size: number, sequence: number, client: number, now: Nanos): void {
    this.#codec.writeProbe(bytes, at, size, sequence, this.#clients[client]?.run ?? 0, now)
    if (size > PROBE_SIZE) this.#payload.write(bytes, at, PROBE_SIZE, size, sequence)
  }

  book(datagram: Datagram, client: ClientFacts): void {
    this.#replies.book(datagram, client)
  }
}
