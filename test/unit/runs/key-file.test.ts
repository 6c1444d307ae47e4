import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chooseKey, keyFileOf, parseKeys, readIrttKey, readKeyFile } from '../../../src/runs/key-file.ts'
import { refused } from '../../helpers/refused.ts'

const ONE = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'
const TWO = 'F'.repeat(64)
const MAKE = '(write a line "ID SECRET": a digit 0-9 or A-F, then the 64 hex digits of: openssl rand -hex 32)'

function secrets(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(parseKeys(text, 'keys').map(({ id, secret }) => [id, Buffer.from(secret).toString('hex')]))
}

describe('the lines of a key file', () => {
  test.each([
    ['one key', `1 ${ONE}\n`, { 1: ONE }],
    ['a secret alone has the ID 0', ONE, { 0: ONE }],
    [
      'comments, empty lines, tabs, Windows line ends and a byte order mark',
      `\uFEFF# a\r\n\r\n \tA\t${TWO} # b\r\n`,
      { A: 'f'.repeat(64) },
    ],
    [
      'sixteen keys',
      Array.from({ length: 16 }, (_, n) => `${n.toString(16).toUpperCase()} ${ONE}`).join('\n'),
      Object.fromEntries(Array.from({ length: 16 }, (_, n) => [n.toString(16).toUpperCase(), ONE])),
    ],
  ])('are read: %s', (_, text, expected) => {
    expect(secrets(text)).toEqual(expected)
  })

  test('keep their order, in which the first is the one to send with', () => {
    const keys = parseKeys(`B ${TWO}\n1 ${ONE}\n`, 'keys')
    expect(keys.map(({ id }) => id)).toEqual(['B', '1'])
    expect(chooseKey(keys, undefined, 'keys').id).toBe('B')
    expect(chooseKey(keys, '1', 'keys').id).toBe('1')
    expect(refused(() => chooseKey(keys, '2', 'keys'))).toBe('keys has no key 2 (name one of its keys: B, 1)')
  })

  test.each([
    ['', `keys has no key ${MAKE}`],
    ['# nothing\n', `keys has no key ${MAKE}`],
    [`\n${ONE.slice(1)}`, `line 2 of keys is no key: its secret has 63 characters, not 64 ${MAKE}`],
    [`1 ${ONE}0`, `line 1 of keys is no key: its secret has 65 characters, not 64 ${MAKE}`],
    [`1 g${ONE.slice(1)}`, `line 1 of keys is no key: its secret has other characters than hex digits ${MAKE}`],
    [`a ${ONE}`, `line 1 of keys is no key: its ID is not one digit 0-9 or A-F ${MAKE}`],
    [`${ONE} 1`, `line 1 of keys is no key: its ID is not one digit 0-9 or A-F ${MAKE}`],
    [`10 ${ONE}`, `line 1 of keys is no key: its ID is not one digit 0-9 or A-F ${MAKE}`],
    [`1 ${ONE} x`, `line 1 of keys is no key: it has 3 words ${MAKE}`],
    [`1 ${ONE}\n# b\n1 ${TWO}`, 'lines 1 and 3 of keys both have the ID 1 (give each key another ID)'],
  ])('are refused: %j', (text, message) => {
    expect(refused(() => parseKeys(text, 'keys'))).toBe(message)
  })

  test('are in no error', () => {
    const digit = fc.constantFrom(...'0123456789abcdef')
    const secret = fc.string({ unit: digit, minLength: 24, maxLength: 80 })
    const line = fc.tuple(fc.constantFrom('', '1 ', 'x ', '1 2 ', '1,'), secret, fc.constantFrom('', ' 1', 'z', ';'))
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 3 }), lines => {
        let error: unknown
        try {
          parseKeys(lines.map(parts => parts.join('')).join('\n'), 'keys')
        } catch (thrown) {
          error = thrown
        }
        const {
          message = '',
          hint = '',
          stack = '',
        } = (error ?? {}) as { message?: string; hint?: string; stack?: string }
        for (const [, text] of lines) expect(`${message} ${hint} ${stack}`).not.toContain(text.slice(0, 16))
      }),
    )
  })
})

