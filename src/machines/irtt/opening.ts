import { errnoName } from '../../base/errno.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { IcmpError } from '../../facts/icmp.ts'
import { askedGrant, type IrttFacts, type IrttGrant, type IrttRefusal } from '../../facts/irtt.ts'
import type { ProbePlan } from '../../facts/plan.ts'
import type { IrttPlan } from '../../facts/protocol.ts'
import { irttLayout } from '../../wire/irtt/layout.ts'
import { IRTT_VERSION } from '../../wire/irtt/parameters.ts'
import { irttOpenRequest, readIrttOpenReply } from '../../wire/irtt/session.ts'
import type { Mac } from '../../wire/mac.ts'
import { sameBytes } from '../../wire/same-bytes.ts'
import type { Outbox } from '../machine.ts'
import { addRow } from '../outbox-row.ts'
import type { Opening } from '../probe-protocol.ts'
import { grantOf, type Session } from './session.ts'

/** How long each open request waits for its answer, as irtt's client does (docs/irtt.md). Every refusal is silence. */
const WAITS: readonly Nanos[] = [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND]

interface OpeningParts {
  readonly plan: ProbePlan
  readonly protocol: IrttPlan
  readonly facts: IrttFacts
  readonly mac: Mac | undefined
  /** By client. */
  readonly sessions: (Session | undefined)[]
  readonly recordOf: (client: number, interval: Nanos) => Session['record']
}

/** Opens one session for each client: all must be open before the first probe is sent. */
export class IrttOpening implements Opening {
  state: Opening['state'] = 'opening'
  readonly #parts: OpeningParts
  readonly #asked: IrttGrant
  readonly #request: Uint8Array
  /** The run has to be over then. */
  #until: Nanos | undefined
  #tries = 0
  /** The next client to ask in this try. */
  #next: number
  #nextTry: Nanos = -Infinity
  /** The latest error that does not prove that no server will answer. */
  #error: number | undefined

  constructor(parts: OpeningParts) {
    this.#parts = parts
    this.#next = parts.plan.clients
    this.#asked = askedGrant(parts.plan, parts.protocol)
    this.#request = irttOpenRequest({ version: IRTT_VERSION, ...this.#asked }, true, parts.mac)
  }

  /** How long probes may be sent. Infinity: the server did not shorten it. */
  get duration(): Nanos {
    const granted = this.#parts.facts.granted?.duration ?? Infinity
    return granted < this.#asked.duration ? granted : Infinity
  }

  send(outbox: Outbox, now: Nanos): Nanos {
    const { plan, sessions } = this.#parts
    if (this.state !== 'opening') return now
    const until = (this.#until ??= now + (plan.closeBy ?? Infinity))
    if (now >= this.#nextTry) {
      const wait = now >= until || this.#isRefusedByGrant ? undefined : WAITS[this.#tries]
      if (wait === undefined) {
        this.#refuse({ reason: 'silence', ...(this.#error === undefined ? {} : { errno: this.#error }) })
        return now
      }
      this.#tries += 1
      this.#next = 0
      this.#nextTry = Math.min(now + wait, until)
    }
    if (this.#isRefusedByGrant) return this.#nextTry
    let used = 0
    for (; this.#next < plan.clients && outbox.count < outbox.capacity; this.#next++) {
      if (sessions[this.#next] !== undefined) continue
      outbox.bytes.set(this.#request, used)
      addRow(outbox, used, this.#request.length, this.#next, -1)
      used += this.#request.length
    }
    return this.#next < plan.clients ? now : this.#nextTry
  }

  /** Takes a datagram with the flag `open`, which a client received. It is authentic. */
  take(datagram: Uint8Array, isReply: boolean, client: number): void {
    const { plan, protocol, sessions, facts, recordOf } = this.#parts
    if (this.state !== 'opening' || sessions[client] !== undefined) return
    if (!isReply) {
      const { length } = this.#request
      if (datagram.length === length && sameBytes(datagram, 0, this.#request, 0, length))
        this.#refuse({ reason: 'echoed' })
      return
    }
    const reply = readIrttOpenReply(datagram, protocol.isAuthenticated)
    if (reply === undefined || (reply.token.low === 0 && reply.token.high === 0)) return
    const { token, parameters } = reply
    const layout = irttLayout(parameters, protocol.isAuthenticated)
    const grant = grantOf(parameters, layout, protocol)
    const hasWindow = layout.window !== undefined
    sessions[client] = {
      token,
      layout,
      record: hasWindow ? recordOf(client, parameters.interval) : undefined,
      isOver: false,
    }
    if (facts.granted === undefined || grant.duration < facts.granted.duration) facts.granted = grant
    if (layout.length !== plan.sizes[0]) facts.refused ??= { reason: 'length', granted: layout.length }
    else if (parameters.interval > this.#asked.interval)
      facts.refused ??= { reason: 'interval', granted: parameters.interval }
    if (sessions.some(other => other === undefined)) return
    this.state = this.#isRefusedByGrant ? 'refused' : 'open'
    facts.opened = !this.#isRefusedByGrant
  }

  failed({ errno }: IcmpError): void {
    this.#error = errno
    // A closed port does not open while the request waits; another error may be of a passing outage.
    if (errnoName(errno) === 'ECONNREFUSED') this.#refuse({ reason: 'unreachable', errno })
  }

  /**
   * A session has parameters with which no probe is sent. The other clients' requests are still awaited, once, so that their sessions can be
   * closed: irtt's server keeps an unused session for ever.
   */
  get #isRefusedByGrant(): boolean {
    return this.#parts.facts.refused !== undefined
  }

  #refuse(refusal: IrttRefusal): void {
    this.state = 'refused'
    this.#parts.facts.refused ??= refusal
  }
}
