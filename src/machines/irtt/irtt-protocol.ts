import type { Nanos } from '../../base/nanos.ts'
import { createIrttFacts } from '../../facts/irtt.ts'
import type { IrttPlan } from '../../facts/protocol.ts'
import type { ClientFacts } from '../../facts/run.ts'
import { writeIrttRequest } from '../../wire/irtt/echo.ts'
import type { Mac } from '../../wire/mac.ts'
import type { Payload } from '../../wire/payload.ts'
import type { Datagram } from '../datagram.ts'
import type { ProbeProtocol, ProtocolParts } from '../probe-protocol.ts'
import { ClosingProbes } from './closing-probes.ts'
import { IrttOpening } from './opening.ts'
import { IrttQuotes } from './quotes.ts'
import { IrttReplies } from './replies.ts'
import { RequestRecord } from './request-record.ts'
import { requestRows } from './request-rows.ts'
import type { Session } from './session.ts'

/** Probes are echo requests to a server of irtt (docs/irtt.md). Each client has a session of its own. */
export class IrttProtocol implements ProbeProtocol {
  readonly straySize: number
  readonly opening: IrttOpening
  readonly exchange: ClosingProbes
  readonly quotes: IrttQuotes
  readonly #payload: Payload
  readonly #mac: Mac | undefined
  readonly #replies: IrttReplies
  /** By client; absent: it is not open. */
  readonly #sessions: (Session | undefined)[]

  constructor(parts: ProtocolParts, protocol: IrttPlan) {
    const { plan, facts, environment, payload, open } = parts
    const [mac] = protocol.isAuthenticated ? (environment.macs ?? []) : []
    if (protocol.isAuthenticated && mac === undefined) throw new RangeError('an authenticated session has no key')
    const irtt = createIrttFacts()
    facts.irtt = irtt
    const sessions: (Session | undefined)[] = plan.runs.map(() => undefined)
    this.#sessions = sessions
    this.#payload = payload
    this.#mac = mac
    this.straySize = plan.sizes[0] ?? 0
    const recordOf = (client: number, interval: Nanos): RequestRecord =>
      new RequestRecord(requestRows(facts, client), plan.timeout, interval)
    this.opening = new IrttOpening({ plan, protocol, facts: irtt, mac, sessions, recordOf })
    const write = (bytes: Uint8Array, at: number, sequence: number, client: number): number => {
      this.write(bytes, at, this.straySize, sequence, client)
      return this.straySize
    }
    this.exchange = new ClosingProbes({ facts, mac, sessions, write })
    this.quotes = new IrttQuotes(facts, open, sessions)
    const { opening, exchange: closing } = this
    this.#replies = new IrttReplies({ ...parts, irtt, mac, sessions, opening, closing })
  }

  write(bytes: Uint8Array, at: number, size: number, sequence: number, client: number): void {
    const session = this.#sessions[client]
    if (session === undefined) return
    const { layout, token } = session
    this.#payload.write(bytes, at, layout.payload, size, sequence)
    writeIrttRequest(bytes.subarray(at, at + size), layout, token, sequence, this.#mac)
  }

  book(datagram: Datagram, client: ClientFacts): void {
    this.#replies.book(datagram, client)
  }
}
