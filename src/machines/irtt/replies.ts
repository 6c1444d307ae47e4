import { SECOND } from '../../base/nanos.ts'
import type { IrttFacts } from '../../facts/irtt.ts'
import { countImplausible } from '../../facts/implausible.ts'
import { countCopy, isReply, NO_DWELL, OUTCOME, PAGE_ROWS, type ProbePage } from '../../facts/probe-table.ts'
import type { ClientFacts } from '../../facts/run.ts'
import { irttSequence, readIrttReport, type IrttReport } from '../../wire/irtt/echo.ts'
import { IRTT_FLAG, irttFlags, isAuthentic } from '../../wire/irtt/envelope.ts'
import type { Mac } from '../../wire/mac.ts'
import { extendSequence } from '../../wire/probe.ts'
import { bookArrival } from '../book-arrival.ts'
import type { Datagram } from '../datagram.ts'
import type { ProtocolParts } from '../probe-protocol.ts'
import type { ClosingProbes } from './closing-probes.ts'
import { judgeReply } from './judge-reply.ts'
import type { IrttOpening } from './opening.ts'
import { hasToken, type Session } from './session.ts'

const NANOS = BigInt(SECOND)

interface BookingParts extends Pick<ProtocolParts, 'facts' | 'open' | 'reception' | 'stop'> {
  readonly irtt: IrttFacts
  readonly mac: Mac | undefined
  readonly sessions: readonly (Session | undefined)[]
  readonly opening: IrttOpening
  readonly closing: ClosingProbes
}

/** Books what arrives at a client's socket: replies on their probes, what they report of other probes, and the rest in counts. */
export class IrttReplies {
  readonly #parts: BookingParts

  constructor(parts: BookingParts) {
    this.#parts = parts
  }

  book(datagram: Datagram, client: ClientFacts): void {
    const { reception, mac, irtt, sessions, opening } = this.#parts
    reception.receivedAny = true
    const bytes = datagram.bytes.subarray(datagram.at, datagram.at + datagram.size)
    const flags = irttFlags(bytes)
    if (mac !== undefined && !isAuthentic(bytes, Math.max(0, flags), mac)) {
      irtt.forged += 1
      return
    }
    if (flags >= 0 && (flags & IRTT_FLAG.open) !== 0) {
      if (isAuthentic(bytes, flags, mac)) opening.take(bytes, (flags & IRTT_FLAG.reply) !== 0, datagram.socket)
      return
    }
    const session = sessions[datagram.socket]
    if (session === undefined || bytes.length < session.layout.sequence + 4) client.unidentified += 1
    else if (!hasToken(bytes, session.layout, session.token)) {
      // Of another session, if it is a reply at all.
      if (flags >= 0) client.foreign += 1
      else client.unidentified += 1
    } else this.#bookEcho(datagram, bytes, client, session)
  }

  #bookEcho(datagram: Datagram, bytes: Uint8Array, client: ClientFacts, session: Session): void {
    const { socket } = datagram
    const { facts, closing } = this.#parts
    const { layout, record } = session
    const sequence = extendSequence(irttSequence(bytes, layout), client.scheduled)
    const closingSent = closing.sentAt(socket, sequence)
    if (sequence >= client.scheduled && closingSent === undefined) {
      client.foreign += 1
      return
    }
    const judgement = judgeReply(bytes, layout)
    const report =
      judgement.outcome === OUTCOME.wrong || bytes.length < layout.payload ? {} : readIrttReport(bytes, layout)
    const row = sequence * facts.clients.length + socket
    const sent = closingSent ?? facts.probes.sentAt(row)
    if (report.window !== undefined) record?.add({ sequence, sent, count: report.count, window: report.window })
    const ends = judgement.outcome !== OUTCOME.wrong && ((bytes[3] ?? 0) & IRTT_FLAG.close) !== 0
    if (ends) session.isOver = true
    if (closingSent === undefined) {
      this.#bookReply(datagram, client, row, sequence, judgement, report)
      if (ends) this.#endedByServer()
    } else closing.answered(socket)
  }

  #bookReply(
    datagram: Datagram,
    client: ClientFacts,
    row: number,
    sequence: number,
    { outcome, detail, traits }: ReturnType<typeof judgeReply>,
    report: IrttReport,
  ): void {
    const { facts, open, reception } = this.#parts
    const page = facts.probes.find(row)
    const place = row % PAGE_ROWS
    if (page === undefined || row < facts.finalRows) {
      client.duplicates += 1
      return
    }
    const before = page.outcome[place]
    if (isReply(before)) {
      client.duplicates += 1
      countCopy(page, place)
      return
    }
    client.replies += 1
    page.order[place] = client.replies
    page.outcome[place] = outcome
    page.detail[place] = detail
    page.traits[place] = traits
    bookArrival(datagram, page, place, facts, reception)
    if (page.counter !== undefined && report.count !== undefined) page.counter[place] = report.count
    this.#bookTimes(page, place, client, report)
    // A refusal or an ICMP error had closed the probe already; the reply replaces it.
    if (before === OUTCOME.waiting) open.settle(datagram.socket, sequence, datagram.now)
  }

  /** The server's receive time by its wall clock, and how long it had the request. A midpoint is taken for both its times. */
  #bookTimes(page: ProbePage, place: number, client: ClientFacts, report: IrttReport): void {
    const { receiveWall, receiveMono, sendWall, sendMono, midpointWall } = report
    const there = receiveWall ?? midpointWall
    const dwell = differenceOf(receiveMono, sendMono) ?? differenceOf(receiveWall, sendWall)
    if (dwell !== undefined && dwell >= 0) page.dwell[place] = Math.min(dwell, NO_DWELL - 1)
    else if (midpointWall !== undefined) page.dwell[place] = 0
    if (there === undefined) return
    if (there <= 0n) {
      countImplausible(this.#parts.facts.implausible, 'arrival')
      return
    }
    const seconds = Number(there / NANOS)
    client.serverBase ??= seconds
    if (page.serverArrival !== undefined)
      page.serverArrival[place] = (seconds - client.serverBase) * SECOND + Number(there % NANOS)
  }

  /** The run ends, unless it had sent all its probes. */
  #endedByServer(): void {
    const { irtt, facts, stop } = this.#parts
    const { count = Infinity } = facts.plan
    if (facts.clients.every(({ scheduled }) => scheduled >= count)) return
    irtt.closedByServer = true
    stop()
  }
}

function differenceOf(from: bigint | undefined, to: bigint | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : Number(to - from)
}