describe('a key file', () => {
  let folder = ''
  const at = (name: string): string => join(folder, name)
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'key-file-'))
    writeFileSync(at('keys'), `1 ${ONE}\n`, { mode: 0o600 })
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('is read if only its owner can', () => {
    expect(readKeyFile(at('keys'))).toEqual([{ id: '1', secret: Uint8Array.from(Buffer.from(ONE, 'hex')) }])
  })

  test('has secrets with memory of their own, which a message to a worker does not share with other texts', () => {
    for (const { secret } of readKeyFile(at('keys'))) expect(secret.buffer.byteLength).toBe(32)
  })

  test.skipIf(process.platform === 'win32').each(['0640', '0604', '0620', '0644', '0666'])(
    'is refused with mode %s',
    mode => {
      writeFileSync(at('open'), `1 ${ONE}\n`)
      chmodSync(at('open'), Number.parseInt(mode, 8))
      const text = refused(() => readKeyFile(at('open')))
      expect(text).toBe(
        `others than its owner have access to ${at('open')} (mode ${mode}) (keep the key secret: chmod 600 ${at('open')})`,
      )
    },
  )

  test.skipIf(process.platform === 'win32')('may be a pipe, as <(pass show key) of a shell is', () => {
    execFileSync('mkfifo', ['-m', '600', at('pipe')])
    // Opening the pipe waits for its writer.
    spawn('cp', [at('keys'), at('pipe')])
    expect(readKeyFile(at('pipe')).map(({ id }) => id)).toEqual(['1'])
  })

  test('is refused if it is missing, a folder or too large', () => {
    writeFileSync(at('large'), '#'.repeat(65_537), { mode: 0o600 })
    const hint = '(name a file that exists and that only you may read)'
    expect(refused(() => readKeyFile(at('none')))).toBe(
      `cannot read the key file ${at('none')}: no such file or directory ${hint}`,
    )
    expect(refused(() => readKeyFile(folder))).toBe(
      `cannot read the key file ${folder}: it is no regular file and no pipe ${hint}`,
    )
    expect(refused(() => readKeyFile(at('large')))).toBe(
      `cannot read the key file ${at('large')}: it is larger than 64 KiB ${hint}`,
    )
  })

  test('is named by the option, else by the environment', () => {
    expect(keyFileOf('a', { UDPTOOL_KEY_FILE: 'b' })).toBe('a')
    expect(keyFileOf(undefined, { UDPTOOL_KEY_FILE: 'b' })).toBe('b')
    expect(keyFileOf(undefined, { UDPTOOL_KEY_FILE: '' })).toBeUndefined()
    expect(keyFileOf(undefined, {})).toBeUndefined()
  })
})

describe('the key file of an irtt server', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'irtt-key-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function read(content: string, mode = 0o600): string {
    const file = join(folder, `key-${mode}`)
    writeFileSync(file, content)
    chmodSync(file, mode)
    return Buffer.from(readIrttKey(file).secret).toString('latin1')
  }

  test.each([
    ['secret', 'secret'],
    ['secret\n', 'secret'],
    ['two words \r\n', 'two words '],
    ['0x00ffAb\n', '\u0000\u00ff\u00ab'],
    ['0X00', '0X00'],
    ['# no comment', '# no comment'],
  ])('has text, or 0x and hex digits: %j', (content, secret) => {
    expect(read(content)).toBe(secret)
  })

  test.each([
    ['', 'has no key'],
    ['\n', 'has no key'],
    ['one\ntwo\n', 'has more than one line'],
    ['0x', 'has 0x, but no pairs of hex digits after it'],
    ['0x5ec', 'has 0x, but no pairs of hex digits after it'],
    ['0x5ecr', 'has 0x, but no pairs of hex digits after it'],
  ])('is refused: %j', (content, reason) => {
    expect(refused(() => read(content))).toBe(
      `${join(folder, 'key-384')} ${reason} (write one line: text, or 0x and hex digits)`,
    )
  })

  test.skipIf(process.platform === 'win32')('is refused if others than its owner can read it', () => {
    expect(refused(() => read('secret', 0o644))).toContain('others than its owner have access')
  })
})
