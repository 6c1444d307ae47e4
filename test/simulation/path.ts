import type { Address } from '../../src/base/address.ts'
import { seeded } from '../../src/base/random.ts'
import { impairmentsOf, Impairments } from '../../src/machines/impairments.ts'
import { checkedKind, KIND, OFFSET, readSequence } from '../../src/wire/probe.ts'
import type { Network } from './network.ts'
import type { ClientTruth, DirectionTruth, PacketRecord, PacketCounts } from './truth.ts'
import type { VirtualTime } from './virtual-time.ts'

/** A copy of a datagram that arrives at the end of a path. */
export interface Packet {
  readonly bytes: Uint8Array
  readonly path: Path
  readonly record: PacketRecord
  readonly counts: PacketCounts
}

/** The end of a path. */
export interface PathEnd {
  arrive(packet: Packet): void
}

/** Impairments of both directions with their state. A client keeps them when its port changes. */
export interface PathRules {
  readonly up: Impairments
  readonly down: Impairments
}

export function createRules(time: VirtualTime, network: Network, client: Address, socket: number): PathRules {
  const random = seeded(network.seed).fork(socket)
  const common = { headers: client.family === 'udp4' ? 28 : 48, start: time.now } as const
  return {
    up: new Impairments({ rules: network.up, random: random.fork('up'), ...common }),
    down: new Impairments({ rules: network.down, random: random.fork('down'), ...common }),
  }
}

/** The network between one client's socket and the server: impairs both directions and records what it did. */
export class Path {
  /** The client's address as seen by the server. */
  readonly client: Address
  readonly socket: number
  readonly #time: VirtualTime
  readonly #latency: number
  readonly #truth: ClientTruth
  #up: Impairments
  #down: Impairments
  readonly #server: PathEnd
  readonly #prober: PathEnd

  constructor(
    time: VirtualTime,
    network: Network,
    client: Address,
    socket: number,
    truth: ClientTruth,
    server: PathEnd,
    prober: PathEnd,
    rules: PathRules = createRules(time, network, client, socket),
  ) {
    this.client = client
    this.socket = socket
    this.#time = time
    this.#latency = network.latency
    this.#truth = truth
    this.#server = server
    this.#prober = prober
    this.#up = rules.up
    this.#down = rules.down
  }

  /** From now on the network has these rules. */
  impair({ up, down }: PathRules): void {
    this.#up = up
    this.#down = down
  }

  /** The client sends. `sequence` is -1 if this is not a probe. The bytes are kept and must not change. */
  up(bytes: Uint8Array, sequence: number): void {
    this.#carry(this.#up, this.#truth.up, bytes, sequence, undefined, this.#server)
  }

  /** The server answers this request. Undefined if it does not name one any more. */
  down(bytes: Uint8Array, request: PacketRecord | undefined): void {
    this.#carry(this.#down, this.#truth.down, bytes, request?.sequence ?? sequenceOf(bytes), request, this.#prober)
  }

  #carry(
    rules: Impairments,
    truth: DirectionTruth,
    bytes: Uint8Array,
    sequence: number,
    request: PacketRecord | undefined,
    end: PathEnd,
  ): void {
    const { now } = this.#time
    const ofExchange = request === undefined ? isReceipts(bytes) : request.sequence < 0
    const counts = sequence < 0 && ofExchange ? truth.receipts : truth.probes
    counts.seen += 1
    for (const copy of rules.pass(bytes, now)) {
      for (const what of impairmentsOf(copy)) counts[what] += 1
      const record: PacketRecord = {
        sequence,
        sentAt: now,
        size: bytes.length,
        arrivedSize: copy.bytes.length,
        intact: intactBytes(bytes, copy.bytes),
        done: copy.done,
        fate: copy.lost ? 'lost' : 'inFlight',
        arrivedAt: Infinity,
        request,
      }
      if (sequence >= 0 && !truth.endless) remember(truth, record)
      if (copy.lost) continue
      const packet = { bytes: copy.bytes, path: this, record, counts }
      this.#time.at(now + this.#latency + copy.delay, () => {
        record.arrivedAt = this.#time.now
        end.arrive(packet)
      })
    }
  }
}

function remember(truth: DirectionTruth, record: PacketRecord): void {
  const records = truth.records.get(record.sequence)
  if (records === undefined) truth.records.set(record.sequence, [record])
  else records.push(record)
}

function intactBytes(sent: Uint8Array, arrived: Uint8Array): number {
  if (sent === arrived) return sent.length
  const wrong = arrived.findIndex((byte, at) => byte !== sent[at])
  return wrong < 0 ? arrived.length : wrong
}

function isReceipts(bytes: Uint8Array): boolean {
  const kind = bytes[OFFSET.kind]
  return kind === KIND.request || kind === KIND.answer
}

/** The sequence of a delayed answer, from its header. */
function sequenceOf(bytes: Uint8Array): number {
  const kind = checkedKind(bytes, 0, bytes.length)
  return kind === 0 || kind === KIND.request || kind === KIND.answer ? -1 : readSequence(bytes, 0)
}
