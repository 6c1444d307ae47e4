import { equalBytes } from '../base/bytes.ts'
import type { Nanos } from '../base/nanos.ts'
import type { IcmpError } from '../facts/icmp.ts'
import type { PathPlan } from '../facts/path.ts'
import type { PayloadPlan } from '../facts/plan.ts'
import { plainCodec, type Codec } from './codec.ts'
import type { Inbox, Machine, Outbox } from './machine.ts'
import type { MonitorEnvironment, MonitorObserver } from './monitor-environment.ts'
import { PathProber } from './path-prober.ts'
import { WakeHeap } from './wake-heap.ts'

/** Probes many paths without end. A path is one socket; each call of `send` serves one of them. */
export class Monitor implements Machine {
  readonly #environment: MonitorEnvironment
  readonly #observer: MonitorObserver
  readonly #codec: Codec
  readonly #paths = new Map<number, PathProber>()
  readonly #wakes = new WakeHeap<PathProber>()
  #isPaused = false
  #isStopped = false

  constructor(environment: MonitorEnvironment, observer: MonitorObserver, codec: Codec = plainCodec()) {
    this.#environment = environment
    this.#observer = observer
    this.#codec = codec
  }

  get closed(): boolean {
    return this.#isStopped && this.#paths.size === 0
  }

  /** Probes a path from now on. Its socket is open. */
  add(plan: PathPlan, now: Nanos): void {
    if (this.#isStopped) return this.#observer.removed(plan.path)
    const isPaused = (): boolean => this.#isPaused
    const twin = this.#withPayload(plan.payload)
    const path = new PathProber(plan, this.#environment, this.#observer, this.#codec, isPaused, now, twin)
    this.#paths.set(plan.path, path)
    this.#wakes.set(path, path.wake)
  }

  /** Sends no further probe on a path. The observer gets `removed` when its epochs are closed. */
  remove(path: number, now: Nanos): void {
    const prober = this.#paths.get(path)
    if (prober === undefined) return
    prober.stop(now)
    this.#wakes.set(prober, prober.wake)
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused
  }

  stop(now: Nanos): void {
    this.#isStopped = true
    for (const path of this.#paths.keys()) this.remove(path, now)
  }

  /** Ends at once: the open epochs of all paths are never closed. */
  abandon(): void {
    this.#isStopped = true
    for (const path of this.#paths.values()) this.#remove(path)
  }

  send(outbox: Outbox, now: Nanos): Nanos {
    outbox.count = 0
    while (outbox.count === 0 && this.#wakes.next <= now) {
      const path = this.#wakes.first
      if (path === undefined) break
      path.send(outbox, now)
      if (path.isClosed) this.#remove(path)
      else this.#wakes.set(path, path.wake)
    }
    return this.#wakes.next
  }

  receive(inbox: Inbox, now: Nanos): void {
    for (let m = 0; m < inbox.count; m++) {
      const path = this.#paths.get(inbox.socket[m] ?? -1)
      if (path === undefined) continue
      path.receive(inbox, m, now)
      this.#wakes.set(path, path.wake)
    }
  }

  refused(socket: number, token: number, count: number, errno: number, now: Nanos): void {
    const path = this.#paths.get(socket)
    // A receipts request has no token.
    if (path === undefined || token < 0) return
    path.refused(token, count, errno, now)
    this.#wakes.set(path, path.wake)
  }

  unreachable(socket: number, error: IcmpError, quoted: Uint8Array, now: Nanos): void {
    const path = this.#paths.get(socket)
    if (path === undefined) return
    path.unreachable(error, quoted, now)
    this.#wakes.set(path, path.wake)
  }

  evict(): void {}

  #withPayload(payload: PayloadPlan): PathProber | undefined {
    for (const path of this.#paths.values()) if (isSame(path.plan.payload, payload)) return path
    return undefined
  }

  #remove(path: PathProber): void {
    this.#paths.delete(path.plan.path)
    this.#wakes.delete(path)
    this.#observer.removed(path.plan.path)
  }
}

function isSame(one: PayloadPlan, other: PayloadPlan): boolean {
  if (one.kind !== other.kind || one.seed !== other.seed) return false
  const [a, b] = [one.content, other.content]
  return a === b || (a !== undefined && b !== undefined && equalBytes(a, b))
}
