import { OUTCOME, TRAIT } from '../facts/probe-table.ts'
import { emptySlot, type Slot } from '../wire/evidence.ts'
import { isBlank } from '../wire/hex.ts'
import type { Payload } from '../wire/payload.ts'
import { CHECKED_SIZE, KIND, OFFSET, PROBE_SIZE, SLOT_AT, writeProbe } from '../wire/probe.ts'
import type { Codec } from './codec.ts'
import type { Datagram } from './datagram.ts'
import type { SentProbe } from './sent-probe.ts'

/** Result of comparing a first reply with its probe, in the terms of the probe table. */
export interface Judgement {
  outcome: number
  /** Rule bits, `answered` and the side. */
  traits: number
  /** Length of a cut reply, or first wrong offset of a wrong one. */
  detail: number
  /** The server's evidence, if the reply carries it and its check is right; otherwise all fields are -1. */
  readonly slot: Slot
}

/** The side is not known yet: only the analysis knows whether this server answers with `R`. */
const SIDE_OPEN = 0
/** The byte that fills a blank slot. */
const DASH = 0x2d

/**
 * Compares replies byte by byte with their probes. Holds scratch memory, so that judging a reply allocates nothing. `judge` overwrites
 * `judgement`.
 */
export class Judge {
  readonly judgement: Judgement = { outcome: 0, traits: 0, detail: 0, slot: emptySlot() }
  readonly #expected = new Uint8Array(PROBE_SIZE)
  readonly #payload: Payload
  readonly #codec: Codec
  /** Whether the judgement's slot was read from a reply. */
  #slotIsRead = false

  constructor(payload: Payload, codec: Codec) {
    this.#payload = payload
    this.#codec = codec
  }

  /**
   * Judges a reply against its probe.
   * @param proved whether the reply's first 34 bytes are proved to be that probe's: a right check, and equal sequence, run and length
   */
  judge(reply: Datagram, probe: SentProbe, proved: boolean): void {
    const out = this.judgement
    const { bytes, at, size: got } = reply
    const { size, sequence, run, sent } = probe
    const kind = got > OFFSET.kind ? bytes[at + OFFSET.kind] : 0
    const answered = kind === KIND.reply
    const kindTrait = answered ? TRAIT.answered : 0
    const known = Math.min(got, size, SLOT_AT)
    let header = -1
    // A send time has only one encoding, so equal values are equal bytes.
    if (!proved || known < SLOT_AT || this.#codec.examined.sent[reply.seen] !== sent) {
      writeProbe(this.#expected, 0, size, sequence, run, sent)
      header = this.#wrongInHeader(bytes, at, known)
    }
    const slot = header >= 0 ? -1 : this.#wrongInSlot(reply, size, answered, proved)
    if (kind === KIND.damaged) {
      // No server returns a probe that is too small for a check.
      if (size < CHECKED_SIZE)
        return this.#wrong(header >= 0 ? Math.min(header, OFFSET.kind) : OFFSET.kind, TRAIT.sideHidden)
      // The server returned it as received. If no damage shows, its kind was damaged, or the reply is cut before the damage.
      const unseen = got < Math.min(size, PROBE_SIZE) ? got : OFFSET.kind
      return this.#wrong(Math.max(header, slot) >= 0 ? Math.max(header, slot) : unseen, TRAIT.sideRequest)
    }
    if (header >= 0) return this.#wrong(header, kindTrait | this.#sideOfHeader(reply, size, header, answered))
    if (slot >= 0) return this.#wrong(slot, kindTrait | this.#sideOfSlot(reply, size, answered))

    const end = Math.min(got, size)
    const notSame = end > PROBE_SIZE ? this.#payload.differsAt(bytes, at, PROBE_SIZE, end, sequence) : -1
    const notUpper = end > PROBE_SIZE ? this.#payload.differsUpperAt(bytes, at, PROBE_SIZE, end, sequence) : -1
    if (notSame >= 0 && notUpper >= 0) {
      return this.#wrong(Math.max(notSame, notUpper), kindTrait | (answered ? TRAIT.sideHidden : sideUnproved(size)))
    }
    const rules = (notSame < 0 ? TRAIT.same : 0) | (notUpper < 0 ? TRAIT.upper : 0)
    if (got > size) return this.#wrong(size, kindTrait | rules | (answered ? TRAIT.sideHidden : sideUnproved(size)))
    if (got < size) {
      out.outcome = OUTCOME.cut
      out.detail = got
      out.traits = kindTrait | rules | sideOfCut(reply, size, answered, out.slot)
      return
    }
    out.outcome = OUTCOME.whole
    out.detail = 0
    out.traits = kindTrait | rules
  }

  #wrong(offset: number, traits: number): void {
    this.#clearSlot()
    this.judgement.outcome = OUTCOME.wrong
    this.judgement.detail = Math.min(offset, 0xffff)
    this.judgement.traits = traits
  }

