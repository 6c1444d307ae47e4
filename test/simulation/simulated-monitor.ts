import type { Address } from '../../src/base/address.ts'
import { SECOND, type Nanos } from '../../src/base/nanos.ts'
import { seeded } from '../../src/base/random.ts'
import type { PathPlan, PathUpdate } from '../../src/facts/path.ts'
import { createProbePage, FULL_PAGE, ProbeTable } from '../../src/facts/probe-table.ts'
import type { Outbox } from '../../src/machines/machine.ts'
import { Monitor } from '../../src/machines/monitor.ts'
import { portUnreachable } from './closed-port.ts'
import { EPOCH } from './epoch.ts'
import { MachineLoop } from './machine-loop.ts'
import type { Network } from './network.ts'
import { createRules, Path, type Packet, type PathEnd } from './path.ts'
import { ReceiveBuffer } from './receive-buffer.ts'
import type { SimulatedTarget } from './simulated-target.ts'
import { createClientTruth, type ClientTruth } from './truth.ts'
import type { VirtualTime } from './virtual-time.ts'

const FIRST_PORT = 32_768
const PORTS = 28_000
const QUOTED = 548
const ENETUNREACH = 101
const NOTHING = new Uint8Array(0)

interface SimulatedPath {
  readonly target: SimulatedTarget
  readonly path: Path
  readonly local: Address
  readonly buffer: ReceiveBuffer
  /** What the network did with its datagrams: counts only. */
  readonly truth: ClientTruth
  /** The token above the newest probe that left. */
  left: number
  hasRoute: boolean
}

/**
 * The real monitor machine over the simulated network in virtual time: many paths, targets whose servers stop and start again, networks that
 * lose. A day takes seconds, and nothing is kept of what is over.
 *
 * ```ts
 * const time = new VirtualTime()
 * const target = new SimulatedTarget(time, networkOf({ up: [{ rule: 'dropEvery', every: 5 }] }), ADDRESS)
 * target.serve(responderPlan())
 * const monitor = new SimulatedMonitor(time, updates => model.apply(updates))
 * monitor.add(pathPlan({ path: 1 }), target)
 * monitor.run(60 * SECOND)
 * target.close() // the port is closed from now on; target.vanish(): silence
 * monitor.run(30 * SECOND)
 * monitor.end()
 * expect(monitor.truth(1).up.probes.dropped).toBe(...)
 * ```
 */
export class SimulatedMonitor implements PathEnd {
  readonly #time: VirtualTime
  readonly #onUpdates: (updates: readonly PathUpdate[]) => void
  readonly #machine: Monitor
  readonly #loop: MachineLoop
  readonly #paths = new Map<number, SimulatedPath>()
  readonly #truths = new Map<number, ClientTruth>()
  /** This process does not run until then. */
  #suspendedUntil: Nanos = -Infinity
  #clockStep: Nanos = 0

