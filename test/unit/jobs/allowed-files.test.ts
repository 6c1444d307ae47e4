import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { AllowedFiles } from '../../../src/jobs/allowed-files.ts'
import { refused } from '../../helpers/refused.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'udptool-fence-')))
afterAll(() => rmSync(root, { recursive: true }))
for (const folder of ['net', 'net/inner', 'network']) mkdirSync(join(root, folder))
for (const file of ['secret', 'net/a', 'net/inner/b', 'network/c']) writeFileSync(join(root, file), 'x')
symlinkSync('../secret', join(root, 'net/out'))
symlinkSync('..', join(root, 'net/up'))
symlinkSync('inner/b', join(root, 'net/in'))
symlinkSync('net', join(root, 'also'))

const fence = new AllowedFiles(join(root, 'net/c.yaml'), 'check file', false)

describe('inside of the folder', () => {
  test.each(['a', './a', 'inner/b', '../net/a', 'inner/../a', '..a', 'not there', 'no/such/b'])('%s', path => {
    expect(fence.path(path)).toBe(join(root, 'net', path))
  })

  test('a link is where it leads', () => expect(fence.path('in')).toBe(join(root, 'net/inner/b')))
  test('an absolute path', () => expect(fence.path(join(root, 'net/a'))).toBe(join(root, 'net/a')))
  test('of a folder that is a link', () => {
    expect(new AllowedFiles(join(root, 'also/c.yaml'), 'check file', false).path('a')).toBe(join(root, 'net/a'))
  })
})

test.each(['../secret', 'out', 'up/secret', '/etc/passwd', '..', '../network/c', 'up/not there', '../net/../secret'])(
  '%s is outside, unless it is allowed',
  path => {
    expect(refused(() => fence.path(path))).toMatch(/is outside of the folder of the check file/u)
    expect(new AllowedFiles(join(root, 'net/c.yaml'), 'check file', true).path(path)).toMatch(/^\//u)
  },
)
