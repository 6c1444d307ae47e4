import { FrameDecoder, type FrameHeader } from '../wire/framing.ts'
import type { Reader } from './reader.ts'

/** A received frame, and the number of reads that it took. */
export interface Frame {
  readonly header: FrameHeader
  readonly body: Buffer
  readonly reads: number
}

/** Reads until a frame is complete. Rejects if the stream ends first. */
export async function readFrame(reader: Reader): Promise<Frame> {
  const decoder = new FrameDecoder()
  const body: Uint8Array[] = []
  let header: FrameHeader = {}
  for (let reads = 1; ; reads++) {
    const bytes = await reader.read()
    if (bytes === undefined) throw new Error('the stream ended inside a frame')
    for (const part of decoder.push(bytes)) {
      if (part.kind === 'header') header = part.header
      else if (part.kind === 'body') body.push(part.bytes)
      else return { header, body: Buffer.concat(body), reads }
    }
  }
}
