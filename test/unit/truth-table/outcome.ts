import type { Simulation } from '../../simulation/simulate.ts'
import type { ClientTruth, PacketRecord } from '../../simulation/truth.ts'
import type { Fate } from '../../../src/ledger/fate.ts'
import type { Side } from '../../../src/ledger/classifier.ts'
import { CHECKED_SIZE, IDENTIFIED_SIZE, OFFSET, PROBE_SIZE, SLOT_AT } from '../../../src/wire/probe.ts'

/** The outcome of one probe by the network’s record, if every receipts request is answered. */
export interface Outcome {
  readonly sequence: number
  readonly sentAt: number
  readonly fate: Fate
  /** The direction in which this probe was lost, if evidence about numbers makes its fate less certain. */
  readonly row: Fate
  /** The first identifiable reply, and the number of further ones. */
  readonly reply: PacketRecord | undefined
  readonly copies: number
  readonly unidentified: number
  readonly cut?: { readonly length: number; readonly side: Side }
  readonly wrong?: { readonly offset: number; readonly side: Side }
}

/** Called with the reason why the record is ambiguous. */
export type Doubt = (why: string) => void

/** Interprets the network’s packets by the rules of the wire format (docs/wire-format.md), independently of the facts at both ends. */
export class RecordReader {
  readonly #plan: Simulation
  readonly #sawAnswer: boolean
  readonly #doubt: Doubt

  /** `sawAnswer`: some reply of the run showed that a udptool server made it. */
  constructor(plan: Simulation, sawAnswer: boolean, doubt: Doubt) {
    this.#plan = plan
    this.#sawAnswer = sawAnswer
    this.#doubt = doubt
  }

