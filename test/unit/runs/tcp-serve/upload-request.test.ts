import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PARTIAL_PREFIX } from '../../../../src/runs/tcp-serve/partial-name.ts'
import { readFileName, readUploadRequest } from '../../../../src/runs/tcp-serve/upload-request.ts'
import { attempt, failure } from '../../../helpers/refused.ts'

describe('a name', () => {
  test.each([
    ['a.txt', 'a.txt'],
    ['/a/b/c/d/e/a.txt', 'a.txt'],
    ['../../etc/evil', 'evil'],
    ['..\\..\\evil', 'evil'],
    ['C:\\Users\\me\\photo.jpg', 'photo.jpg'],
    ['mixed/and\\matched', 'matched'],
    ['...', '...'],
    [' ', ' '],
    ['x'.repeat(255), 'x'.repeat(255)],
    ['世'.repeat(85), '世'.repeat(85)],
  ])('%j is %j', (name, read) => {
    expect(readFileName(name)).toBe(read)
  })

  test.each([
    ['', /names no file/],
    ['/', /names no file/],
    ['a/', /names no file/],
    ['.', /names no file/],
    ['a/..', /names no file/],
    ['..\\', /names no file/],
    ['a\nb', /characters that are not allowed in a file name/],
    ['a\0', /characters/],
    ['\u007f', /characters/],
    ['\u0085', /characters/],
    ['\u2028', /characters/],
    ['\ud800', /characters/],
    ['x'.repeat(256), /at most 255 bytes/],
    ['世'.repeat(86), /at most 255 bytes/],
    [`${PARTIAL_PREFIX}1`, /reserved for incomplete files/],
    [7, /no file_name/],
    [undefined, /no file_name/],
    [['a'], /no file_name/],
  ])('%j is refused', (name, reason) => {
    const error = failure(() => readFileName(name))
    expect([error.code, error.message]).toEqual(['refused', expect.stringMatching(reason)])
  })

  test('never leads out of the folder', () => {
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('..', '.', '/', '\\', '\0', 'a', 'C:'))
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 6 }).map(parts => parts.join('')),
        name => {
          const outcome = attempt(() => readFileName(name))
          if ('error' in outcome) {
            expect(outcome.error.code).toBe('refused')
            return
          }
          expect(outcome.value).not.toMatch(/[/\\\p{Cc}]/u)
          expect(['', '.', '..']).not.toContain(outcome.value)
          expect(name.endsWith(outcome.value)).toBe(true)
        },
      ),
    )
  })
})

describe('a request', () => {
  const right = { cmd: 'put', file_name: 'a', file_size: 10 }

  test('has a name and a size, and a digest if it is given', () => {
    expect(readUploadRequest(right, 10)).toEqual({ fileName: 'a', size: 10 })
    expect(readUploadRequest({ ...right, sha256: null }, 10)).toEqual({ fileName: 'a', size: 10 })
    const digest = 'Ab'.repeat(32)
    expect(readUploadRequest({ ...right, sha256: digest }, 10)).toMatchObject({ sha256: digest.toLowerCase() })
  })

  test.each([
    [{ file_size: 11 }, /too large: 11 B, and the limit is 10 B/],
    [{ file_size: '10' }, /no file_size/],
    [{ file_size: undefined }, /no file_size/],
    [{ sha256: 'abc' }, /64 hexadecimal digits/],
    [{ sha256: 7 }, /64 hexadecimal digits/],
    [{ sha256: 'g'.repeat(64) }, /64 hexadecimal digits/],
  ])('with %j is refused', (fields, reason) => {
    expect(failure(() => readUploadRequest({ ...right, ...fields }, 10)).message).toMatch(reason)
  })
})
