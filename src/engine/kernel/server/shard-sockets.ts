import { BufferDrops } from '../../buffer-drops.ts'
import { readSocketDrops, type KernelSocket } from '../socket/socket.ts'
import type { Libc } from '../system/libc.ts'

/** In place of a descriptor: the socket is not open yet, or not any more. */
const CLOSED = -1

/** The memory in which the threads of a server find one another's sockets. */
export interface ShardTable {
  readonly descriptors: Int32Array
  /** The drop counters of sockets that were closed. */
  readonly last: Float64Array
  /** What all their full buffers did not take. */
  readonly bufferDrops: SharedArrayBuffer
}

export function createShardTable(shards: number): ShardTable {
  return {
    descriptors: new Int32Array(new SharedArrayBuffer(shards * 4)).fill(CLOSED),
    last: new Float64Array(new SharedArrayBuffer(shards * 8)),
    bufferDrops: BufferDrops.memory(),
  }
}

/** The sockets of all shards of a server. Threads of a process share its descriptors, so each can read the counters of all. */
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

  /** Before the socket is closed: another may get its descriptor. */
  close(socket: KernelSocket): void {
    this.#table.last[this.#number] = socket.drops() ?? 0
    Atomics.store(this.#table.descriptors, this.#number, CLOSED)
  }

  /** The drop counters of all, summed; undefined where the kernel does not show them. */
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
