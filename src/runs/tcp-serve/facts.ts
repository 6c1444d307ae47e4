import type { StreamAddress } from '../../base/address.ts'

/** Counters of a TCP server. */
export interface TcpFacts {
  /** Connections that were served, and those of them that are open now. */
  connections: number
  connectionsNow: number
  bytesReceived: number
  bytesSent: number
  /** Files stored, and their bytes. */
  uploads: number
  uploadedBytes: number
  /** Commands that ended by themselves or at a limit. */
  commands: number
  /** Refused connections and requests, by reason. A refused request also ends its connection. */
  readonly refused: Record<TcpRefusal, number>
  /** System errors of failed storage and their number: `no space left on device`. */
  readonly storageErrors: Record<string, number>
  /** Connections that broke during a request. */
  broken: number
}

/** Why a connection or a request is refused. */
export type TcpRefusal =
  'crowded' | 'source' | 'displaced' | 'denied' | 'slow' | 'request' | 'frame' | 'full' | 'storage'

export const TCP_REFUSALS: readonly TcpRefusal[] = [
  'crowded',
  'source',
  'displaced',
  'denied',
  'slow',
  'request',
  'frame',
  'full',
  'storage',
]

export function createTcpFacts(): TcpFacts {
  return {
    connections: 0,
    connectionsNow: 0,
    bytesReceived: 0,
    bytesSent: 0,
    uploads: 0,
    uploadedBytes: 0,
    commands: 0,
    refused: { crowded: 0, source: 0, displaced: 0, denied: 0, slow: 0, request: 0, frame: 0, full: 0, storage: 0 },
    storageErrors: {},
    broken: 0,
  }
}

/** An event of a server with an inbox or commands. */
export type TcpEvent =
  | {
      readonly event: 'stored'
      readonly fileName: string
      readonly size: number
      readonly sha256: string
      readonly peer: StreamAddress
    }
  | {
      readonly event: 'ran'
      readonly name: string
      readonly exitCode: number
      readonly size: number
      /** Why the server ended it. Absent if it ended by itself. */
      readonly reason?: string
      readonly peer: StreamAddress
    }
  | {
      readonly event: 'refused'
      readonly kind: TcpRefusal
      readonly reason: string
      readonly peer: StreamAddress
    }
  /** A connection that was rejected. */
  | {
      readonly event: 'turnedAway'
      readonly kind: TcpRefusal
      readonly reason: string
      readonly peer: StreamAddress
    }
  /** A connection that was opened or closed. */
  | { readonly event: 'opened'; readonly peer: StreamAddress }
  | {
      readonly event: 'closed'
      readonly bytesReceived: number
      readonly bytesSent: number
      readonly peer: StreamAddress
    }
