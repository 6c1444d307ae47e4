import { SECOND, type Nanos } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import { countHeaders } from '../facts/headers.ts'
import { countCopy, isReply, NO_DWELL, OUTCOME, PAGE_ROWS, TRAIT, type ProbePage } from '../facts/probe-table.ts'
import { probeSize, type ClientFacts, type RunFacts } from '../facts/run.ts'
import { clientOfSource } from '../facts/source.ts'
import type { Slot } from '../wire/evidence.ts'
import { isBlank } from '../wire/hex.ts'
import type { Payload } from '../wire/payload.ts'
import { CHECKED_SIZE, extendSequence, KIND, OFFSET, PROBE_SIZE, SLOT_AT } from '../wire/probe.ts'
import { readReceiptsAnswer } from '../wire/receipts.ts'
import { bookArrival } from './book-arrival.ts'
import type { Codec } from './codec.ts'
import type { Datagram } from './datagram.ts'
import { GuessedRows } from './guessed-rows.ts'
import { Identifier } from './identify.ts'
import type { ReceiptsClient } from './receipts-client.ts'
import { Judge } from './judge.ts'
import type { OpenProbes } from './open-probes.ts'
import type { Reception } from './reception.ts'
import type { SentProbe } from './sent-probe.ts'
import { SlotCheck } from './slot-check.ts'
import type { Sources } from './sources.ts'

/** Instead of a sequence: an intact datagram of another run. */
const FOREIGN = -2

/**
 * Books each datagram that arrives at a client's socket: a first reply, judged, on its probe; a further copy as a duplicate; receipts traffic
 * with the receipts client; the rest as foreign or unidentified.
 */
export class ReplyBooking {
  readonly #plan: ProbePlan
  readonly #facts: RunFacts
  readonly #open: OpenProbes
  readonly #reception: Reception
  readonly #receiptsClient: ReceiptsClient
  readonly #codec: Codec
  readonly #identifier: Identifier
  readonly #judge: Judge
  readonly #slots = new SlotCheck()
  /** The probe of the reply, reused for each. */
  readonly #probe: SentProbe = { size: 0, sequence: 0, run: 0, sent: 0 }
  readonly #sources: Sources | undefined
  /** Rows with a reply too short to identify, which may belong to another probe. */
  readonly #guesses = new GuessedRows()

  constructor(
    plan: ProbePlan,
    facts: RunFacts,
    payload: Payload,
    open: OpenProbes,
    reception: Reception,
    receiptsClient: ReceiptsClient,
    codec: Codec,
    sources?: Sources,
  ) {
    this.#plan = plan
    this.#facts = facts
    this.#open = open
    this.#reception = reception
    this.#receiptsClient = receiptsClient
    this.#identifier = new Identifier(plan, facts.probes, reception, sources)
    this.#sources = sources
    this.#codec = codec
    this.#judge = new Judge(payload, codec)
  }

