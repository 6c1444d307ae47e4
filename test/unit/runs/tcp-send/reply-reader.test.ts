import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { ReplyReader } from '../../../../src/runs/tcp-send/reply-reader.ts'

/** A stream that yields what is pushed. */
class Pushed {
  readonly #ready: Uint8Array[] = []
  #wake: (() => void) | undefined
  #over = false

  push(text: string): void {
    this.pushBytes([...new TextEncoder().encode(text)])
  }

  pushBytes(...pieces: readonly (readonly number[])[]): void {
    this.#ready.push(...pieces.map(piece => Uint8Array.from(piece)))
    this.#wake?.()
  }

  end(): void {
    this.#over = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const piece = this.#ready.shift()
      if (piece !== undefined) yield piece
      else if (this.#over) return
      else await new Promise<void>(resolve => (this.#wake = resolve))
    }
  }
}

async function took(reader: ReplyReader, length: number): Promise<[string, string]> {
  const { bytes, because } = await reader.take(length)
  return [new TextDecoder().decode(bytes), because]
}

describe('a reply is complete', () => {
  test('when it has the requested length, in any number of pieces', async () => {
    const stream = new Pushed()
    const reader = new ReplyReader(stream, 60 * SECOND)
    for (const piece of ['he', 'l', 'lo']) stream.push(piece)
    expect(await took(reader, 5)).toEqual(['hello', 'length'])
    stream.push('again')
    expect(await took(reader, 5)).toEqual(['again', 'length'])
  })

  test('with the whole of a longer piece; a later piece is for the next reply', async () => {
    const stream = new Pushed()
    const reader = new ReplyReader(stream, 60 * SECOND)
    stream.push('longer')
    stream.push('rest')
    expect(await took(reader, 2)).toEqual(['longer', 'length'])
    expect(await took(reader, 2)).toEqual(['rest', 'length'])
  })

  test('when no more data comes; later data is not lost', async () => {
    const stream = new Pushed()
    const reader = new ReplyReader(stream, 20 * MILLISECOND)
    stream.push('sho')
    expect(await took(reader, 5)).toEqual(['sho', 'silence'])
    expect(await took(reader, 5)).toEqual(['', 'silence'])
    stream.push('rt!!!')
    expect(await took(reader, 5)).toEqual(['rt!!!', 'length'])
  })

  test('when the stream ends, also for later reads', async () => {
    const stream = new Pushed()
    const reader = new ReplyReader(stream, 60 * SECOND)
    stream.push('by')
    stream.end()
    expect(await took(reader, 5)).toEqual(['by', 'end'])
    expect(await took(reader, 5)).toEqual(['', 'end'])
  })

  test('at once, if no length is requested', async () => {
    expect(await took(new ReplyReader(new Pushed(), 60 * SECOND), 0)).toEqual(['', 'length'])
  })
})

test('errors of the stream are passed on', async () => {
  const failing = { [Symbol.asyncIterator]: () => ({ next: async () => await Promise.reject(new Error('cut')) }) }
  await expect(new ReplyReader(failing, SECOND).take(1)).rejects.toThrow('cut')
})

test('a text reply does not end inside a character whose rest is still coming', async () => {
  const stream = new Pushed()
  const reader = new ReplyReader(stream, 60 * SECOND)
  stream.pushBytes([0x61, 0xe2], [0x82], [0xac, 0x62], [0x63])
  expect((await reader.take(2, true)).bytes).toEqual(Buffer.from([0x61, 0xe2, 0x82, 0xac, 0x62]))
  stream.pushBytes([0xe2])
  expect((await reader.take(2)).bytes).toEqual(Buffer.from([0x63, 0xe2]))
  stream.end()
})
