import { readFileSync } from 'node:fs'
import type { Address } from '../base/address.ts'
import { addressBytes } from '../base/ip.ts'
import { parseSocketRows } from './socket-table.ts'

/** A table that was read within this time (ms) is used again, so that one reading serves all clients of a run. */
const FRESH_MS = 0.5

/**
 * The drop counters of UDP sockets in /proc/net/udp and udp6 (last column, proc(5)). Linux only, without privilege, for the sockets of this
 * network namespace. A socket is found by its local and remote address.
 */
export class DropCounters {
  readonly #share: number
  readonly #tables = new Map<string, { readonly until: number; readonly drops: ReadonlyMap<string, number> }>()

  /**
   * @param share maximum share of time for reading the tables, which are long on a host with many sockets. For programs in which remote
   * hosts can cause readings. In between, the last reading is used.
   */
  constructor(share = 1) {
    this.#share = share
  }

  /** The sum of the drop counters of several sockets, from one reading. Undefined if none can be read. */
  sum(pairs: Iterable<readonly [local: Address, remote?: Address]>): number | undefined {
    let sum: number | undefined
    const tables = new Map<string, ReadonlyMap<string, number> | undefined>()
    for (const [local, remote] of pairs) {
      const file = fileOf(local)
      if (!tables.has(file)) tables.set(file, this.#table(file))
      const drops = tables.get(file)?.get(keyOf(local, remote))
      if (drops !== undefined) sum = (sum ?? 0) + drops
    }
    return sum
  }

  /** The cumulative drop counter of a socket. Undefined if it cannot be read. */
  read(local: Address, remote?: Address): number | undefined {
    return this.#table(fileOf(local))?.get(keyOf(local, remote))
  }

  #table(file: string): ReadonlyMap<string, number> | undefined {
    const known = this.#tables.get(file)
    const begin = performance.now()
    if (known !== undefined && begin < known.until) return known.drops
    let text: string
    try {
      text = readFileSync(file, 'latin1')
    } catch {
      return undefined
    }
    const drops = parseDrops(text)
    const end = performance.now()
    this.#tables.set(file, { until: end + Math.max(FRESH_MS, (end - begin) * (1 / this.#share - 1)), drops })
    return drops
  }
}

/** `local remote` (hex as in the kernel's tables) → drops, summed if several sockets share the pair. */
export function parseDrops(text: string): ReadonlyMap<string, number> {
  const drops = new Map<string, number>()
  for (const { local, remote, drops: count } of parseSocketRows(text)) {
    const key = `${local} ${remote}`
    drops.set(key, (drops.get(key) ?? 0) + count)
  }
  return drops
}

function fileOf({ family }: Address): string {
  return family === 'udp4' ? '/proc/net/udp' : '/proc/net/udp6'
}

function keyOf(local: Address, remote: Address | undefined): string {
  return `${endpoint(local)} ${remote === undefined ? anyEndpoint(local) : endpoint(remote)}`
}

/** An address as in the kernel's tables: each 32-bit word in host byte order, which is little-endian on all machines that Node runs on. */
function endpoint({ address, port, family }: Address): string {
  const plain = addressBytes(address.replace(/%.*$/, '')) ?? []
  const bytes = family === 'udp6' && plain.length === 4 ? [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...plain] : plain
  let hex = ''
  for (let word = 0; word < bytes.length; word += 4) {
    for (let i = 3; i >= 0; i--) hex += (bytes[word + i] ?? 0).toString(16).padStart(2, '0')
  }
  return `${hex}:${port.toString(16).padStart(4, '0')}`.toUpperCase()
}

function anyEndpoint({ family }: Address): string {
  return `${'0'.repeat(family === 'udp4' ? 8 : 32)}:0000`
}
