import { createInbox } from '../../../src/engine/batch.ts'
import { plainCodec } from '../../../src/machines/codec.ts'
import { Datagram } from '../../../src/machines/datagram.ts'
import { createPayload } from '../../../src/wire/payload.ts'
import { KIND, PROBE_SIZE, writeProbe } from '../../../src/wire/probe.ts'
import {
  readReceiptsAnswer,
  TOTALS_LENGTH,
  writeReceiptsRequest,
  type ReceiptsAnswer,
} from '../../../src/wire/receipts.ts'
import type { ServerHarness } from './server-harness.ts'

export const RUN = 0x1a2b3c4d
export const TEXT = createPayload('text')

export function probeBytes(size: number, sequence = 0, run = RUN, sent = 1_234_567_890): Uint8Array {
  const bytes = new Uint8Array(Math.max(size, PROBE_SIZE))
  writeProbe(bytes, 0, size, sequence, run, sent)
  TEXT.write(bytes, 0, PROBE_SIZE, size, sequence)
  return bytes.subarray(0, size)
}

export function requestBytes(
  request: { from?: number; count?: number; length?: number; run?: number; number?: number } = {},
): Uint8Array {
  const { from = 0, count = 0, length = TOTALS_LENGTH, run = RUN, number = 0 } = request
  const bytes = new Uint8Array(length)
  writeReceiptsRequest(bytes, 0, { number, run, length, from, count })
  return bytes
}

/** A receipts request about a run. */
export function ask(bench: ServerHarness, request: Parameters<typeof requestBytes>[0] = {}, flow = 0): ReceiptsAnswer {
  const bytes = bench.receive(requestBytes(request), flow)
  const answer = bytes === undefined ? undefined : readReceiptsAnswer(bytes, 0, bytes.length)
  if (answer === undefined) throw new Error('no answer')
  return answer
}

/** The answer of a udptool server to a probe without room for evidence. */
export function asReply(bytes: Uint8Array): Uint8Array {
  const reply = bytes.slice()
  reply[4] = KIND.reply
  return reply
}

/** A damaged probe as a udptool server returns it. */
export function asReturned(bytes: Uint8Array): Uint8Array {
  const back = bytes.slice()
  back[4] = KIND.damaged
  return back
}

export function flipped(bytes: Uint8Array, at: number, bit = 1): Uint8Array {
  const changed = bytes.slice()
  changed[at] = (changed[at] ?? 0) ^ bit
  return changed
}

/** These bytes as the only datagram of an inbox, which arrives now. */
export function arriving(bytes: Uint8Array, now = 0, codec = plainCodec()): Datagram {
  const inbox = createInbox(1, bytes)
  inbox.size[0] = inbox.stride[0] = inbox.whole[0] = bytes.length
  inbox.arrived[0] = now
  const datagram = new Datagram(inbox, now, codec)
  datagram.begin(0)
  return datagram
}

export function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
