import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KeyParser } from '../../../../src/cli/screen/key-parser.ts'

/** The keys of text that arrives in one piece and is followed by nothing. */
function keysOf(...pieces: readonly (string | Buffer)[]): string[] {
  const parser = new KeyParser()
  const keys = pieces.flatMap(piece => parser.feed(Buffer.from(piece)))
  return [...keys, ...parser.flush()]
}

describe('keys', () => {
  test.each([
    ['q', ['q']],
    ['\u001B', ['escape']],
    ['\u001B\u001B', ['escape', 'escape']],
    ['\u001Bq', ['escape', 'q']],
    ['\r', ['enter']],
    ['\n', ['enter']],
    ['\u0003', ['interrupt']],
    ['\u001A', ['suspend']],
    ['\u001C', ['quit']],
    ['\u000C', ['redraw']],
    // xterm, in both cursor key modes, and with a modifier
    ['\u001B[A', ['up']],
    ['\u001BOA', ['up']],
    ['\u001B[1;5B', ['down']],
    ['\u001B[H', ['home']],
    ['\u001BOF', ['end']],
    ['\u001B[5~', ['pageUp']],
    ['\u001B[6;2~', ['pageDown']],
    // rxvt and the Linux console
    ['\u001B[1~\u001B[4~\u001B[7~\u001B[8~', ['home', 'end', 'home', 'end']],
    // Sequences that mean nothing here: F5, an answer of the terminal about itself
    ['\u001B[15~', []],
    ['\u001B[?1;2c', []],
    ['jjk', ['j', 'j', 'k']],
    ['東é', ['東', 'é']],
    ['\u0000\u0007', []],
  ])('of %j are %j', (text, keys) => {
    expect(keysOf(text)).toEqual(keys)
  })

  test('a sequence or a character that arrives in pieces is one key', () => {
    expect(keysOf('\u001B', '[', '1;', '5', 'A', 'x')).toEqual(['up', 'x'])
    const [first, second, third] = Buffer.from('東')
    expect(keysOf(Buffer.from([first ?? 0]), Buffer.from([second ?? 0]), Buffer.from([third ?? 0]))).toEqual(['東'])
  })

  test('do not depend on where the pieces end', () => {
    const part = fc.constantFrom('q', '\u001B[A', '\u001BOB', '\u001B[6~', '\u001B[1;2F', '東', 'é', '\r', '\u0003')
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat(4)), (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''))
        const pieces: Buffer[] = []
        let from = 0
        for (const size of cuts) {
          pieces.push(bytes.subarray(from, from + size))
          from += size
        }
        expect(keysOf(...pieces, bytes.subarray(from))).toEqual(keysOf(bytes))
      }),
    )
  })

  test('no bytes are kept without a bound, and none throw', () => {
    const parser = new KeyParser()
    parser.feed(Buffer.from(`\u001B[${'1'.repeat(100_000)}`))
    expect(parser.isWaiting).toBe(false)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
        parser.feed(Buffer.from(bytes))
        parser.flush()
        expect(parser.feed(Buffer.from('\u001B[A')).at(-1)).toBe('up')
      }),
    )
  })
})
