import { uppercase } from '../../src/wire/uppercase.ts'

/** A server that knows nothing of udptool: what it answers to these bytes, if anything. It may not change them. */
export type ForeignServer = (bytes: Uint8Array) => Uint8Array | undefined

/** RFC 862: as it came. */
export const foreignEcho: ForeignServer = bytes => bytes.slice()

/** The project's first server. */
export const foreignUpper: ForeignServer = bytes => {
  const answer = bytes.slice()
  uppercase(answer, 0, answer.length)
  return answer
}

/** Reads so many bytes of each datagram and echoes those, as `recvfrom(N)` does. */
export function foreignReading(size: number): ForeignServer {
  return bytes => bytes.slice(0, size)
}

/** Never answers. */
export const foreignSilence: ForeignServer = () => undefined

/** Always answers with the same text. */
export function foreignText(text: string): ForeignServer {
  return () => new TextEncoder().encode(text)
}