  read({ up, down }: ClientTruth, sequence: number): Outcome {
    const there = up.records.get(sequence) ?? []
    const [first] = there
    if (first === undefined) throw new Error('every probe leaves')
    const back = inOrder((down.records.get(sequence) ?? []).filter(({ fate }) => fate === 'delivered'))
    const identified = back.filter(packet => isIdentified(this.#plan, packet))
    const [reply] = identified
    const { sentAt } = first
    const common = {
      sequence,
      sentAt,
      reply,
      copies: Math.max(0, identified.length - 1),
      unidentified: back.length - identified.length,
    }
    if (reply === undefined) return { ...common, ...lossOf(there, back) }
    return { ...common, ...this.#judge(reply, sentAt) }
  }

  #judge(reply: PacketRecord, sentAt: number): Pick<Outcome, 'fate' | 'row' | 'cut' | 'wrong'> {
    const request = requestOf(reply)
    const length = reply.arrivedSize
    const [there, back] = [damageOf(request), damageOf(reply)]
    this.#weigh(request, reply, there, back)
    const offset = Math.min(there, back)
    if (offset < length) {
      const shown = showsAnswer(reply) && request.size >= PROBE_SIZE && inSlot(offset) ? SLOT_AT : offset
      return {
        fate: 'corrupt',
        row: 'corrupt',
        wrong: { offset: shown, side: this.#sideOfDamage(request, reply, offset) },
      }
    }
    if (length < request.size)
      return { fate: 'truncated', row: 'truncated', cut: { length, side: this.#sideOfCut(request, reply) } }
    const fate = reply.arrivedAt - sentAt > this.#plan.probe.timeout ? 'late' : 'intact'
    return { fate, row: fate }
  }

  /** Doubts that only the reply’s own bytes would resolve; the record has only the length and the first wrong one. */
  #weigh(request: PacketRecord, reply: PacketRecord, there: number, back: number): void {
    const cutTwice = request.arrivedSize < request.size && reply.arrivedSize < reply.size
    if (cutTwice && reply.arrivedSize < OFFSET.whole)
      this.#doubt('truncated in both directions, and too short to determine which')
    if (there < Infinity && there >= reply.arrivedSize) this.#doubt('a cut hides the damage')
    if (there === back && there < Infinity) this.#doubt('the same byte damaged in both directions')
    if (Math.max(there, back) < Infinity && (there === OFFSET.kind || back === OFFSET.kind))
      this.#doubt('damaged twice, with its kind')
    if (inSlot(back) && reply.arrivedSize < PROBE_SIZE && request.size >= PROBE_SIZE)
      this.#doubt('damaged where a slot’s check is cut off')
    if (there < OFFSET.kind && !this.#sawAnswer)
      this.#doubt('a magic in another letter case is returned, any other is plain data')
    if (request.arrivedSize < CHECKED_SIZE && back < Infinity)
      this.#doubt('truncated from client to server, damaged from server to client')
  }

  #sideOfCut(request: PacketRecord, reply: PacketRecord): Side {
    const length = reply.arrivedSize
    if (length <= OFFSET.kind) return 'unknown'
    // With fewer bytes no check proves a probe, so it came back unchanged.
    if (request.arrivedSize < CHECKED_SIZE) return this.#sawAnswer ? 'request' : 'unknown'
    if (length < CHECKED_SIZE) return 'reply'
    // Without part of the field `seen`, the length at the server is unknown.
    if (request.size < PROBE_SIZE || length <= OFFSET.seen) return 'unknown'
    return reply.arrivedSize < reply.size ? 'reply' : 'request'
  }

  #sideOfDamage(request: PacketRecord, reply: PacketRecord, offset: number): Side {
    if (showsReturned(reply)) return 'request'
    if (showsAnswer(reply)) {
      if (offset < CHECKED_SIZE) return 'reply'
      // Bytes outside of the check come back unchanged from a server that received them damaged.
      return inSlot(offset) ? 'reply' : 'unknown'
    }
    if (!isKindHit(reply)) return this.#sawAnswer ? 'request' : 'unknown'
    // If the kind is damaged, a filled slot shows that the server had answered.
    if (Math.min(reply.arrivedSize, request.size) < PROBE_SIZE) return 'unknown'
    if (isAnswered(request)) return 'reply'
    return this.#sawAnswer ? 'request' : 'unknown'
  }
}

/** Whether a reply shows which probe it answers. Damage leaves it nearer to that one than to any other. */
export function isIdentified({ probe }: Simulation, { arrivedSize }: PacketRecord): boolean {
  return arrivedSize >= IDENTIFIED_SIZE || probe.window === 1
}

/** Whether a reply arrives with kind `R`. */
export function showsAnswer(reply: PacketRecord): boolean {
  return isAnswered(requestOf(reply)) && reply.arrivedSize > OFFSET.kind && damageOf(reply) !== OFFSET.kind
}

/** Whether a reply arrives with kind `D`: the server returned a damaged probe. */
export function showsReturned(reply: PacketRecord): boolean {
  return isReturned(requestOf(reply)) && reply.arrivedSize > OFFSET.kind && damageOf(reply) !== OFFSET.kind
}

/** Whether a request that arrived was proved to be a probe: with a complete, right check. */
export function isProved(request: PacketRecord): boolean {
  return request.intact >= CHECKED_SIZE
}

/** Whether the server answers this request: a probe with an untouched slot. */
function isAnswered(request: PacketRecord): boolean {
  return isProved(request) && !inSlot(damageOf(request))
}

/** Whether the server returns this request as damaged: it still begins like a probe. */
function isReturned(request: PacketRecord): boolean {
  const damage = damageOf(request)
  return request.arrivedSize >= CHECKED_SIZE && ((damage >= OFFSET.kind && damage < CHECKED_SIZE) || inSlot(damage))
}

function isKindHit(reply: PacketRecord): boolean {
  return (
    damageOf(reply) === OFFSET.kind ||
    (requestOf(reply).arrivedSize < CHECKED_SIZE && damageOf(requestOf(reply)) === OFFSET.kind)
  )
}

/**
 * Whether damage hides if the request of this reply had a right check: its kind is damaged and no slot shows it, or its check was damaged from
 * client to server and its slot from server to client. The ledger then counts what it cannot prove as unknown.
 */
export function hidesItsCheck(reply: PacketRecord): boolean {
  const request = requestOf(reply)
  if (isKindHit(reply)) return Math.min(reply.arrivedSize, request.size) < PROBE_SIZE
  return damageOf(request) < CHECKED_SIZE && inSlot(damageOf(reply))
}

export function requestOf({ request }: PacketRecord): PacketRecord {
  if (request === undefined) throw new Error('this server answers at once')
  return request
}

/** The first wrong byte of a copy as it arrived; Infinity: none. */
function damageOf({ intact, arrivedSize }: PacketRecord): number {
  return intact < arrivedSize ? intact : Infinity
}

function inSlot(offset: number): boolean {
  return offset >= SLOT_AT && offset < PROBE_SIZE
}

/** In order of arrival; simultaneous ones in sending order, which for replies is that of their requests. */
export function inOrder(packets: readonly PacketRecord[]): PacketRecord[] {
  const requested = (packet: PacketRecord): number => packet.request?.sentAt ?? 0
  return packets.toSorted((a, b) => a.arrivedAt - b.arrivedAt || a.sentAt - b.sentAt || requested(a) - requested(b))
}

function lossOf(
  there: readonly PacketRecord[],
  back: readonly PacketRecord[],
): { readonly fate: Fate; readonly row: Fate } {
  const came = there.filter(({ fate }) => fate === 'delivered')
  if (came.length === 0) return { fate: 'lostForward', row: 'lostForward' }
  // A reply that cannot be identified was not lost; receipts do not include a probe that reached the server without a check.
  const proved = came.some(isProved)
  const row = proved ? 'lostReturn' : 'lostForward'
  return { fate: proved && back.length === 0 ? 'lostReturn' : 'lostUnknown', row }
}
