import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadPayload, parsePayload } from '../../../../src/runs/send/payload-source.ts'
import { refused } from '../../../helpers/refused.ts'

const folder = mkdtempSync(join(tmpdir(), 'udptool-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('parsePayload', () => {
  test.each(['text', 'binary', 'zeros', 'random'])('%s', kind => {
    expect(parsePayload(kind, '--payload')).toEqual({ kind })
  })

  test('a file, with its path unchanged', () => {
    expect(parsePayload('file:a:b c', '--payload')).toEqual({ kind: 'file', path: 'a:b c' })
  })

  test.each([
    ['binry', /did you mean binary/],
    ['file:', /--payload/],
    ['', /--payload/],
    ['constructor', /--payload/],
  ])('"%s" is none', (text, error) => {
    expect(refused(() => parsePayload(text, '--payload'))).toMatch(error)
  })
})

describe('loadPayload', () => {
  test('a kind needs no file', async () => {
    expect(await loadPayload({ kind: 'random' }, 7)).toEqual({ kind: 'random', seed: 7 })
  })

  test('a file is read', async () => {
    const path = join(folder, 'payload')
    writeFileSync(path, Uint8Array.of(1, 2, 255))
    const { kind, content } = await loadPayload({ kind: 'file', path }, 1)
    expect([kind, [...(content ?? [])]]).toEqual(['file', [1, 2, 255]])
  })

  test('an empty file is refused', async () => {
    const path = join(folder, 'empty')
    writeFileSync(path, '')
    await expect(loadPayload({ kind: 'file', path }, 1)).rejects.toMatchObject({ code: 'usage' })
  })

  test('a missing file', async () => {
    const path = join(folder, 'none')
    await expect(loadPayload({ kind: 'file', path }, 1)).rejects.toMatchObject({ code: 'file', address: path })
  })
})
