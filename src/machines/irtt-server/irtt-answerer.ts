import { seeded } from '../../base/random.ts'
import type { DropReason } from '../../facts/drop-reason.ts'
import type { IrttServerPlan } from '../../facts/protocol.ts'
import { irttSequence, writeIrttReply } from '../../wire/irtt/echo.ts'
import { envelopeSize, IRTT_FLAG, irttFlags, isAuthentic } from '../../wire/irtt/envelope.ts'
import { irttOpenReply, irttTokenOf, readIrttOpenRequest } from '../../wire/irtt/session.ts'
import type { Mac } from '../../wire/mac.ts'
import { NO_ANSWER, type AnswerRules, type RulesParts } from '../answer-rules.ts'
import type { Datagram } from '../datagram.ts'
import type { Guard } from '../guard.ts'
import type { Peer } from '../peer-table.ts'
import { fillPayload } from './fill.ts'
import { grantIrtt, RANDOM_FILL } from './grant.ts'
import { ServerTimes } from './server-times.ts'
import { IrttSession } from './session.ts'
import { IrttSessions } from './sessions.ts'

const { open: OPEN, reply: REPLY, close: CLOSE } = IRTT_FLAG

/** Magic and flags. */
const SHORTEST = envelopeSize(false)

/** The rules of irtt's server (docs/irtt.md, Server): it opens sessions and answers their echo requests. Every refusal is silence. */
export class IrttAnswerer implements AnswerRules {
  readonly run = undefined
  readonly sequence = 0
  readonly declared = 0
  readonly hops = 0
  readonly forReceipts = false
  reason: DropReason = 'malformed'
  /** DSCP of the last answer; 0: this host's default. */
  dscp = 0
  readonly #plan: IrttServerPlan
  readonly #guard: Guard
  readonly #macs: readonly Mac[]
  readonly #random: () => number
  readonly #sessions: IrttSessions
  readonly #times: ServerTimes
  /** The last answer, if it is longer than its request: the reply to an open request has a token, and the request has none. */
  #opened: Uint8Array | undefined

  constructor({ environment, guard }: RulesParts, plan: IrttServerPlan) {
    if (environment.random === undefined) throw new RangeError('a server of irtt needs random words')
    this.#plan = plan
    this.#guard = guard
    this.#macs = plan.isAuthenticated ? (environment.macs ?? []) : []
    this.#random = environment.random
    this.#sessions = new IrttSessions(plan.maxSessions)
    this.#times = new ServerTimes(environment)
  }

  answer(datagram: Datagram, peer: Peer): number {
    const { at, size } = datagram
    this.#opened = undefined
    this.dscp = 0
    if (peer.denied) return this.#drop('denied')
    const bytes = datagram.bytes.subarray(at, at + size)
    if (size < SHORTEST) return this.#drop('short')
    const flags = irttFlags(bytes)
    if (flags < 0) return this.#drop('malformed')
    // Two servers could exchange replies for ever.
    if ((flags & REPLY) !== 0) return this.#drop('kind')
    const key = this.#keyOf(bytes, flags)
    if (key === false) return this.#drop('unauthenticated')
    if (this.#guard.refusesPort(peer.address)) return this.#drop('sourcePort')
    if ((flags & OPEN) !== 0) return this.#open(datagram, bytes, (flags & CLOSE) === 0, peer, key)
    const session = this.#sessionOf(bytes, peer, key, datagram)
    if (session === undefined) return NO_ANSWER
    return (flags & CLOSE) === 0 ? this.#echo(datagram, bytes, session, peer) : this.#close(session)
  }

  answerPlain(): number {
    return 0
  }

  finish(): void {}

  /** A train is answered in one row, in which all answers have the length of their requests. */
  isDelayed({ inbox, m, size }: Datagram, keep: number): boolean {
    return this.#opened !== undefined || (keep !== size && (inbox.stride[m] ?? 0) < (inbox.size[m] ?? 0))
  }

  detach(bytes: Uint8Array, at: number, keep: number): Uint8Array {
    return this.#opened ?? bytes.slice(at, at + keep)
  }

  /** The index of the key of the datagram; undefined: the server has no key; false: the datagram has not the HMAC that it must have. */
  #keyOf(bytes: Uint8Array, flags: number): number | undefined | false {
    if (!this.#plan.isAuthenticated) return isAuthentic(bytes, flags, undefined) ? undefined : false
    const key = this.#macs.findIndex(mac => isAuthentic(bytes, flags, mac))
    return key >= 0 && key
  }

  #open(datagram: Datagram, bytes: Uint8Array, isTest: boolean, peer: Peer, key: number | undefined): number {
    const { arrived, now } = datagram
    const asked = readIrttOpenRequest(bytes, key !== undefined)
    if (asked === undefined) return this.#drop('malformed')
    const parameters = grantIrtt(asked, this.#plan)
    const token = isTest ? this.#sessions.newToken(this.#random) : undefined
    const reply = irttOpenReply(parameters, token, this.#macOf(key))
    const withheld = this.#guard.withhold(peer, reply.length, false, arrived, now)
    if (withheld !== undefined) return this.#drop(withheld)
    if (token !== undefined) {
      const random = parameters.fill === RANDOM_FILL ? seeded(this.#random()) : undefined
      const session = new IrttSession({ token, peer, parameters, key, random, opened: now }, this.#plan)
      this.#sessions.add(session, now)
    }
    this.#opened = reply
    return reply.length
  }

  #sessionOf(bytes: Uint8Array, peer: Peer, key: number | undefined, { now }: Datagram): IrttSession | undefined {
    const token = irttTokenOf(bytes, key !== undefined)
    const session = token === undefined ? undefined : this.#sessions.find(token, peer, now)
    if (session?.key === key && session !== undefined) return session
    this.reason = token === undefined ? 'short' : 'unknownSession'
    return undefined
  }

  /** A request shorter than its reply is damaged, and a reply shorter than agreed on would make irtt's client give up. */
  #echo({ arrived, now }: Datagram, bytes: Uint8Array, session: IrttSession, peer: Peer): number {
    const { layout, token, random, dscp } = session
    if (bytes.length < layout.length) return this.#drop('short')
    if (!session.mayAnswer(arrived)) return this.#drop('interval')
    const sequence = irttSequence(bytes, layout)
    // Before the caps: otherwise the client takes a withheld reply for a request lost on the forward path.
    const window = session.receive(sequence, now)
    const withheld = this.#guard.withhold(peer, layout.length, false, arrived, now)
    if (withheld !== undefined) return this.#drop(withheld)
    const isLast = session.isOver(now)
    if (isLast) this.#sessions.end(session)
    else this.#sessions.touch(session)
    const report = { count: session.count, window, ...this.#times.of(arrived, now) }
    this.dscp = dscp
    const reply = bytes.subarray(0, layout.length)
    fillPayload(reply.subarray(layout.payload), random)
    writeIrttReply(reply, layout, token, sequence, report, isLast, this.#macOf(session.key))
    return reply.length
  }

  /** The client ends its session. It does not expect an answer. */
  #close(session: IrttSession): number {
    this.#sessions.end(session)
    return this.#drop('kind')
  }

  #macOf(key: number | undefined): Mac | undefined {
    return key === undefined ? undefined : this.#macs[key]
  }

  #drop(reason: DropReason): number {
    this.reason = reason
    return NO_ANSWER
  }
}
