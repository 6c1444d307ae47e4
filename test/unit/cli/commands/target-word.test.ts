import { describe, expect, test } from 'vitest'
import { isTargetWord } from '../../../../src/cli/commands/target-word.ts'

describe('isTargetWord', () => {
  test.each([
    '10.0.0.7',
    '10.0.0.7:9000',
    '::1',
    '[::1]:9000',
    '[fe80::1%eth0]:9000',
    'localhost',
    'localhost:9000',
    'host:9000',
    'example.org',
    'a.example.org:53',
    'bücher.example',
    'xn--bcher-kva.example',
  ])('%s reads like a target', word => {
    expect(isTargetWord(word)).toBe(true)
  })

  test.each([
    'hello',
    'hello.',
    '.hello',
    '3.14',
    'v1.2',
    'a:b',
    'note: 9000',
    'two words.org',
    'x:123456',
    '12:30',
    '12:30:15',
    '-',
    '',
    'a..b',
    'GET /index.html',
  ])('%s does not', word => {
    expect(isTargetWord(word)).toBe(false)
  })
})
