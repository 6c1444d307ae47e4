import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  encodeFrameHeader,
  FrameDecoder,
  frameBodySize,
  LARGEST_FRAME_HEADER,
  type FrameHeader,
} from '../../../src/wire/framing.ts'
import { failure } from '../../helpers/refused.ts'

interface Frame {
  readonly header: FrameHeader
  readonly body: readonly number[]
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap(piece => [...piece]))
}

/** Written by hand, not by the encoder: what `struct.pack('<i', len(header)) + header + body` gives. */
function packed(header: string, body: Uint8Array | string = ''): Uint8Array {
  const json = utf8(header)
  const length = [0, 8, 16, 24].map(shift => (json.length >> shift) & 255)
  return joined([Uint8Array.from(length), json, typeof body === 'string' ? utf8(body) : body])
}

/** Frames out of pieces. Fails where parts come in an order that cannot be. */
function decoded(pieces: Iterable<Uint8Array>): Frame[] {
  const decoder = new FrameDecoder()
  const frames: Frame[] = []
  let open: { header: FrameHeader; body: number[]; bodySize: number } | undefined
  for (const piece of pieces) {
    for (const part of decoder.push(piece)) {
      if (part.kind === 'header') {
        expect(open).toBeUndefined()
        open = { header: part.header, body: [], bodySize: part.bodySize }
      } else if (open === undefined) throw new Error(`${part.kind} before a header`)
      else if (part.kind === 'body') open.body.push(...part.bytes)
      else {
        expect(open.body.length).toBe(open.bodySize)
        frames.push({ header: open.header, body: open.body })
        open = undefined
      }
    }
  }
  decoder.end()
  expect(decoder.between).toBe(true)
  return frames
}

const STREAM = joined([
  packed('{"cmd": "put", "file_name": "a.txt", "file_size": 5}', 'hello'),
  packed('{"cmd":"run","name":"日付"}'),
  packed('{"status":"ok","exit_code":0,"data_size":0}'),
  packed('{"data_size":3}', Uint8Array.of(0, 255, 10)),
])

const FRAMES: readonly Frame[] = [
  { header: { cmd: 'put', file_name: 'a.txt', file_size: 5 }, body: [...utf8('hello')] },
  { header: { cmd: 'run', name: '日付' }, body: [] },
  { header: { status: 'ok', exit_code: 0, data_size: 0 }, body: [] },
  { header: { data_size: 3 }, body: [0, 255, 10] },
]

describe('the encoder', () => {
  test('writes what Python writes: struct.pack("<i", 9) + b\'{"cmd":1}\'', () => {
    expect(encodeFrameHeader({ cmd: 1 })).toEqual(packed('{"cmd":1}'))
    expect([...encodeFrameHeader({ cmd: 1 }).subarray(0, 4)]).toEqual([9, 0, 0, 0])
  })

  test('counts bytes, not characters', () => {
    expect([...encodeFrameHeader({ n: '世' }).subarray(0, 4)]).toEqual([11, 0, 0, 0])
  })

  test('refuses what no decoder would take', () => {
    expect(failure(() => encodeFrameHeader({ text: 'x'.repeat(LARGEST_FRAME_HEADER) })).code).toBe('usage')
    expect(failure(() => encodeFrameHeader({ file_size: -1 })).message).toContain('file_size -1')
  })

  test('and the decoder are each other’s opposite', () => {
    const header = fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter(key => key !== '__proto__' && !key.endsWith('_size')),
      fc.jsonValue(),
    )
    const frame = fc.tuple(header, fc.uint8Array({ maxLength: 40 }))
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 4 }), fc.infiniteStream(fc.nat(9)), (frames, lengths) => {
        const expected = frames.map(([fields, body]) => ({
          header: { ...fields, data_size: body.length },
          body: [...body],
        }))
        const stream = joined(expected.flatMap(one => [encodeFrameHeader(one.header), Uint8Array.from(one.body)]))
        const pieces: Uint8Array[] = []
        for (let at = 0; at < stream.length;) {
          const length = lengths.next().value as number
          pieces.push(stream.slice(at, at + length))
          at += length
        }
        const same = expected.map(one => ({ ...one, header: JSON.parse(JSON.stringify(one.header)) as FrameHeader }))
        expect(decoded(pieces)).toEqual(same)
      }),
    )
  })
})

describe('the decoder gives the same frames', () => {
  test('for every place that a stream can be split at', () => {
    for (let cut = 0; cut <= STREAM.length; cut++)
      expect(decoded([STREAM.subarray(0, cut), STREAM.subarray(cut)])).toEqual(FRAMES)
  })

  test('for every two places', () => {
    const short = joined([packed('{"a":1}'), packed('{"file_size":4}', 'body'), packed('{"b":2}')])
    const expected = decoded([short])
    expect(expected.map(({ header }) => header)).toEqual([{ a: 1 }, { file_size: 4 }, { b: 2 }])
    for (let first = 0; first <= short.length; first++)
      for (let second = first; second <= short.length; second++)
        expect(decoded([short.subarray(0, first), short.subarray(first, second), short.subarray(second)])).toEqual(
          expected,
        )
  })

  test.each([1, 2, 3, 4, 5, 7, 1024])('for reads of %i bytes', size => {
    const pieces = Array.from({ length: Math.ceil(STREAM.length / size) }, (_, n) =>
      STREAM.subarray(n * size, (n + 1) * size),
    )
    expect(decoded(pieces)).toEqual(FRAMES)
  })

  test('whatever the buffer of a piece is used for afterwards, a header is its own', () => {
    const decoder = new FrameDecoder()
    const stream = packed('{"cmd":"run"}')
    const piece = stream.slice(0, 9)
    expect([...decoder.push(piece)]).toEqual([])
    piece.fill(0)
    expect([...decoder.push(stream.subarray(9))][0]).toMatchObject({ header: { cmd: 'run' } })
  })
})

