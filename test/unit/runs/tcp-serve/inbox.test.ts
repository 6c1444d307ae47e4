import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Inbox } from '../../../../src/runs/tcp-serve/inbox.ts'
import { temporaryFolder } from '../../../helpers/tools.ts'

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array, void> {
  for (const text of texts) yield new TextEncoder().encode(text)
}

const HELLO = createHash('sha256').update('hello').digest('hex')

function inbox(folder: string, replace = true): Inbox {
  return new Inbox({ folder, maxSize: 1000, maxInbox: 10_000, maxFiles: 3, replace })
}

describe('a file', () => {
  test('is stored unchanged, and its digest is returned', async () => {
    const folder = temporaryFolder()
    const stored = await inbox(folder).store({ fileName: 'a', size: 5, sha256: HELLO }, pieces('hel', '', 'lo'))
    expect(stored).toEqual({ fileName: 'a', size: 5, sha256: HELLO })
    expect(readdirSync(folder)).toEqual(['a'])
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('hello')
  })

  test('replaces one with the same name, or is refused', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a'), 'old')
    const kept = inbox(folder, false).store({ fileName: 'a', size: 5 }, pieces('hello'))
    await expect(kept).rejects.toMatchObject({ code: 'refused', message: 'cannot store "a": the name is taken' })
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old')
    await inbox(folder).store({ fileName: 'a', size: 5 }, pieces('hello'))
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('hello')
    expect(readdirSync(folder)).toEqual(['a'])
  })

  test('never follows a symbolic link', async () => {
    const folder = temporaryFolder()
    const outside = join(temporaryFolder(), 'outside')
    writeFileSync(outside, 'precious')
    symlinkSync(outside, join(folder, 'a'))
    await inbox(folder).store({ fileName: 'a', size: 5 }, pieces('hello'))
    expect([readFileSync(outside, 'utf8'), readFileSync(join(folder, 'a'), 'utf8')]).toEqual(['precious', 'hello'])
  })
})

describe('nothing is left', () => {
  test('if the content differs from the digest', async () => {
    const folder = temporaryFolder()
    const storing = inbox(folder).store({ fileName: 'a', size: 5, sha256: HELLO }, pieces('hallo'))
    await expect(storing).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('sha256') })
    expect(readdirSync(folder)).toEqual([])
  })

  test('if the body breaks', async () => {
    const folder = temporaryFolder()
    async function* broken(): AsyncGenerator<Uint8Array, void> {
      yield* pieces('hel')
      expect(readdirSync(folder)).toHaveLength(1)
      throw new Error('the wire is cut')
    }
    await expect(inbox(folder).store({ fileName: 'a', size: 5 }, broken())).rejects.toThrow('the wire is cut')
    expect(readdirSync(folder)).toEqual([])
  })

  test('if a folder has the name', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'a'))
    const storing = inbox(folder).store({ fileName: 'a', size: 5 }, pieces('hello'))
    await expect(storing).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('taken') })
    expect(readdirSync(folder)).toEqual(['a'])
  })

  test('if the inbox was removed, and the reason contains no path', async () => {
    const folder = join(temporaryFolder(), 'inbox')
    mkdirSync(folder)
    const one = inbox(folder)
    rmSync(folder, { recursive: true })
    await expect(one.store({ fileName: 'a', size: 5 }, pieces('hello'))).rejects.toMatchObject({
      code: 'refused',
      message: 'cannot store "a": no such file or directory',
    })
  })

  test('if the process ends during an upload', async () => {
    const folder = temporaryFolder()
    const one = inbox(folder)
    async function* endless(): AsyncGenerator<Uint8Array, void> {
      yield* pieces('hel')
      expect(readdirSync(folder)).toHaveLength(1)
      // The exit listener that Node calls last, which all inboxes share.
      for (const listener of process.listeners('exit').slice(-1)) (listener as () => void)()
      expect(readdirSync(folder)).toEqual([])
      throw new Error('over')
    }
    await expect(one.store({ fileName: 'a', size: 5 }, endless())).rejects.toThrow('over')
  })
})
