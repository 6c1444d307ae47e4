import { FrameDecoder, type FrameHeader, type FramePart } from '../wire/framing.ts'

/** A frame of which the header is there, and the body may still be on its way. */
export interface IncomingFrame {
  readonly header: FrameHeader
  readonly bodySize: number
  /** Pieces of the body as they come; to be read once. What is left of it when the next frame is asked for is skipped. */
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * The frames of a stream, one after the other. Reads no further than it is asked to. Throws what the stream throws, and
 * `protocol` where the stream is no sequence of frames or ends inside one.
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

/** Goes on with the parts where they are, and leaves them open behind the body. */
async function* bodyOf(parts: AsyncGenerator<FramePart, void>): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const { value: part, done } = await parts.next()
    if (done === true || part.kind !== 'body') return
    yield part.bytes
  }
}
