import { OUTCOME, TRAIT } from '../facts/probe-table.ts'
import { emptySlot, type Slot } from '../wire/evidence.ts'
import { isBlank } from '../wire/hex.ts'
import type { Payload } from '../wire/payload.ts'
import { CHECKED_SIZE, KIND, OFFSET, PROBE_SIZE, SLOT_AT, writeProbe } from '../wire/probe.ts'
import type { Codec } from './codec.ts'

/** Result of comparing a first reply with its probe, in the terms of the probe table. */
export interface Judgement {
  outcome: number
  /** Rule bits, `answered` and the side. */
  traits: number
  /** Length of a cut reply, first wrong offset of a wrong one. */
  detail: number
  /** The server's evidence, where the reply carries it and its check is right; -1 fields elsewhere. */
  readonly slot: Slot
}

/** The direction is not known yet: only the analysis knows whether this server answers with `R`. */
const SIDE_OPEN = 0
/** What a slot is made of that nobody filled. */
const DASH = 0x2d

/**
 * Compares replies byte by byte with what was sent. Holds scratch memory, so that judging a reply allocates nothing.
 * `judge` overwrites `judgement`.
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
   * Judges the reply of `got` bytes at `at` against the probe (size, sequence, run, sent).
   *
   * @param seen where the reply is in the examined bytes, if its first 34 bytes are known to be that probe's: a right
   *   check, and the sequence, run and length are the same; -1: they are not
   */
  judge(
    bytes: Uint8Array,
    at: number,
    got: number,
    size: number,
    sequence: number,
    run: number,
    sent: number,
    seen: number,
  ): void {
    const out = this.judgement
    const kind = got > OFFSET.kind ? bytes[at + OFFSET.kind] : 0
    const answered = kind === KIND.reply
    const kindTrait = answered ? TRAIT.answered : 0
    const known = Math.min(got, size, SLOT_AT)
    let header = -1
    // There is one spelling of each send time: the same value is the same bytes.
    if (seen < 0 || known < SLOT_AT || this.#codec.examined.sent[seen] !== sent) {
      writeProbe(this.#expected, 0, size, sequence, run, sent)
      header = this.#wrongInHeader(bytes, at, known)
    }
    const slot = header >= 0 ? -1 : this.#wrongInSlot(bytes, at, got, size, answered, seen)
    if (kind === KIND.damaged) {
      // No server returns a probe that is too small for a check.
      if (size < CHECKED_SIZE)
        return this.#wrong(header >= 0 ? Math.min(header, OFFSET.kind) : OFFSET.kind, TRAIT.sideHidden)
      // It comes back as the server had it. What shows no damage had its kind damaged, or is cut before the damage.
      const unseen = got < Math.min(size, PROBE_SIZE) ? got : OFFSET.kind
      return this.#wrong(Math.max(header, slot) >= 0 ? Math.max(header, slot) : unseen, TRAIT.sideRequest)
    }
    if (header >= 0) return this.#wrong(header, kindTrait | this.#sideOfHeader(bytes, at, got, size, header, answered))
    if (slot >= 0) return this.#wrong(slot, kindTrait | this.#sideOfSlot(bytes, at, got, size, answered))

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
      out.traits = kindTrait | rules | sideOfCut(bytes, at, got, size, answered, out.slot)
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

  /** First wrong offset below `end`, the kind aside where it is `Q`, `R` or `D`; -1: all right. */
  #wrongInHeader(bytes: Uint8Array, at: number, end: number): number {
    for (let i = 0; i < end; i++) {
      const byte = bytes[at + i]
      if (byte !== this.#expected[i] && !(i === OFFSET.kind && (byte === KIND.reply || byte === KIND.damaged))) return i
    }
    return -1
  }

  /** First wrong offset of the slot; -1: all right, and the judgement's slot is filled where it carries evidence. */
  #wrongInSlot(bytes: Uint8Array, at: number, got: number, size: number, answered: boolean, seen: number): number {
    const end = Math.min(got, size, PROBE_SIZE)
    if (end <= SLOT_AT || !answered || size < PROBE_SIZE) {
      this.#clearSlot()
      if (seen >= 0 && this.#codec.examined.blank[seen] === 1) return -1
      for (let i = SLOT_AT; i < end; i++) if (bytes[at + i] !== DASH) return i
      return -1
    }
    this.#slotIsRead = true
    return this.#codec.readSlot(bytes, at, end, this.judgement.slot) === 'wrong' ? SLOT_AT : -1
  }

  /**
   * A server of ours sends no probe of kind `Q` with a slot that is not blank: it returns that as `D`. Filled as a server fills it, the kind
   * was damaged from server to client.
   */
  #sideOfSlot(bytes: Uint8Array, at: number, got: number, size: number, answered: boolean): number {
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
   * A server answers with `R` only what reached it with a right check and a blank slot. So with `R`, damage to what the check
   * covers came from server to client. A damaged kind byte hides which it was; a filled slot says that the server had seen a right one.
   */
  #sideOfHeader(bytes: Uint8Array, at: number, got: number, size: number, offset: number, answered: boolean): number {
    if (answered) return offset < CHECKED_SIZE ? TRAIT.sideReply : TRAIT.sideHidden
    if (got <= OFFSET.kind || bytes[at + OFFSET.kind] === KIND.probe) return sideUnproved(size)
    if (Math.min(got, size) < PROBE_SIZE) return TRAIT.sideHidden
    return isBlank(bytes, at + OFFSET.seen, 5) ? SIDE_OPEN : TRAIT.sideReply
  }
}

/** A probe too short for a check comes back as it went even from a udptool server: its kind proves nothing. */
function sideUnproved(size: number): number {
  return size < CHECKED_SIZE ? TRAIT.sideHidden : SIDE_OPEN
}

/** In which direction a right beginning was cut, as far as the reply itself shows. */
function sideOfCut(bytes: Uint8Array, at: number, got: number, size: number, answered: boolean, slot: Slot): number {
  if (!answered) return got > OFFSET.kind ? sideUnproved(size) : TRAIT.sideHidden
  // The check that made the server answer with R was whole at its end.
  if (got < CHECKED_SIZE) return TRAIT.sideReply
  if (size < PROBE_SIZE) return TRAIT.sideHidden
  // A server that returns more than it has, or has more than its kernel had, does not know what it has.
  if (slot.seen >= 0 && (slot.seen < got || (slot.whole >= 0 && slot.seen > slot.whole))) return TRAIT.sideHidden
  // Cut twice, the shorter cut is the one that shows: the reply is as long as what the server had, or shorter.
  if (slot.seen >= 0) return slot.seen < size && slot.seen === got ? TRAIT.sideRequest : TRAIT.sideReply
  // The server always knows `seen`, and writes it only where the whole field fits what reached it.
  if (got > OFFSET.seen && got < OFFSET.whole)
    return isBlank(bytes, at + OFFSET.seen, got - OFFSET.seen) ? TRAIT.sideRequest : TRAIT.sideReply
  return TRAIT.sideHidden
}

function clear(slot: Slot): void {
  slot.received = slot.seen = slot.whole = slot.fragment = slot.tos = slot.ttl = slot.drops = -1
  slot.arrivalSeconds = slot.arrivalNanos = slot.dwell = -1
}
