import type { Nanos } from '../base/nanos.ts'
import { countImplausible, type ImplausibleCounts } from '../facts/implausible.ts'
import type { Slot } from '../wire/evidence.ts'
import type { Datagram } from './datagram.ts'
import type { SentProbe } from './sent-probe.ts'

/** The smallest packet with a UDP header: 20 bytes of IPv4 and 8 of UDP (RFC 791, RFC 768). */
const SHORTEST_PACKET = 28
/**
 * The maximum size of headers before a datagram in one packet: 60 bytes of IPv4 with all options and 8 of UDP. IPv6 with a fragment header has
 * 56.
 */
const MAX_HEADERS = 68

/** The counters of one server, by the latest of a client's replies. */
interface Counters {
  received: number
  drops: number
  /** When the reply with these values arrived. */
  at: Nanos
}

/**
 * Compares a slot with what the client knows, counts each implausible field and clears it, so that nothing uses it. A right check proves only
 * that the slot arrived as it was written.
 */
export class SlotCheck {
  /** By socket. */
  readonly #counters: (Counters | undefined)[] = []

  /**
   * Checks the slot of the first reply to a probe.
   * @param sentSoFar probes sent from the socket that received it: a server counts by port
   */
  check(slot: Slot, counts: ImplausibleCounts, reply: Datagram, probe: SentProbe, sentSoFar: number): void {
    checkLengths(slot, counts, reply.size, probe.size)
    if (slot.ttl === 0) {
      // RFC 791: a packet whose TTL is zero is destroyed.
      countImplausible(counts, 'ttl')
      slot.ttl = -1
    }
    if (slot.arrivalSeconds === 0) {
      countImplausible(counts, 'arrival')
      slot.arrivalSeconds = slot.arrivalNanos = -1
    }
    if (slot.received >= 0 || slot.drops >= 0) this.#checkCounters(slot, counts, reply, probe.sent, sentSoFar)
  }

  /** Counters never decrease, and no server received more probes than were sent to it. */
  #checkCounters(
    slot: Slot,
    counts: ImplausibleCounts,
    { socket, now }: Datagram,
    sent: Nanos,
    sentSoFar: number,
  ): void {
    const known = (this.#counters[socket] ??= { received: -1, drops: -1, at: Infinity })
    // Only a probe sent after a reply had arrived was certainly counted later by the server.
    const later = sent >= known.at
    const { received, drops } = slot
    if (received >= 0 && (received === 0 || received > sentSoFar || (later && received <= known.received))) {
      countImplausible(counts, 'received')
      slot.received = -1
    }
    if (later && drops >= 0 && drops < known.drops) {
      countImplausible(counts, 'drops')
      slot.drops = -1
    }
    if (!later && received < known.received) return
    known.received = received
    known.drops = drops
    known.at = now
  }
}

/** A program reads at most what its kernel received, and sends back at most what it read; a fragment is at most the whole packet. */
function checkLengths(slot: Slot, counts: ImplausibleCounts, got: number, size: number): void {
  const { seen, whole, fragment } = slot
  if (seen >= 0 && (seen < Math.min(got, size) || (whole >= 0 && seen > whole))) {
    countImplausible(counts, 'seen')
    slot.seen = slot.whole = -1
  }
  if (fragment < 0) return
  const longest = (slot.whole >= 0 ? slot.whole : size) + MAX_HEADERS
  if (fragment >= SHORTEST_PACKET && fragment <= longest) return
  countImplausible(counts, 'fragment')
  slot.fragment = -1
}
