import { describe, expect, test } from 'vitest'
import { analyzeRun } from '../../src/ledger/analysis.ts'
import { RunFold } from '../../src/ledger/run-fold.ts'
import { OUTCOME } from '../../src/facts/probe-table.ts'
import { probePlan } from '../unit/machines/plans.ts'
import { outcomesOf } from '../unit/machines/rows.ts'
import { builtKernelEngine, probeOn, serveOn } from './kernel-engine.ts'

const kernel = await builtKernelEngine()

describe.skipIf(kernel === undefined)('floods of the kernel engine', () => {
  if (kernel === undefined) return

  test.each([13, 64, 1200, 9000])('trains of %i bytes come back whole and in order', async size => {
    const server = await serveOn(kernel)
    const count = 5000
    const facts = await probeOn(kernel, server.target, {
      sizes: [size],
      count,
      interval: 0,
      window: 256,
      timeout: 20e9,
    })
    expect(outcomesOf(facts)).toEqual(Array.from({ length: count }, () => OUTCOME.whole))
    expect(await server.counted()).toMatchObject({ received: count, replied: count, bytesReceived: count * size })
  })

  test('mixed sizes are sent separately', async () => {
    const server = await serveOn(kernel)
    const sizes = [64, 1200, 20_000]
    const facts = await probeOn(kernel, server.target, { sizes, count: 3000, interval: 0, window: 16, timeout: 20e9 })
    expect(outcomesOf(facts)).toEqual(Array.from({ length: 3000 }, () => OUTCOME.whole))
  })

  test('an endless run is folded while it runs, and its ledger adds up', async () => {
    const server = await serveOn(kernel)
    const { count: _, ...endless } = probePlan({ interval: 0, window: 256, timeout: 1e9, summary: true })
    // Pages are closed when they are twice as old as the timeout.
    const plan = { ...endless, duration: 4e9 }
    const running = await kernel.probe(plan, { target: server.target, recvBuffer: 4 * 1024 * 1024 })
    const fold = new RunFold(running.facts)
    const timer = setInterval(() => fold.foldFinal(), 10)
    await running.done
    clearInterval(timer)
    const { fates } = analyzeRun(running.facts, fold).tally.total
    expect(fates.intact + fates.late).toBe(running.facts.clients[0]?.scheduled)
    expect(fates.intact).toBeGreaterThan(0)
  })

  test('a hundred clients, more than one ppoll covers', async () => {
    const server = await serveOn(kernel)
    const plan = { clients: 100, count: 50, interval: 0, window: 4, timeout: 20e9 }
    const facts = await probeOn(kernel, server.target, plan)
    for (const client of facts.clients) expect(client).toMatchObject({ scheduled: 50, replies: 50, foreign: 0 })
    expect(await server.counted()).toMatchObject({ received: 5000, replied: 5000 })
  })
})
