import type { Address } from '../../src/base/address.ts'
import type { ProbePlan } from '../../src/facts/plan.ts'
import { createRunFacts, type EngineFacts, type RunFacts } from '../../src/facts/run.ts'
import { clientOfSource } from '../../src/facts/source.ts'
import type { Outbox, Environment } from '../../src/machines/machine.ts'
import { Prober } from '../../src/machines/prober.ts'
import type { Mac } from '../../src/wire/mac.ts'
import { MachineLoop } from './machine-loop.ts'
import { EPOCH } from './epoch.ts'
import { ClosedPort, portUnreachable } from './closed-port.ts'
import type { Network } from './network.ts'
import { createRules, Path, type Packet, type PathEnd } from './path.ts'
import { ReceiveBuffer } from './receive-buffer.ts'
import { createClientTruth, createNetworkTruth, type NetworkTruth } from './truth.ts'
import type { VirtualTime } from './virtual-time.ts'

const LARGEST_PACKET = 65_535
const QUOTED = 548
const EMSGSIZE = 90
const NOTHING = new Uint8Array(0)

export interface SimulatedProberOptions {
  readonly plan: ProbePlan
  /** Local addresses: one per client and one for the unconnected socket. */
  readonly locals: readonly Address[]
  readonly target: Address
  /** A port for another socket of a client. Absent: none may be opened. */
  readonly freePort?: (() => number) | undefined
  /** The listener. Undefined if there is none. */
  readonly server: PathEnd | undefined
  /** Of the keys of the plan's protocol. */
  readonly macs?: readonly Mac[] | undefined
  readonly closed?: () => void
}

/** The real prober machine, with one socket per client on the simulated network. */
export class SimulatedProber implements PathEnd {
  readonly facts: RunFacts
  readonly truth: NetworkTruth
  readonly #time: VirtualTime
  readonly #network: Network
  readonly #target: Address
  readonly #clients: number
  readonly #headers: number
  readonly #machine: Prober
  readonly #loop: MachineLoop
  readonly #paths: Path[]
  readonly #buffers: ReceiveBuffer[]
  /** For each socket, the token above the newest probe that left. */
  readonly #left: number[]

  constructor(
    time: VirtualTime,
    network: Network,
    { plan, locals, target, freePort, server, macs, closed }: SimulatedProberOptions,
  ) {
    this.#time = time
    this.#network = network
    this.#target = target
    this.#clients = plan.clients
    this.#headers = target.family === 'udp4' ? 28 : 48
    this.#left = locals.map(() => 0)
    const observable = network.dropsObservable ?? true
    const icmp = network.icmp ?? 'queue'
    const engine: EngineFacts = { name: 'kernel', icmp, truncation: 'kernel', timestamps: 'kernel' }
    this.facts = createRunFacts(plan, engine)
    this.truth = createNetworkTruth(plan.clients)
    const end = server ?? new ClosedPort(time, network.latency, (path, bytes) => this.#sendIcmpError(path, bytes))
    const rules = locals.map((local, socket) => createRules(time, network, local, socket))
    const addSocket = (local: Address, socket: number): void => {
      const client = socket === plan.clients ? socket : clientOfSource(socket, plan.clients)
      const truth = this.truth.clients[client] ?? createClientTruth()
      this.#paths[socket] = new Path(time, network, local, socket, truth, end, this, rules[client])
      this.#buffers[socket] = new ReceiveBuffer(time, network.clientBuffer, observable, () => this.#receive(socket))
    }
    this.#paths = []
    this.#buffers = []
    locals.forEach(addSocket)
    const environment: Environment = {
      peer: () => network.replyFrom ?? target,
      drops: socket => (observable ? this.#buffers[socket]?.drops : undefined),
      open: source => {
        const [first] = locals
        const port = freePort?.()
        if (first !== undefined && port !== undefined) addSocket({ ...first, port }, source)
        return port
      },
      epoch: () => EPOCH,
      ...(macs === undefined ? {} : { macs }),
    }
    this.#machine = new Prober(plan, environment, this.facts)
    this.#loop = new MachineLoop(
      time,
      this.#machine,
      (outbox, row) => this.#flush(outbox, row),
      () => {
        for (const buffer of this.#buffers) buffer?.close()
        closed?.()
      },
    )
  }

  get closed(): boolean {
    return this.#machine.closed
  }

  stop(): void {
    this.#machine.stop()
    this.#loop.turn()
  }

  arrive(packet: Packet): void {
    const { socket } = packet.path
    const { replyFrom } = this.#network
    if (this.closed) packet.record.fate = 'closed'
    else if (replyFrom !== undefined && socket !== this.#clients) packet.record.fate = 'filtered'
    else this.#buffers[socket]?.push(packet)
  }

  #receive(socket: number): void {
    for (;;) {
      const batch = this.#buffers[socket]?.take(() => 0)
      if (batch === undefined) return
      this.#machine.receive(batch.inbox, this.#time.now)
      this.#loop.turn()
    }
  }

  #flush(outbox: Outbox, row: number): void {
    const at = outbox.at[row] ?? 0
    const size = outbox.size[row] ?? 0
    const socket = outbox.socket[row] ?? 0
    const token = outbox.token[row] ?? 0
    if (size + this.#headers > (this.#network.localMtu ?? LARGEST_PACKET)) {
      this.#machine.refused(socket, token, 1, EMSGSIZE, this.#time.now)
      return
    }
    this.#left[socket] = Math.max(this.#left[socket] ?? 0, token + 1)
    this.#paths[socket]?.up(outbox.bytes.slice(at, at + size), token)
  }

  #sendIcmpError({ socket }: Path, offending: Uint8Array): void {
    if (this.closed) return
    const { icmp = 'queue', icmpQuote = QUOTED } = this.#network
    if (icmp === 'none') return
    const quoted = icmp === 'queue' ? offending.slice(0, icmpQuote) : NOTHING
    const error = portUnreachable(icmp, this.#target.address, this.#left[socket] ?? 0)
    this.#machine.unreachable(socket, error, quoted, this.#time.now)
    this.#loop.turn()
  }
}
