import type { Nanos } from '../../../base/nanos.ts'

/** Limit for the calls that read one socket before the next one has its turn. */
const MAX_READS = 64
/** Limit for the waits that look for readable sockets, each of which reports up to 256 of them (watch.ts). */
const MAX_LOOKS = 256

/** Sockets with datagrams that nobody has read for some time. */
export interface UnreadSockets {
  /** Numbers of sockets that can be read: some of them, if they are many. */
  readonly look: () => readonly number[]
  /** Reads some datagrams of a socket, and returns when the last of them arrived. Undefined: there was none. */
  readonly read: (socket: number) => Nanos | undefined
}

/**
 * Reads everything that arrived before a time. What arrives meanwhile is left to the loop, which also sends: during a flood more arrives
 * while the sockets are read, without end.
 */
export function catchUp(before: Nanos, sockets: UnreadSockets): void {
  for (let look = 0; look < MAX_LOOKS; look++) {
    let hasRead = false
    for (const socket of sockets.look()) hasRead = readEarlier(before, socket, sockets) || hasRead
    if (!hasRead) return
  }
}

/** Returns whether it may have read all of a batch from before that time, so that another socket, or this one, may have more. */
function readEarlier(before: Nanos, socket: number, { read }: UnreadSockets): boolean {
  for (let reads = 0; reads < MAX_READS; reads++) {
    const last = read(socket)
    if (last === undefined || last >= before) return reads > 0
  }
  return true
}
