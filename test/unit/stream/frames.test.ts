import { describe, expect, test } from 'vitest'
import { readFrames, type IncomingFrame } from '../../../src/stream/frames.ts'
import { encodeFrameHeader } from '../../../src/wire/framing.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A stream of pieces that records how many were requested, and whether it was closed. */
class Source {
  asked = 0
  left = false
  readonly #pieces: readonly Uint8Array[]

  constructor(pieces: readonly Uint8Array[]) {
    this.#pieces = pieces
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    try {
      for (const piece of this.#pieces) {
        this.asked += 1
        yield piece
      }
    } finally {
      this.left = true
    }
  }
}

function stream(...parts: readonly (Uint8Array | string | Readonly<Record<string, unknown>>)[]): Uint8Array {
  const bytes = parts.map(part =>
    part instanceof Uint8Array ? part : typeof part === 'string' ? utf8(part) : encodeFrameHeader(part),
  )
  return Uint8Array.from(bytes.flatMap(piece => [...piece]))
}

function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size))
}

async function bodyOf(frame: IncomingFrame): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of frame.body) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

const THREE = stream({ n: 1, data_size: 5 }, 'hello', { n: 2 }, { n: 3, file_size: 3 }, 'end')

describe.each([1, 3, 10, 1000])('frames in reads of %i bytes', size => {
  test('have their bodies', async () => {
    const seen: unknown[] = []
    for await (const frame of readFrames(new Source(inPieces(THREE, size))))
      seen.push([frame.header['n'], frame.bodySize, await bodyOf(frame)])
    expect(seen).toEqual([
      [1, 5, 'hello'],
      [2, 0, ''],
      [3, 3, 'end'],
    ])
  })

  test('are complete if the body before them was not read', async () => {
    const seen: unknown[] = []
    for await (const frame of readFrames(new Source(inPieces(THREE, size)))) {
      seen.push(frame.header['n'])
      for await (const piece of frame.body) {
        seen.push(piece.length > 0)
        break
      }
    }
    expect(seen).toEqual([1, true, 2, 3, true])
  })
})

test('nothing is read that was not requested', async () => {
  const source = new Source(inPieces(THREE, 1))
  const frames = readFrames(source)
  expect(source.asked).toBe(0)
  const { value: frame } = await frames.next()
  const header = encodeFrameHeader({ n: 1, data_size: 5 }).length
  expect(source.asked).toBe(header)
  const body = frame?.body[Symbol.asyncIterator]()
  await body?.next()
  expect(source.asked).toBe(header + 1)
})

test('a stream is closed when its frames are', async () => {
  const source = new Source(inPieces(THREE, 7))
  for await (const frame of readFrames(source)) {
    expect(frame.header['n']).toBe(1)
    break
  }
  expect(source.left).toBe(true)
})

test('a frame before junk is yielded, and the junk is an error that closes the stream', async () => {
  const source = new Source([stream({ n: 1 }, 'junk!')])
  const frames = readFrames(source)
  expect((await frames.next()).value).toMatchObject({ header: { n: 1 } })
  await expect(frames.next()).rejects.toMatchObject({ code: 'protocol' })
  expect(source.left).toBe(true)
})

test('a stream that ends inside a body is an error for the reader of the body', async () => {
  const frames = readFrames(new Source([stream({ file_size: 10 }, 'short')]))
  const { value: frame } = await frames.next()
  if (frame === undefined) throw new Error('no frame')
  await expect(bodyOf(frame)).rejects.toMatchObject({ code: 'protocol', message: expect.stringContaining('5 bytes') })
})

test('an error of the stream is passed on', async () => {
  const failing = {
    [Symbol.asyncIterator]: () => ({ next: async () => await Promise.reject(new Error('the wire is cut')) }),
  }
  await expect(readFrames(failing).next()).rejects.toThrow('the wire is cut')
})