  book(datagram: Datagram, client: ClientFacts): void {
    this.#reception.receivedAny = true
    const { bytes, seen, at, size, socket, now } = datagram
    const kind = this.#codec.examined.kind[seen] ?? 0
    if (kind === KIND.answer || kind === KIND.request) {
      this.#bookReceipts(datagram, client)
      return
    }
    // A damaged or cut echo of a receipts request is not a reply to a probe.
    if (kind === 0 && this.#receiptsClient.isEchoedRequest(socket, bytes, at, size)) return
    const sequence = kind === 0 ? this.#identifier.identify(datagram, client) : this.#provedSequence(client, seen)
    if (sequence === FOREIGN) client.foreign += 1
    else if (sequence < 0) {
      if (this.#receiptsClient.isDamaged(socket, bytes, at, size)) return
      client.unidentified += 1
      this.#sources?.strayed(socket, now)
    } else this.#bookReply(datagram, client, sequence, kind !== 0)
  }

  #bookReceipts({ bytes, seen, at, size, socket, now }: Datagram, client: ClientFacts): void {
    const { examined } = this.#codec
    if (examined.kind[seen] === KIND.request) {
      if (examined.run[seen] === client.run) this.#receiptsClient.echoed(socket)
      return
    }
    const answer = readReceiptsAnswer(bytes, at, size)
    if (answer !== undefined && answer.run === client.run) this.#receiptsClient.answer(socket, answer, now)
  }

  /** The sequence that a right check proves; -1: no probe of ours had that sequence and length. */
  #provedSequence(client: ClientFacts, seen: number): number {
    const { examined } = this.#codec
    if (examined.run[seen] !== client.run) return FOREIGN
    const sequence = extendSequence(examined.sequence[seen] ?? 0, client.scheduled)
    if (sequence >= client.scheduled || examined.length[seen] !== probeSize(this.#plan, sequence)) return -1
    return sequence
  }

  /** @param proved whether a right check proves the sequence */
  #bookReply(reply: Datagram, client: ClientFacts, sequence: number, proved: boolean): void {
    const { bytes, at, size: got, socket, now } = reply
    const number = clientOfSource(socket, this.#plan.clients)
    const row = sequence * this.#plan.clients + number
    const page = this.#facts.probes.find(row)
    const place = row % PAGE_ROWS
    const kind = got > OFFSET.kind ? bytes[at + OFFSET.kind] : 0
    if (kind === KIND.reply) client.answeredArrivals += 1
    // A final row is counted already, even if its page is still here.
    if (page === undefined || row < this.#facts.finalRows) {
      this.#bookCopy(client, number, socket, now)
      return
    }
    const sent = page.sent[place] ?? 0
    const size = probeSize(this.#plan, sequence)
    const probe = this.#probe
    probe.size = size
    probe.sequence = sequence
    probe.run = client.run
    probe.sent = sent
    this.#judge.judge(reply, probe, proved)
    const { judgement } = this.#judge
    if (kind === KIND.damaged && size >= CHECKED_SIZE) {
      client.damagedArrivals += 1
      if (wasUnchecked(reply, size, proved)) client.echoedArrivals += 1
    } else if (!proved && showsUnchecked(judgement.traits, size)) client.echoedArrivals += 1
    const outcome = page.outcome[place]
    const isReplied = isReply(outcome)
    const named = proved || !this.#identifier.nameless
    if (isReplied && !(named && this.#guesses.take(row))) {
      this.#bookCopy(client, number, socket, now)
      countCopy(page, place)
      return
    }
    // The guessed reply was not the reply; the true one takes over its rank.
    if (isReplied) client.unidentified += 1
    else {
      client.replies += 1
      page.order[place] = client.replies
    }
    if (!proved && this.#identifier.guessed) this.#guesses.add(row, now - 2 * this.#plan.timeout, now)
    page.outcome[place] = judgement.outcome
    page.detail[place] = judgement.detail
    // A receipt that arrived before the reply is out of date.
    page.traits[place] = judgement.traits
    bookArrival(reply, page, place, this.#facts, this.#reception)
    const { headers, implausible } = this.#facts
    this.#slots.check(judgement.slot, implausible, reply, probe, client.scheduled)
    bookEvidence(page, place, client, judgement.slot)
    countHeaders(headers.up, judgement.slot.tos, judgement.slot.fragment)
    if (kind === KIND.reply || kind === KIND.damaged) this.#receiptsClient.noteReplySize(got)
    if (proved && kind === KIND.reply) this.#receiptsClient.early?.noteAnswered(number)
    this.#sources?.replied(socket, number, named, kind === KIND.reply, now)
    // A refusal or an ICMP error had closed the probe already; the reply replaces it.
    if (outcome === OUTCOME.waiting) this.#open.settle(socket, sequence, now)
  }

  #bookCopy(client: ClientFacts, number: number, socket: number, now: Nanos): void {
    client.duplicates += 1
    this.#identifier.copied(number, now)
    this.#sources?.strayed(socket, now)
  }
}

/**
 * Whether a reply without a right check had none as a request either: it is not of kind `R`, and nothing shows or hides that the damage
 * happened from server to client. A probe too small for a check never had one.
 */
function showsUnchecked(traits: number, size: number): boolean {
  return size < CHECKED_SIZE || (traits & (TRAIT.answered | TRAIT.sideMask)) === 0
}

/**
 * Whether the server counted a probe that it returned as `D` as damaged. If its slot was not blank the probe had a right check, and the
 * receipts include it instead; with a right check and a blank slot its kind was damaged.
 */
function wasUnchecked({ bytes, at, size: got }: Datagram, size: number, proved: boolean): boolean {
  const end = Math.min(got, size, PROBE_SIZE)
  return isBlank(bytes, at + SLOT_AT, end - SLOT_AT) && (!proved || end === Math.min(size, PROBE_SIZE))
}

/** Books the server's evidence about a probe. */
function bookEvidence(page: ProbePage, place: number, client: ClientFacts, slot: Slot): void {
  if (slot.dwell >= 0) page.dwell[place] = Math.min(slot.dwell, NO_DWELL - 1)
  if (slot.arrivalSeconds < 0 || slot.arrivalNanos < 0) return
  client.serverBase ??= slot.arrivalSeconds
  if (page.serverArrival !== undefined)
    page.serverArrival[place] = (slot.arrivalSeconds - client.serverBase) * SECOND + slot.arrivalNanos
}