  constructor(time: VirtualTime, onUpdates: (updates: readonly PathUpdate[]) => void, seed: string | number = 1) {
    this.#time = time
    this.#onUpdates = onUpdates
    const random = seeded(seed)
    const environment = {
      engine: { name: 'kernel', icmp: 'queue', truncation: 'kernel', timestamps: 'kernel' },
      peer: () => ({ address: '0.0.0.0', port: 0, family: 'udp4' }) as const,
      drops: (path: number) => {
        const one = this.#paths.get(path)
        return one === undefined || one.target.network.dropsObservable === false ? undefined : one.buffer.drops
      },
      epoch: () => realTime(this.#clockStep),
      random32: () => random.integer(2 ** 32),
      createTable: (rows: number) => new ProbeTable(1, () => createProbePage(FULL_PAGE, rows)),
    } as const
    this.#machine = new Monitor(environment, {
      began: epoch => onUpdates([{ kind: 'began', epoch }]),
      closed: epoch => onUpdates([{ kind: 'closed', epoch }]),
      removed: path => {
        this.#paths.get(path)?.buffer.close()
        this.#paths.delete(path)
        onUpdates([{ kind: 'removed', path }])
      },
    })
    this.#loop = new MachineLoop(time, this, (outbox, row) => this.#flush(outbox, row))
  }

  get closed(): boolean {
    return this.#machine.closed
  }

  get now(): Nanos {
    return this.#time.now
  }

  add(plan: PathPlan, target: SimulatedTarget): void {
    const { network } = target
    const number = plan.path
    const local = { ...target.address, port: FIRST_PORT + (number % PORTS) }
    const truth = createClientTruth(true)
    const path = new Path(this.#time, network, local, number, truth, target, this)
    const observable = network.dropsObservable ?? true
    const buffer = new ReceiveBuffer(this.#time, network.clientBuffer, observable, () => this.#receive(number))
    this.#paths.set(number, { target, path, local, buffer, truth, left: 0, hasRoute: true })
    this.#truths.set(number, truth)
    target.onUnreachable = (of, offending) => this.#unreachable(of, offending)
    this.#onUpdates([{ kind: 'opened', path: number, port: local.port }])
    this.#machine.add(plan, this.#time.now)
    this.#loop.turn()
  }

  remove(path: number): void {
    this.#machine.remove(path, this.#time.now)
    this.#loop.turn()
  }

  pause(isPaused: boolean): void {
    this.#machine.pause(isPaused)
  }

  /** Suspends the process for this time (SIGSTOP): what arrives waits in the buffers of its sockets. */
  suspend(duration: Nanos): void {
    this.#suspendedUntil = this.#time.now + duration
    this.#time.at(this.#suspendedUntil, () => this.#resume())
  }

  /** Sets the system clock forward, or back. */
  stepClock(by: Nanos): void {
    this.#clockStep += by
  }

  /** From now on the network of a path has these rules. */
  impair(path: number, rules: Pick<Network, 'up' | 'down'>): void {
    const one = this.#paths.get(path)
    if (one === undefined) throw new RangeError(`no path ${path}`)
    one.path.impair(createRules(this.#time, { ...one.target.network, ...rules }, one.local, path))
  }

  /** Whether this host has a route to the target of a path. Without one its kernel refuses each probe (ENETUNREACH). */
  route(path: number, hasRoute: boolean): void {
    const one = this.#paths.get(path)
    if (one !== undefined) one.hasRoute = hasRoute
  }

  /** What the network did with the datagrams of a path, also if it was removed. */
  truth(path: number): ClientTruth {
    return this.#truths.get(path) ?? createClientTruth(true)
  }

  /** Lets time pass. */
  run(duration: Nanos): void {
    const end = this.#time.now + duration
    this.#time.at(end, () => {})
    while (this.#time.now < end) this.#time.step()
  }

  /** The first Ctrl-C: lets time pass until all epochs are closed. */
  end(): void {
    this.#machine.stop(this.#time.now)
    this.#loop.turn()
    while (!this.closed) {
      if (!this.#time.step()) throw new Error('the monitor runs, but no event is scheduled')
    }
  }

  send(outbox: Outbox, now: Nanos): Nanos {
    outbox.count = 0
    return now < this.#suspendedUntil ? this.#suspendedUntil : this.#machine.send(outbox, now)
  }

  arrive(packet: Packet): void {
    const path = this.#paths.get(packet.path.socket)
    if (path === undefined) packet.record.fate = 'closed'
    else path.buffer.push(packet)
  }

  #resume(): void {
    for (const path of this.#paths.keys()) this.#receiveAll(path)
    this.#loop.turn()
  }

  #receive(path: number): void {
    if (this.#time.now < this.#suspendedUntil) return
    this.#receiveAll(path)
    this.#loop.turn()
  }

  #receiveAll(path: number): void {
    for (;;) {
      const batch = this.#paths.get(path)?.buffer.take(() => 0)
      if (batch === undefined) return
      this.#machine.receive(batch.inbox, this.#time.now)
    }
  }

  #flush(outbox: Outbox, row: number): void {
    const at = outbox.at[row] ?? 0
    const path = outbox.socket[row] ?? -1
    const token = outbox.token[row] ?? -1
    const one = this.#paths.get(path)
    if (one === undefined) return
    if (!one.hasRoute) return this.#machine.refused(path, token, 1, ENETUNREACH, this.#time.now)
    if (token >= 0) one.left = token + 1
    one.path.up(outbox.bytes.slice(at, at + (outbox.size[row] ?? 0)), token)
  }

  /** A suspended process reads it later. */
  #unreachable({ socket }: Path, offending: Uint8Array): void {
    const path = this.#paths.get(socket)
    if (path === undefined) return
    if (this.#time.now < this.#suspendedUntil) {
      this.#time.at(this.#suspendedUntil, () => this.#unreachable(path.path, offending))
      return
    }
    const { icmp = 'queue', icmpQuote = QUOTED } = path.target.network
    if (icmp === 'none') return
    const quoted = icmp === 'queue' ? offending.slice(0, icmpQuote) : NOTHING
    const error = portUnreachable(icmp, path.target.address.address, path.left)
    this.#machine.unreachable(socket, error, quoted, this.#time.now)
    this.#loop.turn()
  }
}

function realTime(step: Nanos): { readonly seconds: number; readonly nanos: number } {
  const nanos = EPOCH.nanos + step
  const seconds = Math.floor(nanos / SECOND)
  return { seconds: EPOCH.seconds + seconds, nanos: nanos - seconds * SECOND }
}
