import { expect, test, vi } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { createServerFacts } from '../../../../src/facts/server.ts'
import { pairServers } from '../../../../src/runs/echo/server-pair.ts'
import type { ResponderRun } from '../../../../src/runs/responder-run.ts'

/** A server that closes when it is stopped, or when the test says so. */
function fakeServer(): ResponderRun & {
  readonly close: () => void
  readonly fail: (error: Error) => void
  stops: number
} {
  let close = (): void => {}
  let fail: (error: Error) => void = () => {}
  const done = new Promise<void>((resolve, reject) => {
    close = resolve
    fail = reject
  })
  return {
    engine: 'dgram',
    address: { address: '127.0.0.1', port: 1, family: 'udp4' },
    facts: createServerFacts(),
    stops: 0,
    stop() {
      this.stops += 1
      close()
    },
    done,
    close,
    fail,
  }
}

test('stopping stops both, and they are done when both have closed', async () => {
  const [one, other] = [fakeServer(), fakeServer()]
  const pair = pairServers([one, other], {})
  pair.stop()
  await pair.done
  expect([one.stops > 0, other.stops > 0]).toEqual([true, true])
})

test('one that ends by itself, or fails, stops the other one', async () => {
  const [one, other] = [fakeServer(), fakeServer()]
  const pair = pairServers([one, other], {})
  one.close()
  await pair.done
  expect(other.stops).toBeGreaterThan(0)
  const [good, broken] = [fakeServer(), fakeServer()]
  const failing = pairServers([good, broken], {})
  broken.fail(new Error('socket closed'))
  await expect(failing.done).rejects.toThrow('socket closed')
  expect(good.stops).toBeGreaterThan(0)
})

test('limits hold for what both received together', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] })
  try {
    const [one, other] = [fakeServer(), fakeServer()]
    const counted = pairServers([one, other], { maxDatagrams: 5 })
    one.facts.received = 2
    other.facts.received = 2
    vi.advanceTimersByTime(60_000)
    expect(one.stops).toBe(0)
    other.facts.received = 3
    vi.advanceTimersByTime(250)
    await counted.done
    const [busy, quiet] = [fakeServer(), fakeServer()]
    const idle = pairServers([busy, quiet], { maxIdle: 2 * SECOND })
    for (let n = 1; n <= 10; n++) {
      vi.advanceTimersByTime(1500)
      busy.facts.received = n
    }
    expect(quiet.stops).toBe(0)
    vi.advanceTimersByTime(2500)
    await idle.done
    expect(busy.stops).toBeGreaterThan(0)
  } finally {
    vi.useRealTimers()
  }
})
