import type { StreamAddress } from '../../base/address.ts'

/** What a TCP server counts. */
export interface TcpFacts {
  /** Connections that were talked with, and those of them that are open now. */
  connections: number
  connectionsNow: number
  bytesReceived: number
  bytesSent: number
  /** Files stored, and their bytes. */
  uploads: number
  uploadedBytes: number
  /** Commands that ran to their end or a limit. */
  commands: number
  /** Connections and requests that were turned away, by reason; a request takes its connection with it. */
  readonly refused: Record<TcpRefusal, number>
  /** What the system said where something could not be stored: `no space left on device` and how often. */
  readonly storageErrors: Record<string, number>
  /** Connections that broke in the middle of something. */
  broken: number
}

/** Why a connection or a request is turned away. */
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

/** Something that a server with an inbox or commands has done, as it happens. */
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
      /** Why it was ended, if it was. */
      readonly reason?: string
      readonly peer: StreamAddress
    }
  | {
      readonly event: 'refused'
      readonly kind: TcpRefusal
      readonly reason: string
      readonly peer: StreamAddress
    }
  /** A connection that was not talked with. */
  | {
      readonly event: 'turnedAway'
      readonly kind: TcpRefusal
      readonly reason: string
      readonly peer: StreamAddress
    }
  /** A connection that begins or has ended. */
  | { readonly event: 'opened'; readonly peer: StreamAddress }
  | {
      readonly event: 'closed'
      readonly bytesReceived: number
      readonly bytesSent: number
      readonly peer: StreamAddress
    }
