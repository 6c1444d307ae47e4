import type { Address } from '../../base/address.ts'
import type { UdptoolError } from '../../base/error.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import { formatTarget } from '../../base/target.ts'
import type { LongTimer } from '../../engine/long-timer.ts'
import type { ProberSockets } from '../../engine/port.ts'
import type { Addresses, Resolved } from '../../engine/resolve.ts'
import type { NameListener } from './names.ts'
import type { TargetPlan } from './plan.ts'

/** Time until a socket that could not be opened is tried again: at first, and at most. It doubles with each failure. */
const FIRST_RETRY: Nanos = SECOND
const LAST_RETRY: Nanos = 60 * SECOND

/** What the paths of a target need from their surroundings. */
export interface PathSurroundings {
  /** Opens a path to an address. Returns its number. */
  readonly open: (flow: number, sockets: ProberSockets) => number
  readonly close: (path: number) => void
  /** After each successful lookup, and if another address is tried: the address that is probed. */
  readonly onAddress: (address: Address) => void
  /** After each failed lookup: why. */
  readonly onResolveFailed: (reason: string) => void
  readonly startTimer: (callback: () => void, duration: Nanos) => LongTimer
}

interface Flow {
  path: number
  hasFailed: boolean
}

/**
 * The paths of one target, one for each flow, to one of the addresses of its name. An address that the name still has is kept; if it
 * changes, each flow gets a path to the new one. A path whose socket cannot be opened is tried again.
 */
export class TargetPaths implements NameListener {
  /** host:port. */
  readonly name: string
  readonly #plan: TargetPlan
  readonly #surroundings: PathSurroundings
  readonly #flows: Flow[] = []
  #addresses: readonly Resolved[] = []
  #current: Resolved | undefined
  #failures = 0
  #retry: LongTimer | undefined
  #isClosed = false

  constructor(plan: TargetPlan, surroundings: PathSurroundings) {
    this.name = formatTarget(plan.target)
    this.#plan = plan
    this.#surroundings = surroundings
  }

  /** Nobody wants to know any more. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  resolved(addresses: Addresses): void {
    const before = this.#current
    this.#addresses = addresses
    const isKept = before !== undefined && addresses.some(({ address }) => address === before.address)
    if (isKept) {
      this.#surroundings.onAddress(this.#addressOf(before))
      return
    }
    this.#failures = 0
    this.#move(addresses[0])
  }

  failed({ message }: UdptoolError): void {
    this.#surroundings.onResolveFailed(message.replace(`cannot resolve ${this.#plan.target.host}: `, ''))
  }

  /** The socket of a path is open. */
  opened(path: number): void {
    if (this.#flows.some(flow => flow.path === path)) this.#failures = 0
  }

  /** The socket of a path cannot be opened. */
  pathFailed(path: number): void {
    const flow = this.#flows.find(one => one.path === path)
    if (flow === undefined || this.#isClosed) return
    flow.hasFailed = true
    if (this.#retry !== undefined) return
    const wait = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** this.#failures)
    this.#failures += 1
    this.#retry = this.#surroundings.startTimer(() => this.#tryAgain(), wait)
  }

  /** Opens nothing more. The paths stay open. */
  close(): void {
    this.#isClosed = true
    this.#retry?.cancel()
  }

  /** Closes each path. */
  remove(): void {
    this.close()
    for (const { path } of this.#flows) this.#surroundings.close(path)
  }

  /** Another address if no socket can be opened to this one, else the same. */
  #tryAgain(): void {
    this.#retry = undefined
    const current = this.#current
    if (current === undefined) return
    if (this.#flows.every(({ hasFailed }) => hasFailed)) {
      const at = this.#addresses.findIndex(({ address }) => address === current.address)
      const next = this.#addresses[(at + 1) % this.#addresses.length]
      if (next !== undefined && next.address !== current.address) {
        this.#move(next)
        return
      }
    }
    for (const [number, flow] of this.#flows.entries()) if (flow.hasFailed) this.#open(number, current)
  }

  #move(next: Resolved): void {
    this.#current = next
    this.#retry?.cancel()
    this.#retry = undefined
    this.#surroundings.onAddress(this.#addressOf(next))
    for (let flow = 0; flow < this.#plan.module.flows; flow++) this.#open(flow, next)
  }

  #open(flow: number, at: Resolved): void {
    const before = this.#flows[flow]
    if (before !== undefined) this.#surroundings.close(before.path)
    const path = this.#surroundings.open(flow, { ...this.#plan.module.sockets, target: this.#addressOf(at) })
    this.#flows[flow] = { path, hasFailed: false }
  }

  #addressOf({ address, family }: Resolved): Address {
    return { address, family, port: this.#plan.target.port }
  }
}
