import { drained, fits, usedShare, type BucketDepths } from '../base/answer-cap.ts'
import type { Nanos } from '../base/nanos.ts'
import type { SourceNetwork } from './source-network.ts'

/** A hash selects a set of this many buckets, which share a lock. */
const WAYS = 8
const SETS = 8192
/** Doubles of a bucket: answers used, bytes used, time of both; the fourth holds its network as two 32-bit numbers. */
const ROW = 4
const ANSWERS = 0
const BYTES = 1
const AT = 2
const NETWORK = 3
/** The first set holds a single bucket: the one for all networks together. */
const EVERYBODY = 0
const BUCKETS = (SETS + 1) * WAYS
const LOCKS_AT = BUCKETS * ROW * 8
const SEED_AT = LOCKS_AT + (SETS + 1) * 4

/** Attempts to take a lock before the thread sleeps 1 ms between them, because the owner was preempted. */
const SPINS = 100
/** After this many sleeps of 1 ms the owner of the lock is considered dead. */
const MAX_SLEEPS = 1000

/**
 * Token buckets of a server: one for each source network, and one for all together. The memory has a fixed size and can be shared by the
 * threads of the server. It stores the used amounts, so that zeroed memory means full buckets.
 * If all buckets of a set are in use, a new network takes over the fullest one as it is. A full bucket has been unused for a tenth of a second,
 * so forged sources cannot refill a bucket by evicting it.
 */
export class AnswerCaps {
  readonly #cells: Float64Array
  readonly #networks: Int32Array
  readonly #locks: Int32Array
  readonly #seed: number
  readonly #origin: Nanos

  /**
   * @param memory from `AnswerCaps.memory`
   * @param origin the common clock of all threads when the driver's clock is 0
   */
  constructor(memory: ArrayBufferLike, origin: Nanos = 0) {
    this.#cells = new Float64Array(memory, 0, BUCKETS * ROW)
    this.#networks = new Int32Array(memory, 0, BUCKETS * ROW * 2)
    this.#locks = new Int32Array(memory, LOCKS_AT, SETS + 1)
    this.#seed = new Int32Array(memory, SEED_AT, 1)[0] ?? 0
    this.#origin = origin
  }

  /**
   * Memory of full buckets, about 2 MiB.
   * @param seed 32 random bits: without them a forger could choose networks in the same set as another
   */
  static memory(seed: number): SharedArrayBuffer {
    const memory = new SharedArrayBuffer(SEED_AT + 8)
    new Int32Array(memory, SEED_AT, 1)[0] = seed
    return memory
  }

  /** Takes one answer of this many bytes from the network's bucket; false: it must be withheld, and nothing is taken. */
  take(network: SourceNetwork, bucket: BucketDepths, bytes: number, forReceipts: boolean, now: Nanos): boolean {
    const set = 1 + this.#setOf(network)
    this.#acquire(set)
    const taken = this.#use(this.#find(set, network, bucket, this.#origin + now), bucket, bytes, forReceipts)
    Atomics.store(this.#locks, set, 0)
    return taken
  }

  /** Takes one answer from the bucket for all networks. */
  takeOfAll(bucket: BucketDepths, bytes: number, forReceipts: boolean, now: Nanos): boolean {
    this.#acquire(EVERYBODY)
    this.#refill(0, bucket, this.#origin + now)
    const taken = this.#use(0, bucket, bytes, forReceipts)
    Atomics.store(this.#locks, EVERYBODY, 0)
    return taken
  }

  /** The index of the network's bucket in the set, refilled up to now. */
  #find(set: number, { high, low }: SourceNetwork, bucket: BucketDepths, now: Nanos): number {
    const networks = this.#networks
    const first = set * WAYS * ROW
    const end = first + WAYS * ROW
    for (let cell = first; cell < end; cell += ROW) {
      const name = (cell + NETWORK) * 2
      if (networks[name] === high && networks[name + 1] === low) {
        this.#refill(cell, bucket, now)
        return cell
      }
    }
    let fullest = first
    let least = Infinity
    for (let cell = first; cell < end && least > 0; cell += ROW) {
      this.#refill(cell, bucket, now)
      const used = usedShare(bucket, this.#cells[cell + ANSWERS] ?? 0, this.#cells[cell + BYTES] ?? 0)
      if (used < least) {
        fullest = cell
        least = used
      }
    }
    networks[(fullest + NETWORK) * 2] = high
    networks[(fullest + NETWORK) * 2 + 1] = low
    return fullest
  }

  #refill(cell: number, { answers, bytes }: BucketDepths, now: Nanos): void {
    const cells = this.#cells
    // Another thread may already have handled a later datagram.
    const elapsed = now - (cells[cell + AT] ?? 0)
    if (elapsed <= 0) return
    cells[cell + AT] = now
    cells[cell + ANSWERS] = drained(answers, cells[cell + ANSWERS] ?? 0, elapsed)
    cells[cell + BYTES] = drained(bytes, cells[cell + BYTES] ?? 0, elapsed)
  }

  #use(cell: number, bucket: BucketDepths, size: number, forReceipts: boolean): boolean {
    const cells = this.#cells
    const answers = cells[cell + ANSWERS] ?? 0
    const bytes = cells[cell + BYTES] ?? 0
    if (!fits(bucket.answers, answers, 1, forReceipts) || !fits(bucket.bytes, bytes, size, forReceipts)) return false
    cells[cell + ANSWERS] = answers + 1
    cells[cell + BYTES] = bytes + size
    return true
  }

  #acquire(set: number): void {
    const locks = this.#locks
    for (let tries = 0; Atomics.compareExchange(locks, set, 0, 1) !== 0; tries++) {
      if (tries > SPINS + MAX_SLEEPS) return
      if (tries > SPINS) Atomics.wait(locks, set, 1, 1)
    }
  }

  /** The finalizer of MurmurHash3 over both numbers. */
  #setOf({ high, low }: SourceNetwork): number {
    return mixed(mixed(low ^ this.#seed) ^ high) & (SETS - 1)
  }
}

function mixed(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
