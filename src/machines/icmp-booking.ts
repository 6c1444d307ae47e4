import { errnoName } from '../base/errno.ts'
import { LEAST_MTU, packetSize } from '../base/fragments.ts'
import type { Nanos } from '../base/nanos.ts'
import { sameError, type IcmpError } from '../facts/icmp.ts'
import { countIgnored, type IcmpDoubt } from '../facts/ignored-icmp.ts'
import { OUTCOME } from '../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import { clientOfSource } from '../facts/source.ts'
import { OFFSET } from '../wire/probe.ts'
import type { OpenProbes } from './open-probes.ts'
import { NO_PROBE, type Exchange, type ProbeProtocol, type Quotes } from './probe-protocol.ts'
import type { Reception } from './reception.ts'

/** "Packet too big" of ICMPv6 (RFC 4443 section 3.2); over IPv4 it is a code of type 3. */
const PACKET_TOO_BIG = 2
/** Instead of a sequence: the datagram is no probe. */
const NO_TOKEN = -1
/** Maximum number of distinct errors of a run; further ones lose their sender and MTU. */
const MAX_ERRORS = 256

/**
 * Books every plausible ICMP error on the probe that it is about, keeps one list of the distinct errors of a run, and counts the implausible
 * ones (docs/ledger.md, Evidence).
 */
export class IcmpBooking {
  readonly #facts: RunFacts
  readonly #open: OpenProbes
  readonly #reception: Reception
  readonly #exchange: Exchange
  readonly #quotes: Quotes

  constructor(facts: RunFacts, open: OpenProbes, reception: Reception, { exchange, quotes }: ProbeProtocol) {
    this.#facts = facts
    this.#open = open
    this.#reception = reception
    this.#exchange = exchange
    this.#quotes = quotes
  }

  /** `quoted` is the beginning of the datagram that the error is about, as much as the engine has. */
  book(socket: number, error: IcmpError, quoted: Uint8Array, now: Nanos): void {
    const { plan, icmpIgnored, probes } = this.#facts
    if (socket === plan.clients) return
    const found = quoted.length === 0 ? this.#newest(socket, error.before) : this.#quotes.find(socket, quoted, now)
    if (found === NO_PROBE) return
    if (typeof found !== 'number' || !isPossible(error, probeSize(plan, found))) {
      countIgnored(icmpIgnored, typeof found === 'number' ? 'mtu' : found)
      return
    }
    // An error about the size of a probe does not mean that there is no server to ask for receipts.
    if (errnoName(error.errno) !== 'EMSGSIZE') this.#reception.receivedAny = true
    const number = this.#number(quoted.length < OFFSET.length ? withoutMtu(error) : error)
    this.#open.fail(socket, found, OUTCOME.unreachable, number, now)
    // A quote longer than the probe is the head of a train: it was still one packet when the error occurred.
    if (quoted.length <= probeSize(plan, found)) return
    const client = clientOfSource(socket, plan.clients)
    for (let next = found + 1; probes.followsInTrain(next * plan.clients + client); next++)
      this.#open.fail(socket, next, OUTCOME.unreachable, number, now)
  }

  /**
   * An error without a quote is assigned to the newest unanswered probe sent before it. But it may be about a receipts request: while one of
   * the requests for the ledger is open, such an error belongs to no probe; an early one counts as one more datagram in sending order.
   */
  #newest(socket: number, before: number | undefined): number | IcmpDoubt | typeof NO_PROBE {
    if (!this.#exchange.done) return NO_PROBE
    const { early } = this.#exchange
    // An error that appears when an early request is sent is about any earlier datagram.
    const end = early !== undefined && before === NO_TOKEN ? Infinity : before
    const newest = this.#open.newest(socket, end)
    if (early?.takeError(socket, newest, before) === true) return NO_PROBE
    return newest < 0 ? 'unmatched' : newest
  }

  /** The error's index in the list; adds it if it is new. */
  #number(error: IcmpError): number {
    const { icmp } = this.#facts
    const at = icmp.findIndex(known => sameError(known, error))
    if (at >= 0) return at
    const { before: _, family: __, ...kept } = error
    if (icmp.length < MAX_ERRORS || (kept.reporter === undefined && kept.mtu === undefined)) return icmp.push(kept) - 1
    const { reporter: ___, ...common } = withoutMtu(kept)
    return this.#number(common)
  }
}

/**
 * Whether a packet can have been too big for this MTU: the MTU must be smaller than the packet, and not smaller than every link carries (RFC
 * 8899 section 4.6.2; RFC 791, RFC 8200). Any other error is plausible.
 */
function isPossible({ errno, type, mtu, family }: IcmpError, size: number): boolean {
  if (errnoName(errno) !== 'EMSGSIZE') return true
  const over = family ?? (type === PACKET_TOO_BIG ? 'udp6' : 'udp4')
  const [packet, least] = [packetSize(size, over), LEAST_MTU[over]]
  return packet > least && (mtu === undefined || (mtu >= least && mtu < packet))
}

/** An MTU counts only if the quote proves the probe: ports alone are easy to guess (RFC 8899 section 4.6.1). */
function withoutMtu(error: IcmpError): IcmpError {
  const { mtu: _, ...rest } = error
  return rest
}
