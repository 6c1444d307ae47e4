import { FrameDecoder, type FrameHeader, type FramePart } from '../wire/framing.ts'

/** A frame with its header; the body may still be in transit. */
export interface IncomingFrame {
  readonly header: FrameHeader
  readonly bodySize: number
  /** Pieces of the body as they arrive; can be read once. Requesting the next frame skips the rest. */
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * The frames of a stream, in order. Reads no further than requested. Throws the errors of the stream, and `protocol` if it is not a sequence of
 * frames or ends inside one.
 */
export async function* readFrames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<IncomingFrame, void> {
  const parts = decode(stream)
  try {
    for (;;) {
      const { value: part, done } = await parts.next()
      if (done === true) return
      if (part.kind === 'header') yield { header: part.header, bodySize: part.bodySize, body: bodyOf(parts) }
    }
  } finally {
    await parts.return()
  }
}

async function* decode(stream: AsyncIterable<Uint8Array>): AsyncGenerator<FramePart, void> {
  const decoder = new FrameDecoder()
  for await (const piece of stream) yield* decoder.push(piece)
  decoder.end()
}

/** Continues with the current parts, and leaves them open after the body. */
async function* bodyOf(parts: AsyncGenerator<FramePart, void>): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const { value: part, done } = await parts.next()
    if (done === true || part.kind !== 'body') return
    yield part.bytes
  }
}
