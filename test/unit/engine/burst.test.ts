import { expect, test } from 'vitest'
import { burstIntoSmallBuffer } from '../../../src/engine/burst.ts'
import { slowLoop } from '../../helpers/slow-loop.ts'

/** Longer than the time after which nothing is expected any more. */
const PAUSE_MS = 70

test.each([
  ['that runs', 0],
  ['that pauses', PAUSE_MS],
])('a process %s reads what its buffer kept, and each other datagram is a drop', async (_, pause) => {
  if (pause > 0) await slowLoop(pause)
  const { sent, received, drops } = await burstIntoSmallBuffer(200, 1000)
  expect(sent).toBe(200)
  expect(received).toBeGreaterThan(0)
  expect(received).toBeLessThan(200)
  if (process.platform === 'linux') expect(received + (drops ?? 0)).toBe(200)
})
