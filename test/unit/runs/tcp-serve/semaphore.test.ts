import { expect, test } from 'vitest'
import { Semaphore } from '../../../../src/runs/tcp-serve/semaphore.ts'

test('runs a few at once, the others in order', async () => {
  const semaphore = new Semaphore(2)
  const begun: number[] = []
  const gates = Array.from({ length: 4 }, gate)
  const all = gates.map(({ promise }, n) =>
    semaphore.take('a', async () => {
      begun.push(n)
      await promise
      return n
    }),
  )
  await Promise.resolve()
  expect(begun).toEqual([0, 1])
  gates[1]?.open()
  await all[1]
  expect(begun).toEqual([0, 1, 2])
  for (const { open } of gates) open()
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3])
})

test('a failed task releases its place', async () => {
  const semaphore = new Semaphore(1)
  await expect(semaphore.take('a', async () => await Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await semaphore.take('a', async () => await Promise.resolve('yes'))).toBe('yes')
})

test('a source with few running tasks does not wait for one with many', async () => {
  const semaphore = new Semaphore(2)
  const begun: string[] = []
  const { promise, open } = gate()
  const all = ['a1', 'a2', 'a3', 'a4', 'b1'].map(name =>
    semaphore.take(name.charAt(0), async () => {
      begun.push(name)
      if (name !== 'a1') await promise
    }),
  )
  await all[0]
  expect(begun).toEqual(['a1', 'a2', 'b1'])
  open()
  await Promise.all(all)
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3', 'a4'])
})

function gate(): { readonly promise: Promise<void>; readonly open: () => void } {
  let open = (): void => {}
  const promise = new Promise<void>(resolve => (open = resolve))
  return { promise, open }
}
