import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import type { QueueFigures } from '../../../../src/verdict/monitor/view.ts'
import { CraftedPath } from './crafted-path.ts'

/** One-way delays of a probe in ms, by its number. */
interface Delays {
  readonly forward: (slot: number) => number
  readonly back: (slot: number) => number
}

/** Server's clock minus ours: unknown to the model. */
const OFFSET = 123_456 * MILLISECOND

/** Three minutes of probes with these delays; the server's clock drifts by `ppm`. */
function queueOf({ forward, back }: Delays, ppm = 0): QueueFigures | undefined {
  const path = new CraftedPath()
  for (let start = 0; start < 180; start += 10) {
    path.now = start * SECOND
    const epoch = path.begin(path.now)
    for (let slot = start; slot < start + 10; slot++) {
      const probe = path.send(epoch, slot - start)
      const arrival = probe.sent + forward(slot) * MILLISECOND
      const dwell = 0.2 * MILLISECOND
      const server = { arrival: arrival + OFFSET + (arrival * ppm) / 1e6, dwell }
      path.reply(probe, { at: arrival + dwell + back(slot) * MILLISECOND, server })
    }
    path.now = (start + 12) * SECOND
    path.close(epoch)
  }
  return path.view(180 * SECOND).queue
}

/** Jitter of a quiet path: 0 to 0.3 ms. */
const quiet = (slot: number): number => ((slot * 7919) % 4) / 10
/** A queue of 30 to 50 ms in the last 80 s. */
const queued = (slot: number): number => quiet(slot) + (slot < 100 ? 0 : 30 + ((slot * 31) % 20))

test.each([
  ['forward', { forward: (slot: number) => 5 + queued(slot), back: (slot: number) => 20 + quiet(slot) }],
  ['return', { forward: (slot: number) => 5 + quiet(slot), back: (slot: number) => 20 + queued(slot) }],
  ['both', { forward: (slot: number) => 5 + queued(slot), back: (slot: number) => 20 + queued(slot + 3) }],
] as const)('a queue in the direction %s', (direction, delays) => {
  for (const ppm of [0, 40, -40]) {
    const queue = queueOf(delays, ppm)
    expect(queue?.direction).toBe(direction)
    const [there, here] = [queue?.forwardMs ?? NaN, queue?.returnMs ?? NaN]
    // In 80 s the clocks drift by 3 ms.
    if (direction !== 'return') expect(there).toBeGreaterThan(30)
    else expect(there).toBeLessThan(5)
    if (direction !== 'forward') expect(here).toBeGreaterThan(30)
    else expect(here).toBeLessThan(5)
  }
})

test('a quiet path has no queue, whatever the clocks do', () => {
  const delays: Delays = { forward: slot => 5 + quiet(slot), back: slot => 20 + quiet(slot) }
  for (const ppm of [0, 100, -100, 500]) expect(queueOf(delays, ppm)).toBeUndefined()
})

test('a queue that is less than what the drift may falsify has no direction', () => {
  // 8 ms above the minimum, which is 80 s old: 100 ppm are 8 ms.
  const delays: Delays = { forward: slot => 5 + (slot < 100 ? quiet(slot) : 13), back: slot => 20 + quiet(slot) }
  expect(queueOf(delays)).toBeUndefined()
})

test('a server whose clock is set shows no direction', () => {
  const path = new CraftedPath()
  for (let start = 0; start < 120; start += 10) {
    path.now = start * SECOND
    const epoch = path.begin(path.now)
    for (let slot = 0; slot < 10; slot++) {
      const probe = path.send(epoch, slot)
      const arrival = probe.sent + (start < 60 ? 5 : 45) * MILLISECOND
      const step = start < 60 ? 0 : 500 * MILLISECOND
      path.reply(probe, { at: arrival + 5 * MILLISECOND, server: { arrival: arrival + OFFSET + step, dwell: 0 } })
    }
    path.now = (start + 12) * SECOND
    path.close(epoch)
  }
  expect(path.view().queue).toBeUndefined()
})

test('a server without times shows no direction', () => {
  const path = new CraftedPath()
  const epoch = path.begin(0)
  for (let slot = 0; slot < 10; slot++) {
    const probe = path.send(epoch, slot)
    path.reply(probe, { at: probe.sent + (slot < 3 ? 5 : 80) * MILLISECOND })
  }
  expect(path.view(10 * SECOND).queue).toBeUndefined()
})
