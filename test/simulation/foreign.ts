import { uppercase } from '../../src/wire/uppercase.ts'

/** A server that is not udptool: the answer to a datagram, if there is one. It must not change the bytes. */
export type ForeignServer = (bytes: Uint8Array) => Uint8Array | undefined

/** RFC 862: unchanged. */
export const foreignEcho: ForeignServer = bytes => bytes.slice()

/** The project's first server. */
export const foreignUpper: ForeignServer = bytes => {
  const answer = bytes.slice()
  uppercase(answer, 0, answer.length)
  return answer
}

/** Reads up to `size` bytes of each datagram and echoes those, as `recvfrom(N)` does. */
export function foreignReading(size: number): ForeignServer {
  return bytes => bytes.slice(0, size)
}

/** Never answers. */
export const foreignSilence: ForeignServer = () => undefined

/** Always answers with the same text. */
export function foreignText(text: string): ForeignServer {
  return () => new TextEncoder().encode(text)
}
