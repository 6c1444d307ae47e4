/** Doubles of one socket: each has a cache line of its own, for each is written by another thread. */
const STRIDE = 8
const TRAFFIC = 0
const IDLE = 1

/** What the sockets of a server that share one port have counted when all of them were idle. */
export interface TrafficBase {
  readonly traffic: number
  readonly drops: number | undefined
}

/**
 * Datagrams of all sockets of one server, which may be in threads of their own (SO_REUSEPORT, socket(7)): the kernel deals peers out to
 * the sockets, so what one socket counts is a part of what a run with several clients met. Receipts questions are not counted.
 */
export class ServerTraffic {
  readonly #columns: Float64Array
  readonly #sockets: number
  readonly #at: number

  /** @param columns memory of `doubles(sockets)`, shared by the threads */
  constructor(columns: Float64Array = new Float64Array(ServerTraffic.doubles(1)), socket = 0) {
    this.#columns = columns
    this.#sockets = columns.length / STRIDE - 1
    this.#at = (socket + 1) * STRIDE
  }

  /** Doubles that so many sockets need. */
  static doubles(sockets: number): number {
    return (sockets + 1) * STRIDE
  }

  /** Counts datagrams of this socket. */
  add(count: number): void {
    this.#columns[this.#at + TRAFFIC] = (this.#columns[this.#at + TRAFFIC] ?? 0) + count
  }

  /** Datagrams of all sockets. */
  get total(): number {
    return this.#sum(TRAFFIC)
  }

  /** Something arrived at this socket. */
  markBusy(): void {
    this.#columns[this.#at + IDLE] = 0
  }

  /** This socket is idle; whether all are. */
  markIdle(): boolean {
    this.#columns[this.#at + IDLE] = 1
    return this.#sum(IDLE) === this.#sockets
  }

  /** The counts of the last moment at which all sockets were idle. */
  get base(): TrafficBase {
    const [traffic = 0, drops = NaN] = this.#columns
    return { traffic, drops: Number.isNaN(drops) ? undefined : drops }
  }

  /** Notes the counts as they are now, which is while all sockets are idle. */
  setBase(drops: number | undefined): void {
    this.#columns[0] = this.total
    this.#columns[1] = drops ?? NaN
  }

  #sum(column: number): number {
    let sum = 0
    for (let socket = 1; socket <= this.#sockets; socket++) sum += this.#columns[socket * STRIDE + column] ?? 0
    return sum
  }
}
