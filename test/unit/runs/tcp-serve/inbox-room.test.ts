import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { InboxRoom } from '../../../../src/runs/tcp-serve/inbox-room.ts'
import { temporaryFolder } from '../../../helpers/tools.ts'

function room(maxInbox: number, maxFiles = 10): { readonly folder: string; readonly room: InboxRoom } {
  const folder = temporaryFolder()
  return { folder, room: new InboxRoom({ folder, maxInbox, maxFiles }) }
}

test('current uploads reserve the room that they announced', async () => {
  const { folder, room: one } = room(1000)
  writeFileSync(join(folder, 'old'), 'x'.repeat(400))
  await one.take('p1', { fileName: 'a', size: 500 })
  await expect(one.take('p2', { fileName: 'b', size: 101 })).rejects.toMatchObject({
    code: 'refused',
    message: 'cannot store "b": the inbox is full: it holds 900 B of at most 1000 B',
  })
  await one.take('p3', { fileName: 'c', size: 100 })
  one.leave('p1', false)
  await one.take('p4', { fileName: 'd', size: 500 })
})

test('stored files count, and removed ones do not after the next scan', async () => {
  const { folder, room: one } = room(1000)
  await one.take('p1', { fileName: 'a', size: 800 })
  writeFileSync(join(folder, 'a'), 'x'.repeat(800))
  one.leave('p1', true)
  await expect(one.take('p2', { fileName: 'b', size: 800 })).rejects.toThrow(/it holds 800 B/)
  rmSync(join(folder, 'a'))
  await one.take('p3', { fileName: 'b', size: 800 })
})

test('empty files count as files', async () => {
  const { room: one } = room(1000, 2)
  await one.take('p1', { fileName: 'a', size: 0 })
  await one.take('p2', { fileName: 'b', size: 0 })
  await expect(one.take('p3', { fileName: 'c', size: 0 })).rejects.toThrow(/it holds 2 files/)
})

test('concurrent uploads during a scan do not exceed the limit', async () => {
  const { folder, room: one } = room(1000, 1000)
  for (let n = 0; n < 450; n++) writeFileSync(join(folder, `old${n}`), 'xx')
  await one.take('p', { fileName: 'a', size: 0 })
  const looked = new AbortController()
  let taken = 0
  const take = async (path: string, size: number): Promise<void> => {
    await one.take(path, { fileName: 'b', size }).then(
      () => void (taken += 1),
      () => undefined,
    )
  }
  const large = take('q', 5000).then(() => looked.abort())
  const others: Promise<void>[] = []
  while (!looked.signal.aborted) {
    others.push(take(`q${others.length}`, 101))
    await sleep(1)
  }
  await Promise.all([large, ...others])
  expect(taken).toBe(0)
})
