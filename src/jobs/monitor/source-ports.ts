import type { PortRange } from '../../base/port-range.ts'

/** The ports of one target: one for each flow. */
interface PortBlock {
  readonly first: number
  readonly count: number
  /** What they were chosen from. Absent: from all free ports. */
  readonly range: PortRange | undefined
}

interface Waiting {
  readonly port: number
  readonly path: number
  readonly start: () => void
}

/**
 * The source ports of a monitor. Each target has ports of its own as long as it is probed, so that a flow keeps its port when the address of the
 * target changes. The socket of a path is open until the last replies have come, so a path with the same port waits for its end.
 */
export class SourcePorts {
  /** By the key of the target. */
  readonly #blocks = new Map<string, PortBlock>()
  /** The path that has a port. */
  readonly #holders = new Map<number, number>()
  #waiting: readonly Waiting[] = []

  /** The first port of a target that has this many of this range. Undefined: it has none yet. */
  known(owner: string, count: number, range?: PortRange): number | undefined {
    const block = this.#blocks.get(owner)
    const isSame = block?.count === count && block.range?.first === range?.first && block.range?.last === range?.last
    return isSame ? block.first : undefined
  }

  /** Gives a target its ports from now on. */
  reserve(owner: string, first: number, count: number, range?: PortRange): void {
    this.#blocks.set(owner, { first, count, range })
  }

  /** The lowest ports of a range that nobody has. Undefined: there are none. */
  lowestFree(owner: string, count: number, range: PortRange): number | undefined {
    this.#blocks.delete(owner)
    for (let first = range.first; first + count - 1 <= range.last; first += count)
      if (Array.from({ length: count }, (_, n) => first + n).every(port => !this.isTaken(port))) return first
    return undefined
  }

  /** Whether a port is that of a target or of a path. */
  isTaken(port: number): boolean {
    if (this.#holders.has(port)) return true
    for (const { first, count } of this.#blocks.values()) if (port >= first && port < first + count) return true
    return false
  }

  /** The target is no longer probed. Its paths have their ports until they are removed. */
  free(owner: string): void {
    this.#blocks.delete(owner)
  }

  /** Calls `start` once the port belongs to no other path. */
  take(port: number, path: number, start: () => void): void {
    if (this.#holders.has(port)) {
      this.#waiting = [...this.#waiting, { port, path, start }]
      return
    }
    this.#holders.set(port, path)
    start()
  }

  /** Forgets a path that still waits. False: it does not wait. */
  drop(path: number): boolean {
    const rest = this.#waiting.filter(one => one.path !== path)
    const isWaiting = rest.length < this.#waiting.length
    this.#waiting = rest
    return isWaiting
  }

  /** The socket of a path is closed. */
  released(path: number): void {
    for (const [port, holder] of this.#holders) {
      if (holder !== path) continue
      this.#holders.delete(port)
      const next = this.#waiting.find(one => one.port === port)
      if (next === undefined) return
      this.drop(next.path)
      this.take(port, next.path, next.start)
      return
    }
  }
}
