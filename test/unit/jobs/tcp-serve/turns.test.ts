import { expect, test } from 'vitest'
import { Turns } from '../../../../src/jobs/tcp-serve/turns.ts'

test('a few at once, the others in their order', async () => {
  const turns = new Turns(2)
  const begun: number[] = []
  const gates = Array.from({ length: 4 }, gate)
  const all = gates.map(({ promise }, n) =>
    turns.take(async () => {
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

test('work that fails gives its turn back', async () => {
  const turns = new Turns(1)
  await expect(turns.take(async () => await Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await turns.take(async () => await Promise.resolve('yes'))).toBe('yes')
})

function gate(): { readonly promise: Promise<void>; readonly open: () => void } {
  let open = (): void => {}
  const promise = new Promise<void>(resolve => (open = resolve))
  return { promise, open }
}
