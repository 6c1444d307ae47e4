import { createHash } from 'node:crypto'
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SourceFile } from '../../../../src/runs/tcp-put/source-file.ts'
import { temporaryFolder } from '../../../helpers/tools.ts'

function file(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'file')
  writeFileSync(path, bytes)
  return path
}

async function content(source: SourceFile): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of source.pieces()) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

test.each([0, 1, 262_144, 1_000_000])('a file of %i bytes is read unchanged, twice', async size => {
  const bytes = Buffer.from(Uint8Array.from({ length: size }, (_, n) => n * 7))
  await using source = await SourceFile.open(file(bytes))
  const told: number[] = []
  expect(source.size).toBe(size)
  expect(await source.digest(read => told.push(read))).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect(told.at(-1) ?? 0).toBe(size)
  expect((await content(source)).equals(bytes)).toBe(true)
})

test('bytes that are added meanwhile are not sent, and a shorter file is an error', async () => {
  const path = file(Buffer.from('hello'))
  await using source = await SourceFile.open(path)
  appendFileSync(path, ' world')
  expect(String(await content(source))).toBe('hello')
  truncateSync(path, 3)
  await expect(content(source)).rejects.toMatchObject({ code: 'file', message: expect.stringContaining('shorter') })
})

test.each([
  ['/no/such/file', 'cannot read /no/such/file: no such file or directory'],
  ['/dev/null', 'cannot read /dev/null: it is not a regular file, so its size is unknown'],
  ['/', 'cannot read /: it is not a regular file, so its size is unknown'],
])('%s cannot be sent', async (path, message) => {
  await expect(SourceFile.open(path)).rejects.toMatchObject({ code: 'file', message })
})
