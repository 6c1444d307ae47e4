import { startPeer, type Peer } from './peers.ts'

/** The record of a Python server for each received datagram. */
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

/** A Python echo server that answers late, twice, cut, or not at all (test/helpers/peers/faulty_server.py). */
export async function startFaultyServer(...args: readonly string[]): Promise<Peer<FaultyServerTruth>> {
  return await startPeer<FaultyServerTruth>('faulty_server', args)
}

/** The distinct ports that sent datagrams. */
export function portsOf({ record }: FaultyServerTruth): Set<number> {
  return new Set(record.map(({ port }) => port))
}
