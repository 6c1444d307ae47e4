import { startPeer, type Peer } from './peers.ts'

/** What a server of Python writes down of each datagram that came. */
interface FaultyServerRow {
  readonly port: number
  readonly hex: string
  readonly size: number
  readonly answers: number
  readonly late: boolean
  readonly cut?: number
}

export interface FaultyServerTruth {
  readonly record: readonly FaultyServerRow[]
}

/** An echo server of Python that answers late, twice, cut, or not at all (test/helpers/peers/faulty_server.py). */
export async function startFaultyServer(...args: readonly string[]): Promise<Peer<FaultyServerTruth>> {
  return await startPeer<FaultyServerTruth>('faulty_server', args)
}

/** The ports that datagrams came from, each once. */
export function portsOf({ record }: FaultyServerTruth): Set<number> {
  return new Set(record.map(({ port }) => port))
}
