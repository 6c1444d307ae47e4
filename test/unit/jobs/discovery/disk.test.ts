import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DISK } from '../../../../src/jobs/discovery/disk.ts'
import { LARGEST_CONFIG } from '../../../../src/runs/read-file.ts'
import { temporaryFolder } from '../../../helpers/tools.ts'

test('lists a folder', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'b.json'), '')
  writeFileSync(join(folder, '.a'), '')
  expect((await DISK.list(folder)).toSorted()).toEqual(['.a', 'b.json'])
  await expect(DISK.list(join(folder, 'none'))).rejects.toMatchObject({ code: 'file', message: /no such file/u })
})

test('a stamp changes when a file is written, replaced or deleted', async () => {
  const file = join(temporaryFolder(), 'a.json')
  expect(await DISK.stamp(file)).toBeUndefined()
  writeFileSync(file, '[]')
  const first = await DISK.stamp(file)
  expect(first).toBeDefined()
  expect(await DISK.stamp(file)).toBe(first)
  writeFileSync(file, '[{}]')
  const second = await DISK.stamp(file)
  expect(second).not.toBe(first)
  // The same length and the time of the old one: another file all the same.
  writeFileSync(`${file}.new`, '[{}]')
  renameSync(`${file}.new`, file)
  expect(await DISK.stamp(file)).not.toBe(second)
  rmSync(file)
  expect(await DISK.stamp(file)).toBeUndefined()
})

describe('reads text', () => {
  test('of any encoding that a user may have', async () => {
    const file = join(temporaryFolder(), 'a.json')
    writeFileSync(file, Buffer.from('\uFEFF["ä"]', 'utf16le'))
    expect(await DISK.read(file)).toBe('["ä"]')
  })

  test('but no folder, nothing that is not there, and not more than 4 MiB', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'a.json'))
    writeFileSync(join(folder, 'b.json'), Buffer.alloc(LARGEST_CONFIG + 1))
    writeFileSync(join(folder, 'c.json'), Buffer.alloc(LARGEST_CONFIG, ' '))
    await expect(DISK.read(join(folder, 'a.json'))).rejects.toMatchObject({ message: /it is not a regular file$/u })
    await expect(DISK.read(join(folder, 'b.json'))).rejects.toMatchObject({ message: /it is larger than 4 MiB$/u })
    expect(await DISK.read(join(folder, 'c.json'))).toHaveLength(LARGEST_CONFIG)
    await expect(DISK.read(join(folder, 'd.json'))).rejects.toMatchObject({ code: 'file', message: /no such file/u })
  })
})
