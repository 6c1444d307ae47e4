import type { Nanos } from '../../base/nanos.ts'
import type { WritableInbox } from '../batch.ts'

/** Fills an inbox with the one message from node:dgram. The program reads `size` of its `whole` bytes. */
export function setMessage(
  inbox: WritableInbox,
  bytes: Uint8Array,
  size: number,
  whole: number,
  socket: number,
  flow: number,
  arrived: Nanos,
): void {
  inbox.count = 1
  inbox.bytes = bytes
  inbox.size[0] = size
  inbox.stride[0] = size
  inbox.whole[0] = whole
  inbox.socket[0] = socket
  inbox.flow[0] = flow
  inbox.arrived[0] = arrived
}
