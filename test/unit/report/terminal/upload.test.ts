import type { PutResult } from '../../../../src/verdict/upload.ts'
import { expect, test } from 'vitest'
import { renderUpload } from '../../../../src/report/terminal/upload.ts'

const UPLOAD: PutResult = {
  fileName: 'a file',
  size: 3_000_000,
  sha256: 'c0ffee',
  confirmed: true,
  target: { address: '::1', port: 9000, family: 'tcp6' },
  durationMs: 1500,
}
const view = { width: 80, color: false }

test('the file that the server has', () => {
  expect(renderUpload(UPLOAD, view)).toBe('✓ stored a file · 3 MB at [::1]:9000 · 1.50 s · 2 MB/s\n  sha256 c0ffee\n')
})

test('a file that was not confirmed is shown as such', () => {
  expect(renderUpload({ ...UPLOAD, confirmed: false }, view)).toBe(
    '✓ sent a file · 3 MB to [::1]:9000 · 1.50 s · 2 MB/s\n  sha256 c0ffee\n' +
      '  the server sent no answer and closed the connection: nothing proves that it has the file\n',
  )
})

test('a name from the server cannot control the terminal', () => {
  expect(renderUpload({ ...UPLOAD, fileName: '\u001b[31m' }, view)).toMatch(/^✓ stored \\x1b\[31m ·/)
})

test('narrow and in colour', () => {
  const text = renderUpload(UPLOAD, { width: 40, color: true })
  expect(text.startsWith('\u001B[32m\u001B[1m✓ stored')).toBe(true)
  expect(text.split('\n')).toHaveLength(4)
})
