import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfigBytes } from '../../../src/runs/read-file.ts'

describe('a file that is read again while a program serves', () => {
  let folder = ''
  const at = (name: string): string => join(folder, name)
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'read-file-'))
    writeFileSync(at('plain'), 'modules: {}')
    symlinkSync('plain', at('link'))
    writeFileSync(at('large'), '')
    truncateSync(at('large'), 4 * 2 ** 20 + 1)
    execFileSync('mkfifo', [at('pipe')])
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each(['plain', 'link'])('is read: %s', name => {
    expect(Buffer.from(readConfigBytes(at(name), 'the file')).toString()).toBe('modules: {}')
  })

  // Nobody writes to the pipe: a plain open would never return.
  test.each([
    ['pipe', 'it is not a regular file'],
    ['.', 'it is not a regular file'],
    ['large', 'it is larger than 4 MiB'],
    ['missing', 'no such file or directory'],
  ])('is refused: %s', (name, reason) => {
    expect(() => readConfigBytes(at(name), 'the file')).toThrow(
      expect.objectContaining({ code: 'usage', message: `cannot read the file: ${reason}` }),
    )
  })
})
