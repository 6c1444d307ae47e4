import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import type { ServerFacts } from '../facts/server.ts'
import {
  RECEIPT,
  receiptsCapacity,
  writeReceiptsAnswer,
  type ReceiptsRequest,
  type ReceiptsTotals,
} from '../wire/receipts.ts'
import type { Environment } from './machine.ts'
import type { PeerCounts } from './peer-counts.ts'
import type { Peer } from './peer-table.ts'
import { RunMemory, type Run } from './run-memory.ts'
import { ServerTraffic } from './server-traffic.ts'

/** After this time without a datagram the drop counter is read, as the baseline of the next run. */
const IDLE: Nanos = 50 * MILLISECOND

/**
 * The receipts server (docs/wire-format.md, Receipts): books every probe and its outcome, and answers requests about them.
 * Each remembered sequence counts with one outcome, so in a completely remembered run `distinct = answered + withheld + sendFailed + sequences
 * that were only received`. For a duplicated probe the better outcome counts: an answer before none. `pending` is not part of this sum: it
 * counts delayed replies, copies included.
 */
export class ReceiptsServer {
  readonly #environment: Environment
  readonly #facts: ServerFacts
  readonly #counts: PeerCounts
  #memory = new RunMemory(0)
  readonly #traffic: ServerTraffic
  #firstDrops: number | undefined
  #idleDue: Nanos = Infinity
  /** Datagrams in the longest train received as one message. */
  #longestTrain = 1

  constructor(environment: Environment, facts: ServerFacts, counts: PeerCounts, traffic = new ServerTraffic()) {
    this.#traffic = traffic
    this.#environment = environment
    this.#facts = facts
    this.#counts = counts
  }

