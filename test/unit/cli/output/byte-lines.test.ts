import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byteLines } from '../../../../src/cli/output/byte-lines.ts'

async function linesOf(chunks: readonly Uint8Array[]): Promise<string[]> {
  const lines: string[] = []
  // In Latin-1 each byte is one character.
  for await (const line of byteLines(each(chunks))) lines.push(Buffer.from(line).toString('latin1'))
  return lines
}

async function* each(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void> {
  yield* chunks
}

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')

test.each<[string, string[]]>([
  ['', []],
  ['\n', ['']],
  ['one', ['one']],
  ['one\n\nthree\n', ['one', '', 'three']],
  ['one\r\ntwo\r\n', ['one', 'two']],
  ['a\rb\n\rc\nlast\r', ['a\rb', '\rc', 'last\r']],
  ['\xff\xfe\xc3\n\x80', ['\xff\xfe\xc3', '\x80']],
])('%j', async (text, lines) => {
  expect(await linesOf([bytes(text)])).toEqual(lines)
})

test('the lines do not depend on the chunks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat(60)), async (all, cuts) => {
      const ends = [...cuts.filter(cut => cut < all.length).sort((a, b) => a - b), all.length]
      const chunks = ends.map((end, n) => all.subarray(ends[n - 1] ?? 0, end))
      expect(await linesOf(chunks)).toEqual(await linesOf([all]))
    }),
  )
})
