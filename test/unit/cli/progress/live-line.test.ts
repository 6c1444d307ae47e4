import { WriteStream } from 'node:tty'
import { afterEach, expect, test, vi } from 'vitest'
import { LiveLine } from '../../../../src/cli/progress/live-line.ts'

/** A stream that is a terminal or not, and what was written to it. */
function streamOf(isTTY: boolean): { readonly stream: WriteStream; readonly written: string[] } {
  const written: string[] = []
  const stream = Object.create(WriteStream.prototype) as WriteStream
  const write = (text: string): boolean => written.push(text) > 0
  Object.defineProperties(stream, { isTTY: { value: isTTY }, write: { value: write }, columns: { value: 80 } })
  return { stream, written }
}

afterEach(() => void vi.unstubAllEnvs())

test('on a terminal each line replaces the one before, and is removed at the end', () => {
  vi.stubEnv('CI', undefined)
  vi.stubEnv('TERM', 'xterm')
  vi.stubEnv('NO_COLOR', undefined)
  const { stream, written } = streamOf(true)
  const line = new LiveLine(stream, false)
  expect([line.shown, line.columns]).toEqual([true, 80])
  line.clear()
  expect(written).toEqual([])
  line.show('one')
  line.show('two')
  line.clear()
  line.clear()
  const erase = '\r\u001B[2K'
  expect(written).toEqual([`${erase}one`, `${erase}two`, erase])
})

test.each([
  ['in a pipe', false, undefined, false],
  ['in CI', true, 'true', false],
  ['when told to be quiet', true, undefined, true],
])('nothing %s', (_, isTTY, ci, quiet) => {
  vi.stubEnv('CI', ci)
  const { stream, written } = streamOf(isTTY)
  const line = new LiveLine(stream, quiet)
  line.show('one')
  line.clear()
  expect(line.shown).toBe(false)
  expect(written).toEqual([])
})

test.each([
  ['TERM', 'dumb'],
  ['NO_COLOR', '1'],
])('%s=%s: lines of their own, a few seconds apart, and no escape sequence', (name, value) => {
  vi.stubEnv('CI', undefined)
  vi.stubEnv(name, value)
  const { stream, written } = streamOf(true)
  let now = 0
  const line = new LiveLine(stream, false, undefined, () => now)
  for (const second of [1, 5, 6, 9.9, 10]) {
    now = second * 1000
    line.show(`after ${second} s`)
  }
  line.clear()
  expect(written).toEqual(['after 5 s\n', 'after 10 s\n'])
})
