import type { Nanos } from '../../base/nanos.ts'
import { SECOND } from '../../base/nanos.ts'
import type { Random } from '../../base/random.ts'
import type { IrttServerPlan } from '../../facts/protocol.ts'
import type { IrttToken } from '../../wire/irtt/envelope.ts'
import { irttLayout, type IrttLayout } from '../../wire/irtt/layout.ts'
import type { IrttParameters } from '../../wire/irtt/parameters.ts'
import { NEW_WINDOW, nextWindow, withReceived, type IrttWindow } from '../../wire/irtt/window.ts'
import type { SourceNetwork } from '../source-network.ts'
import { RequestAllowance } from '../irtt/request-allowance.ts'
import { DistinctSequences } from './distinct-sequences.ts'
import { IDLE } from './grant.ts'

/** A session whose first request does not come in this time ends: its client may not exist. */
const UNUSED: Nanos = 10 * SECOND
/** Time after the maximum duration, or after the idle time, in which requests are still expected. */
const AFTER_END: Nanos = 2 * SECOND
const AFTER_IDLE: Nanos = 5 * SECOND

/** A client of a server. */
export interface SessionPeer {
  /** Address and port. */
  readonly key: string
  readonly network: SourceNetwork
}

/** What a session is opened with. */
export interface NewSession {
  readonly token: IrttToken
  /** Its client: no other may use the session. */
  readonly peer: SessionPeer
  readonly parameters: IrttParameters
  /** Index of the key by which its datagrams are authenticated; undefined: none are. */
  readonly key: number | undefined
  /** Of its payloads; undefined: they have a fixed pattern. */
  readonly random: Random | undefined
  readonly opened: Nanos
}

/** A client's session: what was agreed on, and what was received. */
export class IrttSession {
  readonly token: IrttToken
  readonly peer: string
  readonly network: string
  readonly key: number | undefined
  readonly random: Random | undefined
  readonly layout: IrttLayout
  /** DSCP of its replies. */
  readonly dscp: number
  readonly #maxDuration: Nanos
  /** Made by the first request: forged open requests get no memory for others. */
  #distinct: DistinctSequences | undefined
  /** Of the highest sequence number. */
  #window: IrttWindow = NEW_WINDOW
  #highest = 0
  #started: Nanos | undefined
  #lastRequest: Nanos
  readonly #allowance: RequestAllowance

  constructor({ token, peer, parameters, key, random, opened }: NewSession, plan: IrttServerPlan) {
    this.token = token
    this.peer = peer.key
    this.network = `${peer.network.high} ${peer.network.low}`
    this.key = key
    this.random = random
    this.layout = irttLayout(parameters, key !== undefined)
    this.dscp = parameters.tos >> 2
    this.#allowance = new RequestAllowance(plan.minInterval)
    this.#maxDuration = plan.maxDuration
    this.#lastRequest = opened
  }

  /** Whether a request of it was received, which proves the address of its client: the token was sent there. */
  get isUsed(): boolean {
    return this.#started !== undefined
  }

  /** How many different requests were received. */
  get count(): number {
    return this.#distinct?.count ?? 0
  }

  hasEnded(now: Nanos): boolean {
    return now - this.#lastRequest > (this.isUsed ? IDLE + AFTER_IDLE : UNUSED)
  }

  /** Whether a request that arrives now is the last one to be answered. */
  isOver(now: Nanos): boolean {
    return this.#started !== undefined && now - this.#started >= this.#maxDuration + AFTER_END
  }

  /** Whether a request that arrived now may be answered. */
  mayAnswer(arrived: Nanos): boolean {
    return this.#allowance.accepts(arrived)
  }

  /**
   * Books a request, and returns the window of its reply. A request that comes late has an empty one, as the protocol
   * defines it, but is in the windows after it: irtt's own server forgets all that came before a late request, so its client takes a lost
   * reply for a lost request.
   */
  receive(sequence: number, now: Nanos): IrttWindow {
    this.#lastRequest = now
    this.#distinct ??= new DistinctSequences()
    this.#distinct.add(sequence)
    const step = this.isUsed ? (sequence - this.#highest) | 0 : 0
    this.#started ??= now
    if (step < 0) {
      this.#window = withReceived(this.#window, -step)
      return NEW_WINDOW
    }
    this.#window = nextWindow(this.#window, step)
    this.#highest = sequence
    return this.#window
  }
}
