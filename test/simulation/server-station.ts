import type { Address } from '../../src/base/address.ts'
import type { ResponderPlan } from '../../src/facts/responder-plan.ts'
import { createServerFacts, type ServerFacts } from '../../src/facts/server.ts'
import type { Outbox, Senses } from '../../src/machines/machine.ts'
import { Responder } from '../../src/machines/responder.ts'
import { Driver } from './driver.ts'
import { EPOCH } from './epoch.ts'
import type { ForeignServer } from './foreign.ts'
import type { Network } from './network.ts'
import type { Parcel, Path, PathEnd } from './path.ts'
import { ReceiveBuffer } from './receive-buffer.ts'
import type { World } from './world.ts'

/** A server in a world: it has an end, and facts. */
export interface ServerStation extends PathEnd {
  readonly facts: ServerFacts
  readonly closed: boolean
  stop(): void
}

export interface ResponderOptions {
  readonly plan: ResponderPlan
  readonly bound: Address
  readonly recvSize?: number | undefined
  readonly closed?: () => void
}

/** udptool's own server, the real machine, on a socket of the simulated network. */
export class ResponderStation implements ServerStation {
  readonly facts = createServerFacts()
  readonly #world: World
  readonly #machine: Responder
  readonly #driver: Driver
  readonly #buffer: ReceiveBuffer
  readonly #recvSize: number
  readonly #maxPeers: number
  readonly #paths: (Path | undefined)[] = []
  /** Flow numbers, the longest idle first. */
  readonly #flows = new Map<Path, number>()

  constructor(world: World, network: Network, options: ResponderOptions) {
    this.#world = world
    this.#recvSize = options.recvSize ?? Infinity
    this.#maxPeers = options.plan.maxPeers
    const observable = network.dropsObservable ?? true
    this.#buffer = new ReceiveBuffer(world, network.serverBuffer, observable, () => this.#look())
    const senses: Senses = {
      peer: flow => this.#paths[flow]?.client ?? { address: '0.0.0.0', port: 0, family: 'udp4' },
      drops: () => (observable ? this.#buffer.drops : undefined),
      epoch: () => EPOCH,
    }
    this.#machine = new Responder(options.plan, senses, this.facts, options.bound.port)
    this.#driver = new Driver(
      world,
      this.#machine,
      (outbox, row) => this.#flush(outbox, row),
      () => {
        this.#buffer.close()
        options.closed?.()
      },
    )
  }

  get closed(): boolean {
    return this.#machine.closed
  }

  arrive(parcel: Parcel): void {
    if (this.closed) parcel.leg.fate = 'closed'
    else this.#buffer.push(parcel)
  }

  stop(): void {
    this.#machine.stop(this.#world.now)
    this.#driver.turn()
  }

  #look(): void {
    for (;;) {
      const batch = this.#buffer.take(parcel => this.#flowOf(parcel.path), this.#recvSize)
      if (batch === undefined) return
      const { inbox, parcels } = batch
      this.#machine.receive(inbox, this.#world.now)
      parcels.forEach((parcel, row) => {
        const at = inbox.at[row] ?? 0
        if (inbox.answer[row] === 1) parcel.path.down(inbox.bytes.slice(at, at + (inbox.keep[row] ?? 0)), parcel.leg)
      })
      this.#driver.turn()
    }
  }

  #flush(outbox: Outbox, row: number): void {
    const at = outbox.at[row] ?? 0
    this.#paths[outbox.flow[row] ?? 0]?.down(outbox.bytes.slice(at, at + (outbox.size[row] ?? 0)), undefined)
  }

  #flowOf(path: Path): number {
    const flow = this.#flows.get(path) ?? this.#newFlow(path)
    this.#flows.delete(path)
    this.#flows.set(path, flow)
    return flow
  }

  #newFlow(path: Path): number {
    let flow = this.#paths.length
    const oldest = this.#flows.entries().next()
    if (this.#flows.size >= this.#maxPeers && oldest.done !== true) {
      flow = oldest.value[1]
      this.#flows.delete(oldest.value[0])
      this.#machine.forget(flow)
    }
    this.#paths[flow] = path
    return flow
  }
}

/** Another server: answers at once, whatever it pleases. */
export class ForeignStation implements ServerStation {
  readonly facts = createServerFacts()
  closed = false
  readonly #behaviour: ForeignServer
  readonly #buffer: ReceiveBuffer

  constructor(world: World, network: Network, behaviour: ForeignServer) {
    this.#behaviour = behaviour
    this.#buffer = new ReceiveBuffer(world, network.serverBuffer, false, () => this.#look())
  }

  arrive(parcel: Parcel): void {
    this.#buffer.push(parcel)
  }

  stop(): void {
    this.closed = true
  }

  #look(): void {
    for (let batch = this.#buffer.take(() => 0); batch !== undefined; batch = this.#buffer.take(() => 0)) {
      for (const { bytes, path, leg } of batch.parcels) {
        const answer = this.#behaviour(bytes)
        this.facts.received += 1
        this.facts.bytesReceived += bytes.length
        if (answer === undefined) continue
        this.facts.replied += 1
        this.facts.bytesReplied += answer.length
        path.down(answer, leg)
      }
    }
  }
}