  /** First wrong offset below `end`, ignoring the kind if it is `Q`, `R` or `D`; -1: all right. */
  #wrongInHeader(bytes: Uint8Array, at: number, end: number): number {
    for (let i = 0; i < end; i++) {
      const byte = bytes[at + i]
      if (byte !== this.#expected[i] && !(i === OFFSET.kind && (byte === KIND.reply || byte === KIND.damaged))) return i
    }
    return -1
  }

  /** First wrong offset of the slot; -1: all right, and the judgement's slot is filled if the reply carries evidence. */
  #wrongInSlot({ bytes, at, size: got, seen }: Datagram, size: number, answered: boolean, proved: boolean): number {
    const end = Math.min(got, size, PROBE_SIZE)
    if (end <= SLOT_AT || !answered || size < PROBE_SIZE) {
      this.#clearSlot()
      if (proved && this.#codec.examined.blank[seen] === 1) return -1
      for (let i = SLOT_AT; i < end; i++) if (bytes[at + i] !== DASH) return i
      return -1
    }
    this.#slotIsRead = true
    return this.#codec.readSlot(bytes, at, end, this.judgement.slot) === 'wrong' ? SLOT_AT : -1
  }

  /**
   * A udptool server never sends a probe of kind `Q` with a filled slot: it returns that as `D`. If a server filled the slot, the kind was
   * damaged from server to client.
   */
  #sideOfSlot({ bytes, at, size: got }: Datagram, size: number, answered: boolean): number {
    if (answered) return TRAIT.sideReply
    if (Math.min(got, size) < PROBE_SIZE) return TRAIT.sideHidden
    this.#slotIsRead = true
    return this.#codec.readSlot(bytes, at, got, this.judgement.slot) === 'right' ? TRAIT.sideReply : TRAIT.sideHidden
  }

  #clearSlot(): void {
    if (!this.#slotIsRead) return
    this.#slotIsRead = false
    clear(this.judgement.slot)
  }

  /**
   * A server answers with `R` only a request with a right check and a blank slot. So with `R`, damage to bytes under the check happened from
   * server to client. A damaged kind byte hides the side; a filled slot proves that the server received an intact probe.
   */
  #sideOfHeader({ bytes, at, size: got }: Datagram, size: number, offset: number, answered: boolean): number {
    if (answered) return offset < CHECKED_SIZE ? TRAIT.sideReply : TRAIT.sideHidden
    if (got <= OFFSET.kind || bytes[at + OFFSET.kind] === KIND.probe) return sideUnproved(size)
    if (Math.min(got, size) < PROBE_SIZE) return TRAIT.sideHidden
    return isBlank(bytes, at + OFFSET.seen, 5) ? SIDE_OPEN : TRAIT.sideReply
  }
}

/** Even a udptool server returns a probe too short for a check unchanged: its kind proves nothing. */
function sideUnproved(size: number): number {
  return size < CHECKED_SIZE ? TRAIT.sideHidden : SIDE_OPEN
}

/** The side on which a correct prefix was cut, as far as the reply itself shows. */
function sideOfCut({ bytes, at, size: got }: Datagram, size: number, answered: boolean, slot: Slot): number {
  if (!answered) return got > OFFSET.kind ? sideUnproved(size) : TRAIT.sideHidden
  // The server answered with `R`, so it received the complete check.
  if (got < CHECKED_SIZE) return TRAIT.sideReply
  if (size < PROBE_SIZE) return TRAIT.sideHidden
  // A server that returns more than it read, or read more than its kernel had, reports a wrong `seen`.
  if (slot.seen >= 0 && (slot.seen < got || (slot.whole >= 0 && slot.seen > slot.whole))) return TRAIT.sideHidden
  // If both sides cut, the shorter cut shows: the reply is as long as what the server read, or shorter.
  if (slot.seen >= 0) return slot.seen < size && slot.seen === got ? TRAIT.sideRequest : TRAIT.sideReply
  // The server always knows `seen`, and writes it only if the whole field fits in the request that it received.
  if (got > OFFSET.seen && got < OFFSET.whole)
    return isBlank(bytes, at + OFFSET.seen, got - OFFSET.seen) ? TRAIT.sideRequest : TRAIT.sideReply
  return TRAIT.sideHidden
}

function clear(slot: Slot): void {
  slot.received = slot.seen = slot.whole = slot.fragment = slot.tos = slot.ttl = slot.drops = -1
  slot.arrivalSeconds = slot.arrivalNanos = slot.dwell = -1
}