describe('a header', () => {
  test('may be as long as the limit, and no longer', () => {
    const fill = (size: number): Uint8Array => packed(`{"a":"${'x'.repeat(size - 8)}"}`)
    expect(decoded([fill(LARGEST_FRAME_HEADER)])).toHaveLength(1)
    const error = failure(() => decoded([fill(LARGEST_FRAME_HEADER + 1)]))
    expect([error.code, error.message]).toEqual(['protocol', expect.stringContaining('65537 bytes')])
  })

  test('of nested brackets, as long as the limit, is a protocol error', () => {
    const error = failure(() => decoded([packed('['.repeat(LARGEST_FRAME_HEADER))]))
    expect(error.code).toBe('protocol')
  })

  test.each([
    ['zero', [0, 0, 0, 0], /0 bytes long/],
    ['negative', [255, 255, 255, 255], /-1 bytes long/],
    ['the minimum', [0, 0, 0, 128], /-2147483648 bytes long/],
    ['the maximum', [255, 255, 255, 127], /2147483647 bytes long/],
    ['the first letters of a web browser', [...utf8('GET ')], /542393671 bytes long; it began with the text "GET "/],
  ])('of a length that is %s is refused before a byte of it is kept', (_, prefix, reason) => {
    const error = failure(() => [...new FrameDecoder().push(Uint8Array.from(prefix))])
    expect(error.code).toBe('protocol')
    expect(error.message).toMatch(reason)
  })

  test.each([
    ['no JSON', '{"cmd":', /no JSON/],
    ['a list', '[1]', /no object/],
    ['null', 'null', /no object/],
    ['a number', '7', /no object/],
    ['JSON behind a byte order mark', '\uFEFF{}', /no JSON/],
  ])('that is %s is refused', (_, header, reason) => {
    expect(failure(() => decoded([packed(header)])).message).toMatch(reason)
  })

  test('that is not UTF-8 is refused', () => {
    const bytes = packed('{"a":"x"}')
    bytes[10] = 0xff
    expect(failure(() => decoded([bytes])).message).toMatch(/UTF-8/)
  })

  test('may hold the names of properties that objects have anyway', () => {
    const [frame] = decoded([packed('{"__proto__":{"data_size":9},"constructor":1}')])
    expect(frame?.header['data_size']).toBeUndefined()
    expect(frame?.body).toEqual([])
  })
})

describe('the size of a body', () => {
  test.each([
    [{}, 0],
    [{ file_size: 0 }, 0],
    [{ file_size: 7 }, 7],
    [{ data_size: Number.MAX_SAFE_INTEGER }, Number.MAX_SAFE_INTEGER],
    [{ data_size: 7, file_size: 7 }, 7],
  ])('of %j is %d', (header, size) => {
    expect(frameBodySize(header)).toBe(size)
  })

  test.each(['-1', '1.5', '"7"', 'null', 'true', '[7]', '1e300', '9007199254740993', '7,"file_size":8'])(
    'cannot be %s',
    size => {
      const error = failure(() => decoded([packed(`{"data_size":${size}}`)]))
      expect([error.code, error.message]).toEqual(['protocol', expect.stringContaining('data_size')])
    },
  )

  test('may be more than will ever come: nothing is kept for it', () => {
    const parts = [...new FrameDecoder().push(packed('{"file_size":9007199254740991}', 'begin'))]
    expect(parts).toMatchObject([{ kind: 'header', bodySize: Number.MAX_SAFE_INTEGER }, { kind: 'body' }])
  })
})

describe('a stream that breaks', () => {
  test('gives the frames before that place, and nothing after it', () => {
    const decoder = new FrameDecoder()
    const seen: string[] = []
    const read = (bytes: Uint8Array): void => {
      for (const part of decoder.push(bytes)) seen.push(part.kind)
    }
    const junk = joined([packed('{"data_size":1}', 'x'), utf8('HTTP/1.1')])
    expect(failure(() => read(junk)).code).toBe('protocol')
    expect(seen).toEqual(['header', 'body', 'end'])
    expect(failure(() => read(STREAM)).message).toContain('HTTP')
    expect(failure(() => decoder.end()).message).toContain('HTTP')
  })

  test('may end between frames only', () => {
    const ends = new Map<number, string>()
    for (let cut = 0; cut <= STREAM.length; cut++) {
      const decoder = new FrameDecoder()
      for (const part of decoder.push(STREAM.subarray(0, cut))) expect(part).toBeDefined()
      if (decoder.between) decoder.end()
      else ends.set(cut, failure(() => decoder.end()).message)
    }
    expect(ends.get(1)).toBe("the stream ended 3 bytes before the end of a frame's length")
    expect(ends.get(5)).toMatch(/ended \d+ bytes before the end of a frame's header/)
    expect(ends.get(STREAM.length - 1)).toBe("the stream ended 1 byte before the end of a frame's body")
    // Before the first of the four frames and behind each.
    expect(STREAM.length + 1 - ends.size).toBe(1 + FRAMES.length)
  })

  test('never throws anything else, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), pieces => {
        try {
          decoded(pieces)
        } catch (error) {
          expect(error).toMatchObject({ name: 'UdptoolError', code: 'protocol' })
        }
      }),
    )
  })
})