  /** Starts the memory: the server does not know what happened before. */
  begin(now: Nanos): void {
    this.#memory = new RunMemory(now)
    this.#firstDrops = this.#environment.drops(0)
    if (this.#traffic.markIdle()) this.#traffic.setBase(this.#firstDrops)
  }

  /** When the baseline must be read; Infinity: it is up to date. */
  get due(): Nanos {
    return this.#idleDue
  }

  /** Growth of the socket's drop counter since the start; undefined if it cannot be read. */
  get drops(): number | undefined {
    return growth(this.#firstDrops, this.#environment.drops(0))
  }

  /** Records that something arrived, so the socket is not idle. */
  markBusy(now: Nanos): void {
    this.#idleDue = now + IDLE
    this.#traffic.markBusy()
  }

  /** Reads the baseline of the next run if all sockets of the server have been idle, because reading the counter is slow. */
  readWhileIdle(now: Nanos): void {
    if (now < this.#idleDue) return
    this.#idleDue = Infinity
    if (this.#traffic.markIdle()) this.#traffic.setBase(this.#environment.drops(0))
  }

  /** Counts datagrams that are not receipts requests. */
  countTraffic(count = 1): void {
    this.#traffic.add(count)
  }

  /** Records a message of this many datagrams: one drop of the socket may represent as many. */
  noteTrain(datagrams: number): void {
    this.#longestTrain = Math.max(this.#longestTrain, datagrams)
  }

  /** The run of this number, of which a probe just arrived; creates it if it is not remembered. */
  runOf(peer: Peer, number: number, now: Nanos): Run {
    const run = peer.runNumber === number && peer.run?.evicted === false ? peer.run : this.#lookUp(peer, number, now)
    peer.trafficBefore = this.#counts.traffic(peer.number)
    peer.damagedBefore = this.#counts.damaged(peer.number)
    return run
  }

  /** Books a probe as received, by the low 32 bits of its sequence; returns the whole sequence. */
  receive(run: Run, low: number, now: Nanos): number {
    const sequence = this.#memory.extend(run, low)
    this.#memory.receive(run, sequence, now)
    return sequence
  }

  /** Books that the reply to a probe was passed to the kernel. */
  answered(run: Run, sequence: number, now: Nanos): void {
    const before = this.#memory.state(run, sequence)
    if (before === RECEIPT.answered) return
    if (before === RECEIPT.withheld) {
      // The two bits do not distinguish a withheld reply from a failed one, so assume that it was withheld.
      if (run.withheld > 0) run.withheld -= 1
      else run.sendFailed -= 1
    }
    run.answered += 1
    this.#memory.mark(run, sequence, RECEIPT.answered, now)
  }

  /** Books that a probe gets no reply, on purpose. */
  withheld(run: Run, sequence: number, now: Nanos): void {
    const before = this.#memory.state(run, sequence)
    if (before === RECEIPT.answered || before === RECEIPT.withheld) return
    run.withheld += 1
    this.#memory.mark(run, sequence, RECEIPT.withheld, now)
  }

  /** Books that the kernel refused the last reply to a probe, which had been booked as answered. */
  failed(run: Run, sequence: number, now: Nanos): void {
    const before = this.#memory.state(run, sequence)
    // With other states the probe has a newer outcome already. Not received: it exceeds the memory, and is only counted.
    if (before !== RECEIPT.answered && before !== RECEIPT.notReceived) return
    run.answered -= 1
    run.sendFailed += 1
    this.#memory.mark(run, sequence, RECEIPT.withheld, now)
  }

  /** Overwrites a peer's receipts request with its answer; returns its length in bytes, 0: there is no room for an answer. */
  answer(bytes: Uint8Array, at: number, request: ReceiptsRequest, peer: Peer, now: Nanos): number {
    const memory = this.#memory
    const key = keyOf(peer, request.run)
    const run = memory.find(key)
    const first = run === undefined ? request.from : memory.extend(run, request.from)
    const asked = run === undefined ? request : { ...request, count: this.#rememberedFrom(run, first, request) }
    return writeReceiptsAnswer(bytes, at, asked, this.#totals(run, key, peer, now), sequence => {
      return run === undefined ? RECEIPT.notReceived : memory.state(run, first + ((sequence - request.from) >>> 0))
    })
  }

  /**
   * How many of the requested sequences, from `first` on, precede the first one that did not fit in memory: reporting that one as not received
   * would be a guess.
   */
  #rememberedFrom(run: Run, first: number, request: ReceiptsRequest): number {
    if (!run.incomplete) return request.count
    const most = Math.min(request.count, receiptsCapacity(request.length))
    let count = 0
    while (count < most && !this.#memory.lacks(run, first + count)) count += 1
    return count
  }

  #lookUp(peer: Peer, number: number, now: Nanos): Run {
    const key = keyOf(peer, number)
    const { traffic, drops } = this.#traffic.base
    const before = {
      socketReceived: traffic,
      socketDrops: drops,
      peerReceived: peer.trafficBefore,
      peerDamaged: peer.damagedBefore,
    }
    const run = this.#memory.find(key) ?? this.#memory.open(key, peer.address.address, before, now)
    this.#facts.runsEvicted = this.#memory.evicted
    peer.runNumber = number
    peer.run = run
    return run
  }

  #totals(run: Run | undefined, key: string, peer: Peer, now: Nanos): ReceiptsTotals {
    const completeMs = this.#memory.completeMs(key, now)
    if (run === undefined) {
      return {
        distinct: 0,
        copies: 0,
        damaged: this.#counts.damaged(peer.number),
        answered: 0,
        withheld: 0,
        sendFailed: 0,
        pending: 0,
        strangers: 0,
        drops: undefined,
        dropUnit: undefined,
        completeMs,
      }
    }
    const { before } = run
    const drops = growth(before.socketDrops, this.#environment.drops(0))
    return {
      distinct: run.distinct,
      copies: run.copies,
      damaged: this.#counts.damaged(peer.number) - before.peerDamaged,
      answered: run.answered,
      withheld: run.withheld,
      sendFailed: run.sendFailed,
      pending: run.pending,
      strangers: Math.max(
        0,
        this.#traffic.total - before.socketReceived - (this.#counts.traffic(peer.number) - before.peerReceived),
      ),
      drops,
      dropUnit: drops === undefined ? undefined : this.#longestTrain,
      completeMs,
    }
  }
}

/** The key includes the peer, because two peers may choose the same run number. */
function keyOf(peer: Peer, number: number): string {
  return `${peer.key} ${number}`
}

function growth(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from
}
