import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { InboxRoom } from '../../../../src/jobs/tcp-serve/inbox-room.ts'
import { temporaryFolder } from '../../../helpers/tools.ts'

function room(maxInbox: number, maxFiles = 10): { readonly folder: string; readonly room: InboxRoom } {
  const folder = temporaryFolder()
  return { folder, room: new InboxRoom({ folder, maxInbox, maxFiles }) }
}

test('uploads under way take the room that they have announced', async () => {
  const { folder, room: one } = room(1000)
  writeFileSync(join(folder, 'old'), 'x'.repeat(400))
  await one.take('p1', { fileName: 'a', size: 500 })
  await expect(one.take('p2', { fileName: 'b', size: 101 })).rejects.toMatchObject({
    code: 'refused',
    message: 'cannot store "b": the inbox is full: it has 900 B, and at most 1000 B are kept',
  })
  await one.take('p3', { fileName: 'c', size: 100 })
  one.leave('p1', false)
  await one.take('p4', { fileName: 'd', size: 500 })
})

test('what was stored counts, and what was removed by hand does not, after another look', async () => {
  const { folder, room: one } = room(1000)
  await one.take('p1', { fileName: 'a', size: 800 })
  writeFileSync(join(folder, 'a'), 'x'.repeat(800))
  one.leave('p1', true)
  await expect(one.take('p2', { fileName: 'b', size: 800 })).rejects.toThrow(/it has 800 B/)
  rmSync(join(folder, 'a'))
  await one.take('p3', { fileName: 'b', size: 800 })
})

test('empty files are files, too', async () => {
  const { room: one } = room(1000, 2)
  await one.take('p1', { fileName: 'a', size: 0 })
  await one.take('p2', { fileName: 'b', size: 0 })
  await expect(one.take('p3', { fileName: 'c', size: 0 })).rejects.toThrow(/it has 2 files/)
})
