import type { Address } from '../../src/base/address.ts'
import type { ResponderPlan } from '../../src/facts/responder-plan.ts'
import { ClosedPort } from './closed-port.ts'
import type { ForeignServer } from './foreign.ts'
import type { Network } from './network.ts'
import type { Packet, Path, PathEnd } from './path.ts'
import { SimulatedForeignServer, SimulatedResponder, type SimulatedServer } from './simulated-server.ts'
import type { VirtualTime } from './virtual-time.ts'

/** An address of the simulated network where a server may come and go. It has none at first: the port is closed. */
export class SimulatedTarget implements PathEnd {
  readonly address: Address
  readonly network: Network
  /** Gets the ICMP errors of the closed port. */
  onUnreachable: (path: Path, offending: Uint8Array) => void = () => {}
  readonly #time: VirtualTime
  readonly #closed: ClosedPort
  #server: SimulatedServer | undefined
  #hasVanished = false

  constructor(time: VirtualTime, network: Network, address: Address) {
    this.#time = time
    this.network = network
    this.address = address
    this.#closed = new ClosedPort(time, network.latency, (path, bytes) => this.onUnreachable(path, bytes))
  }

  /** Starts a server, which remembers nothing of the one before. */
  serve(respond: ResponderPlan | ForeignServer): SimulatedServer {
    this.#server?.stop()
    this.#hasVanished = false
    const server =
      typeof respond === 'function'
        ? new SimulatedForeignServer(this.#time, this.network, respond)
        : new SimulatedResponder(this.#time, this.network, { plan: respond, bound: this.address })
    this.#server = server
    return server
  }

  /** Stops the server: the host answers with ICMP errors. */
  close(): void {
    this.#server?.stop()
    this.#server = undefined
    this.#hasVanished = false
  }

  /** The host has gone: nothing comes back. */
  vanish(): void {
    this.close()
    this.#hasVanished = true
  }

  arrive(packet: Packet): void {
    if (this.#hasVanished) packet.record.fate = 'closed'
    else (this.#server ?? this.#closed).arrive(packet)
  }
}
