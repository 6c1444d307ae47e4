import { expect, test } from 'vitest'
import { readAnswer, refusedBy } from '../../../src/runs/frame-answer.ts'
import { readFrames } from '../../../src/stream/frames.ts'
import { encodeFrameHeader } from '../../../src/wire/framing.ts'

const FROM = { address: '127.0.0.1', port: 9000, family: 'tcp4' } as const

async function* stream(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes
}

test('an answer is the next frame, or undefined', async () => {
  const frames = readFrames(stream(encodeFrameHeader({ status: 'ok' })))
  expect(await readAnswer(frames, FROM)).toMatchObject({ header: { status: 'ok' } })
  expect(await readAnswer(frames, FROM)).toBeUndefined()
})

test('data that is not a frame is reported with the address and a hint', async () => {
  await expect(readAnswer(readFrames(stream(new TextEncoder().encode('HELLO'))), FROM)).rejects.toMatchObject({
    code: 'protocol',
    message: expect.stringMatching(/^cannot read the answer of 127\.0\.0\.1:9000: .* began with the text "HELL"$/),
    hint: 'is it a server with --inbox or --commands?',
  })
})

test('errors of the connection are passed on', async () => {
  const failing = { [Symbol.asyncIterator]: () => ({ next: async () => await Promise.reject(new Error('cut')) }) }
  await expect(readAnswer(readFrames(failing), FROM)).rejects.toThrow('cut')
})

test.each([
  [{ status: 'error', reason: 'no' }, 'refused', '127.0.0.1:9000 refuses the file: no'],
  [{ status: 'error' }, 'refused', '127.0.0.1:9000 refuses the file: it gives no reason'],
  [{ status: 'error', reason: '\u001b[31m\u202E"' }, 'refused', '127.0.0.1:9000 refuses the file: \\x1b[31m\\u{202e}"'],
  [{ status: 'error', reason: 'x'.repeat(500) }, 'refused', `127.0.0.1:9000 refuses the file: ${'x'.repeat(300)}…`],
  [{}, 'protocol', 'cannot read the answer of 127.0.0.1:9000: it has no status'],
])('%j is reported as %s', (header, code, message) => {
  expect(refusedBy(FROM, 'the file', header)).toMatchObject({ code, message })
})
