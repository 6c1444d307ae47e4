import { BufferDrops } from '../../buffer-drops.ts'
import { readSocketDrops, type KernelSocket } from '../socket/socket.ts'
import type { Libc } from '../system/libc.ts'

/** Used instead of a descriptor if the socket is not open. */
const CLOSED = -1

/** Shared memory in which the threads of a server find each other's sockets. */
export interface ShardTable {
  readonly descriptors: Int32Array
  /** The last drop counters of closed sockets. */
  readonly last: Float64Array
  /** State of `BufferDrops` for all sockets. */
  readonly bufferDrops: SharedArrayBuffer
}

export function createShardTable(shards: number): ShardTable {
  return {
    descriptors: new Int32Array(new SharedArrayBuffer(shards * 4)).fill(CLOSED),
    last: new Float64Array(new SharedArrayBuffer(shards * 8)),
    bufferDrops: BufferDrops.memory(),
  }
}

/** The sockets of all shards of a server. Threads of a process share descriptors, so each can read the counters of all. */
export class ShardSockets {
  readonly #libc: Libc
  readonly #table: ShardTable
  readonly #number: number

  constructor(libc: Libc, table: ShardTable, number: number) {
    this.#libc = libc
    this.#table = table
    this.#number = number
  }

  open({ fd }: KernelSocket): void {
    Atomics.store(this.#table.descriptors, this.#number, fd)
  }

  /** Call it before the socket is closed, because its descriptor may be reused. */
  close(socket: KernelSocket): void {
    this.#table.last[this.#number] = socket.drops() ?? 0
    Atomics.store(this.#table.descriptors, this.#number, CLOSED)
  }

  /** The sum of all drop counters. Undefined if the kernel does not show them. */
  drops(): number | undefined {
    const { descriptors, last } = this.#table
    let sum: number | undefined
    for (let shard = 0; shard < descriptors.length; shard++) {
      const fd = Atomics.load(descriptors, shard)
      const count = fd === CLOSED ? last[shard] : readSocketDrops(this.#libc, fd)
      if (count !== undefined) sum = (sum ?? 0) + count
    }
    return sum
  }
}
