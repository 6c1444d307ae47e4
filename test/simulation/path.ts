import type { Address } from '../../src/base/address.ts'
import { seeded } from '../../src/base/random.ts'
import { actsOn, Impairments } from '../../src/machines/impairments.ts'
import { checkedKind, KIND, OFFSET, readSequence } from '../../src/wire/probe.ts'
import type { Network } from './network.ts'
import type { ClientTruth, DirectionTruth, Leg, LegCounts } from './truth.ts'
import type { World } from './world.ts'

/** A copy of a datagram at the end of its way. */
export interface Parcel {
  readonly bytes: Uint8Array
  readonly path: Path
  readonly leg: Leg
  readonly counts: LegCounts
}

/** Where a path ends. */
export interface PathEnd {
  arrive(parcel: Parcel): void
}

/** The rules of the way there and back, with their memory: those of a client go with it to its next port. */
export interface PathRules {
  readonly up: Impairments
  readonly down: Impairments
}

export function createRules(world: World, network: Network, client: Address, socket: number): PathRules {
  const random = seeded(network.seed).fork(socket)
  const common = { headers: client.family === 'udp4' ? 28 : 48, start: world.now } as const
  return {
    up: new Impairments({ rules: network.up, random: random.fork('up'), ...common }),
    down: new Impairments({ rules: network.down, random: random.fork('down'), ...common }),
  }
}

/** The network between one client's socket and the server: impairs both ways, and keeps the record of it. */
export class Path {
  /** The client's address, as the server sees it. */
  readonly client: Address
  readonly socket: number
  readonly #world: World
  readonly #latency: number
  readonly #truth: ClientTruth
  readonly #up: Impairments
  readonly #down: Impairments
  readonly #server: PathEnd
  readonly #station: PathEnd

  constructor(
    world: World,
    network: Network,
    client: Address,
    socket: number,
    truth: ClientTruth,
    server: PathEnd,
    station: PathEnd,
    rules: PathRules = createRules(world, network, client, socket),
  ) {
    this.client = client
    this.socket = socket
    this.#world = world
    this.#latency = network.latency
    this.#truth = truth
    this.#server = server
    this.#station = station
    this.#up = rules.up
    this.#down = rules.down
  }

  /** The client sends; `sequence` is -1 where this is no probe. The bytes are kept: they must not change. */
  up(bytes: Uint8Array, sequence: number): void {
    this.#carry(this.#up, this.#truth.up, bytes, sequence, undefined, this.#server)
  }

  /** The server answers this request, or one that it does not name any more. */
  down(bytes: Uint8Array, request: Leg | undefined): void {
    this.#carry(this.#down, this.#truth.down, bytes, request?.sequence ?? sequenceOf(bytes), request, this.#station)
  }

  #carry(
    rules: Impairments,
    truth: DirectionTruth,
    bytes: Uint8Array,
    sequence: number,
    request: Leg | undefined,
    end: PathEnd,
  ): void {
    const { now } = this.#world
    const ofExchange = request === undefined ? isReceipts(bytes) : request.sequence < 0
    const counts = sequence < 0 && ofExchange ? truth.receipts : truth.probes
    counts.seen += 1
    for (const copy of rules.pass(bytes, now)) {
      for (const what of actsOn(copy)) counts[what] += 1
      const leg: Leg = {
        sequence,
        sentAt: now,
        size: bytes.length,
        arrivedSize: copy.bytes.length,
        intact: intactBytes(bytes, copy.bytes),
        done: copy.done,
        fate: copy.lost ? 'lost' : 'onTheWay',
        arrivedAt: Infinity,
        request,
      }
      if (sequence >= 0) remember(truth, leg)
      if (copy.lost) continue
      const parcel = { bytes: copy.bytes, path: this, leg, counts }
      this.#world.at(now + this.#latency + copy.delay, () => {
        leg.arrivedAt = this.#world.now
        end.arrive(parcel)
      })
    }
  }
}

function remember(truth: DirectionTruth, leg: Leg): void {
  const legs = truth.legs.get(leg.sequence)
  if (legs === undefined) truth.legs.set(leg.sequence, [leg])
  else legs.push(leg)
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

/** Of an answer that comes long after its request: as its header proves it. */
function sequenceOf(bytes: Uint8Array): number {
  const kind = checkedKind(bytes, 0, bytes.length)
  return kind === 0 || kind === KIND.request || kind === KIND.answer ? -1 : readSequence(bytes, 0)
}
