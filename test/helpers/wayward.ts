import { startPeer, type Peer } from './peers.ts'

/** What a server of Python writes down of each datagram that came. */
interface WaywardRow {
  readonly port: number
  readonly hex: string
  readonly size: number
  readonly answers: number
  readonly late: boolean
  readonly cut?: number
}

export interface WaywardTruth {
  readonly record: readonly WaywardRow[]
}

/** An echo server of Python that answers late, twice, cut, or not at all (test/helpers/peers/wayward.py). */
export async function startWayward(...args: readonly string[]): Promise<Peer<WaywardTruth>> {
  return await startPeer<WaywardTruth>('wayward', args)
}

/** The ports that datagrams came from, each once. */
export function portsOf({ record }: WaywardTruth): Set<number> {
  return new Set(record.map(({ port }) => port))
}
