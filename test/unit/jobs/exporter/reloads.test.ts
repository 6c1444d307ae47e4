import { expect, test } from 'vitest'
import { Reloads } from '../../../../src/jobs/exporter/reloads.ts'

interface Load {
  readonly finish: () => void
  readonly fail: (why: string) => void
}

function setUp(): { readonly reloads: Reloads; readonly loads: Load[]; readonly logged: unknown[] } {
  const loads: Load[] = []
  const logged: unknown[] = []
  const reloads = new Reloads(
    async () =>
      new Promise<void>((resolve, reject) => {
        loads.push({ finish: resolve, fail: why => reject(new Error(why)) })
      }),
    (level, message, fields) => void logged.push([level, message, fields]),
  )
  return { reloads, loads, logged }
}

/** What promises that are settled already cause. */
async function turn(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
}

test('a reload waits for one that runs, and those that wait share the next one', async () => {
  const { reloads, loads } = setUp()
  const first = reloads.reload()
  await turn()
  const [second, third] = [reloads.reload(), reloads.reload()]
  await turn()
  expect(loads).toHaveLength(1)
  loads[0]?.finish()
  await first
  await turn()
  expect(loads).toHaveLength(2)
  // The second one has begun and may have read the file already, so this is another.
  const fourth = reloads.reload()
  loads[1]?.finish()
  await Promise.all([second, third])
  await turn()
  expect(loads).toHaveLength(3)
  loads[2]?.finish()
  await fourth
})

test('a failure is remembered until a reload succeeds, with the time of the last success', async () => {
  const { reloads, loads, logged } = setUp()
  const { succeededAt } = reloads.state
  const failed = reloads.reload()
  await turn()
  loads[0]?.fail('a mistake')
  await expect(failed).rejects.toThrow('a mistake')
  expect(reloads.state).toEqual({ succeededAt, failure: 'a mistake' })
  const succeeded = reloads.reload()
  await turn()
  loads[1]?.finish()
  await succeeded
  expect(reloads.state).toEqual({ succeededAt: expect.any(Number) as number })
  expect(logged).toEqual([
    ['error', 'configuration not reloaded, the old one stays', { reason: 'a mistake' }],
    ['info', 'configuration reloaded', undefined],
  ])
})

test('a reload after a failed one runs', async () => {
  const { reloads, loads } = setUp()
  const first = reloads.reload()
  await turn()
  const next = reloads.reload()
  loads[0]?.fail('a mistake')
  await expect(first).rejects.toThrow('a mistake')
  await turn()
  loads[1]?.finish()
  await next
  expect(loads).toHaveLength(2)
})
