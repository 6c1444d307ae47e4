import { expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { firstTargets } from '../../../../src/jobs/discovery/first-targets.ts'
import { ManualTimers, settle } from '../../../helpers/manual-timers.ts'

/** A wait for sources that the test lets answer. */
function startWait(signal?: AbortSignal): {
  readonly timers: ManualTimers
  readonly answer: () => void
  readonly isOver: () => Promise<boolean>
} {
  const timers = new ManualTimers()
  let answer = (): void => {}
  const ready = new Promise<void>(resolve => {
    answer = resolve
  })
  let isOver = false
  void firstTargets({ ready }, signal, timers.start).then(() => (isOver = true))
  return {
    timers,
    answer: () => answer(),
    async isOver() {
      await settle()
      return isOver
    },
  }
}

test('waits for the first answer of each source', async () => {
  const wait = startWait()
  expect(await wait.isOver()).toBe(false)
  wait.answer()
  expect(await wait.isOver()).toBe(true)
  expect(wait.timers.waiting).toBe(0)
})

test('not longer than two seconds', async () => {
  const wait = startWait()
  await wait.timers.advance(1.9 * SECOND)
  expect(await wait.isOver()).toBe(false)
  await wait.timers.advance(0.1 * SECOND)
  expect(await wait.isOver()).toBe(true)
})

test('not after a signal', async () => {
  const [before, during] = [AbortSignal.abort(), new AbortController()]
  expect(await startWait(before).isOver()).toBe(true)
  const wait = startWait(during.signal)
  expect(await wait.isOver()).toBe(false)
  during.abort()
  expect(await wait.isOver()).toBe(true)
  expect(wait.timers.waiting).toBe(0)
})
