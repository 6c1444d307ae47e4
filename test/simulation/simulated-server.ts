import type { Address } from '../../src/base/address.ts'
import type { ResponderPlan } from '../../src/facts/responder-plan.ts'
import { createServerFacts, type ServerFacts } from '../../src/facts/server.ts'
import type { Outbox, Environment } from '../../src/machines/machine.ts'
import { Responder } from '../../src/machines/responder.ts'
import { MachineLoop } from './machine-loop.ts'
import { EPOCH } from './epoch.ts'
import type { ForeignServer } from './foreign.ts'
import type { Network } from './network.ts'
import type { Packet, Path, PathEnd } from './path.ts'
import { ReceiveBuffer } from './receive-buffer.ts'
import type { VirtualTime } from './virtual-time.ts'

/** A server on the simulated network. */
export interface SimulatedServer extends PathEnd {
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

/** The real responder machine, on a socket of the simulated network. */
export class SimulatedResponder implements SimulatedServer {
  readonly facts = createServerFacts()
  readonly #time: VirtualTime
  readonly #machine: Responder
  readonly #loop: MachineLoop
  readonly #buffer: ReceiveBuffer
  readonly #recvSize: number
  readonly #maxPeers: number
  readonly #paths: (Path | undefined)[] = []
  /** Flow numbers, the least recently used first. */
  readonly #flows = new Map<Path, number>()

  constructor(time: VirtualTime, network: Network, options: ResponderOptions) {
    this.#time = time
    this.#recvSize = options.recvSize ?? Infinity
    this.#maxPeers = options.plan.maxPeers
    const observable = network.dropsObservable ?? true
    this.#buffer = new ReceiveBuffer(time, network.serverBuffer, observable, () => this.#receive())
    const environment: Environment = {
      peer: flow => this.#paths[flow]?.client ?? { address: '0.0.0.0', port: 0, family: 'udp4' },
      drops: () => (observable ? this.#buffer.drops : undefined),
      epoch: () => EPOCH,
    }
    this.#machine = new Responder(options.plan, environment, this.facts, options.bound.port)
    this.#loop = new MachineLoop(
      time,
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

  arrive(packet: Packet): void {
    if (this.closed) packet.record.fate = 'closed'
    else this.#buffer.push(packet)
  }

  stop(): void {
    this.#machine.stop(this.#time.now)
    this.#loop.turn()
  }

  #receive(): void {
    for (;;) {
      const batch = this.#buffer.take(packet => this.#flowOf(packet.path), this.#recvSize)
      if (batch === undefined) return
      const { inbox, packets } = batch
      this.#machine.receive(inbox, this.#time.now)
      packets.forEach((packet, row) => {
        const at = inbox.at[row] ?? 0
        if (inbox.answer[row] === 1) packet.path.down(inbox.bytes.slice(at, at + (inbox.keep[row] ?? 0)), packet.record)
      })
      this.#loop.turn()
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
      this.#machine.evict(flow)
    }
    this.#paths[flow] = path
    return flow
  }
}

/** A foreign server, which answers at once by a function. */
export class SimulatedForeignServer implements SimulatedServer {
  readonly facts = createServerFacts()
  closed = false
  readonly #answer: ForeignServer
  readonly #buffer: ReceiveBuffer

  constructor(time: VirtualTime, network: Network, answer: ForeignServer) {
    this.#answer = answer
    this.#buffer = new ReceiveBuffer(time, network.serverBuffer, false, () => this.#receive())
  }

  arrive(packet: Packet): void {
    this.#buffer.push(packet)
  }

  stop(): void {
    this.closed = true
  }

  #receive(): void {
    for (let batch = this.#buffer.take(() => 0); batch !== undefined; batch = this.#buffer.take(() => 0)) {
      for (const { bytes, path, record } of batch.packets) {
        const answer = this.#answer(bytes)
        this.facts.received += 1
        this.facts.bytesReceived += bytes.length
        if (answer === undefined) continue
        this.facts.replied += 1
        this.facts.bytesReplied += answer.length
        path.down(answer, record)
      }
    }
  }
}
