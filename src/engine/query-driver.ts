import { randomBytes } from 'node:crypto'
import type { Address } from '../base/address.ts'
import { errnoName } from '../base/errno.ts'
import { UdptoolError } from '../base/error.ts'
import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import type { Target } from '../base/target.ts'
import type { QueryFacts, QueryRequest } from '../facts/query.ts'
import { later } from '../facts/real-time.ts'
import { QueryMachine, type QueryMachinePlan, type Step } from '../machines/query/query-machine.ts'
import type { Addresses } from '../machines/query/question.ts'
import type { RequestWindow } from '../machines/query/request-window.ts'
import { sendWithRetry } from './dgram/retried-send.ts'
import { ICMP_ERRNOS } from './icmp-errnos.ts'
import { Clock } from './clock.ts'
import { startTimer } from './long-timer.ts'
import { anyHost } from './open-socket.ts'
import { anchorRealTime, type RealAnchor } from './real-anchor.ts'
import { QueryPort, type QueryLink } from './query-port.ts'
import { errorName, errorNumber } from './socket-error.ts'

/** The error of the real times of requests whose answers need no better ones: they have whole milliseconds. */
const COARSE: Nanos = 2 * MILLISECOND

export interface QueryDrive extends Omit<QueryMachinePlan, 'close' | 'clockPrecision' | 'onePort' | 'waitUntil'> {
  /** Local address; port 0: each request leaves from a fresh port. */
  readonly bind?: Target
  /** How long the first question is asked again. 0: it is not. */
  readonly waitFor: Nanos
  readonly signal?: AbortSignal
  /** Resolves the name of the target once more. Never rejects. */
  readonly resolve: () => Promise<Addresses>
  readonly onChange?: (facts: QueryFacts) => void
}

type Ask = Extract<Step, { readonly what: 'ask' }>

/** Asks a service by sockets of node:dgram. Rejects with a UdptoolError if no request can be sent because of the local address. */
export async function driveQuery(drive: QueryDrive, addresses: Addresses): Promise<QueryFacts> {
  return new QueryDriver(drive, addresses).run()
}

class QueryDriver {
  readonly #drive: QueryDrive
  readonly #clock = new Clock()
  readonly #machine: QueryMachine
  readonly #fixed: boolean
  /** By number. */
  readonly #ports = new Map<number, QueryPort>()
  #precision: Nanos = 0
  #wake: () => void = () => {}

  constructor(drive: QueryDrive, addresses: Addresses) {
    this.#drive = drive
    this.#fixed = drive.bind !== undefined && drive.bind.port !== 0
    const { waitFor } = drive
    const plan: QueryMachinePlan = {
      ...drive,
      onePort: this.#fixed,
      waitUntil: waitFor > 0 ? this.#clock.now() + waitFor : -Infinity,
      clockPrecision: () => this.#precision,
      close: ({ port }) => {
        if (!this.#fixed) this.#closePort(port)
      },
    }
    this.#machine = new QueryMachine(plan, addresses)
  }

  async run(): Promise<QueryFacts> {
    const { signal, onChange } = this.#drive
    const stop = (): void => {
      this.#machine.stop()
      this.#wake()
    }
    if (signal?.aborted === true) stop()
    signal?.addEventListener('abort', stop)
    try {
      for (;;) {
        const step = this.#machine.step(this.#clock.now())
        onChange?.(this.#machine.facts)
        if (step.what === 'end') return this.#machine.facts
        if (step.what === 'wait') await this.#sleepUntil(step.until)
        else if (step.what === 'ask') await this.#ask(step)
        else this.#machine.restart(await this.#drive.resolve())
      }
    } finally {
      signal?.removeEventListener('abort', stop)
      for (const number of this.#ports.keys()) this.#closePort(number)
    }
  }

  async #sleepUntil(time: Nanos): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = startTimer(resolve, time - this.#clock.now())
      this.#wake = () => {
        timer.cancel()
        resolve()
      }
    })
    this.#wake = () => {}
  }

  async #ask(ask: Ask): Promise<void> {
    let port: QueryPort
    let link: QueryLink
    try {
      port = await this.#portTo(ask.target)
      link = await port.linkTo(ask.target)
    } catch (error) {
      this.#refuse(ask, error)
      return
    }
    if (this.#drive.signal?.aborted === true) return
    this.#send(ask, port, link)
  }

  async #portTo(target: Address): Promise<QueryPort> {
    const [known] = this.#fixed ? this.#ports.values() : []
    if (known !== undefined) return known
    const { bind } = this.#drive
    const port = await QueryPort.open(bind && { address: bind.host, port: bind.port }, target, {
      message: (number, bytes, from) => {
        if (this.#machine.receive(number, from, bytes, this.#clock.now())) this.#wake()
      },
      error: (number, link, error) => this.#failed(number, link, error),
      blind: () => this.#machine.overlookForeign(),
    })
    this.#ports.set(port.number, port)
    return port
  }

  #send(ask: Ask, port: QueryPort, link: QueryLink): void {
    const { target, service } = ask
    const { bytes, read } = service.request(randomBytes, { local: link.local, target })
    const real = this.#realTime()
    const sent: { window?: RequestWindow } = {}
    const isEarlier = (errno: number): void =>
      this.#machine.unreachable(port.number, link.peer, errnoName(errno), sent.window)
    const refused = (errno: number): void => {
      if (sent.window !== undefined) this.#machine.refuse(sent.window, errnoName(errno))
      this.#wake()
    }
    const sentAt = this.#clock.now()
    // The callbacks come later, also if the call fails at once.
    sendWithRetry(done => link.socket.send(bytes, done), { icmp: isEarlier, recovered: isEarlier, refused })
    const facts = requestOf(ask, link.local, bytes.length, real.at(sentAt))
    sent.window = this.#machine.sent({ port: port.number, peer: link.peer, read, facts, sentAt }, service)
  }

  /** The request cannot be sent. Throws the error if that is because of the local address that the user chose. */
  #refuse(ask: Ask, error: unknown): void {
    if (!(error instanceof UdptoolError)) throw error
    const { bind, waitFor } = this.#drive
    const isTarget = error.operation === 'send to' || (bind === undefined && error.code === 'addressUnavailable')
    if (!isTarget && waitFor === 0 && this.#machine.facts.requests.length === 0) throw error
    const { target, service } = ask
    const local = { address: bind?.host ?? anyHost(target.family), port: bind?.port ?? 0, family: target.family }
    const { bytes, read } = service.request(randomBytes, { local, target })
    const sentAt = this.#clock.now()
    const facts = requestOf(ask, local, bytes.length, this.#realTime().at(sentAt))
    const window = this.#machine.sent({ port: -1, peer: target, read, facts, sentAt }, service)
    this.#machine.refuse(window, errorName(error.cause) || error.code)
  }

  #failed(number: number, link: QueryLink, error: Error): void {
    if (ICMP_ERRNOS.has(errorNumber(error))) this.#machine.unreachable(number, link.peer, errorName(error))
    else {
      this.#machine.failed(number, link.peer, errorName(error))
      // libuv would try to receive again at once.
      this.#closePort(number)
    }
    this.#wake()
  }

  /** Real time of a request. Only the figures of NTP need it to microseconds, and the wait for a tick would delay other runs. */
  #realTime(): Pick<RealAnchor, 'at'> {
    if (this.#drive.service.name === 'ntp') {
      const anchor = anchorRealTime({ now: () => this.#clock.now(), realMs: () => Date.now() })
      this.#precision = Math.max(this.#precision, anchor.error)
      return anchor
    }
    const epoch = this.#clock.epoch()
    this.#precision = COARSE
    return { at: moment => later(epoch, moment) }
  }

  #closePort(number: number): void {
    this.#ports.get(number)?.close()
    this.#ports.delete(number)
  }
}

function requestOf(
  { question, attempt, target }: Ask,
  local: Address,
  size: number,
  sentAt: QueryRequest['sentAt'],
): QueryRequest {
  return { question, attempt, target, local, size, sentAt, fate: 'unfinished' }
}
