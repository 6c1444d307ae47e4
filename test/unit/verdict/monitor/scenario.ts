import fc from 'fast-check'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { responderPlan } from '../../machines/plans.ts'
import type { WatchedModel } from './watched-model.ts'

const anyRule = fc.oneof(
  fc.record({ rule: fc.constant('drop' as const), ratio: fc.double({ min: 0, max: 0.5, noNaN: true }) }),
  fc.record({ rule: fc.constant('duplicate' as const), ratio: fc.double({ min: 0, max: 0.5, noNaN: true }) }),
  fc.record({
    rule: fc.constant('delay' as const),
    base: fc.integer({ min: 0, max: 700 * MILLISECOND }),
    jitter: fc.integer({ min: 0, max: 700 * MILLISECOND }),
  }),
)

const anyStep = fc.oneof(
  { weight: 6, arbitrary: fc.constant('look' as const) },
  fc.constantFrom('pause', 'resume', 'suspend', 'vanish', 'close', 'serve', 'stepClock', 'remove'),
)

/** A network, a module, and what happens while a target is probed. */
export const anyScenario = fc.record({
  up: fc.array(anyRule, { maxLength: 2 }),
  down: fc.array(anyRule, { maxLength: 2 }),
  seed: fc.integer(),
  flows: fc.integer({ min: 1, max: 3 }),
  intervalMs: fc.constantFrom(100, 700, 1000, 4000, 15_000),
  timeoutMs: fc.constantFrom(200, 1000, 3000),
  receipts: fc.boolean(),
  firstSlots: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
  steps: fc.array(fc.tuple(anyStep, fc.integer({ min: 1, max: 9000 })), { minLength: 1, maxLength: 14 }),
})

type Scenario = typeof anyScenario extends fc.Arbitrary<infer T> ? T : never

/**
 * Plays a scenario, and looks at the model after each step and at the end, when each fate is final. Returns the number of probes that left,
 * as the simulated network counts them.
 */
export function play(watched: WatchedModel, scenario: Scenario, look: () => void): number {
  const { up, down, seed, flows, intervalMs, timeoutMs, receipts, firstSlots, steps } = scenario
  const { host, paths } = watched.watch({
    network: { seed, up, down },
    interval: intervalMs * MILLISECOND,
    timeout: timeoutMs * MILLISECOND,
    receipts,
    flows,
    ...(firstSlots === undefined ? {} : { firstSlots }),
  })
  look()
  for (const [step, ms] of steps) {
    if (step === 'pause') watched.pause(true)
    if (step === 'resume') watched.pause(false)
    if (step === 'suspend') watched.monitor.suspend(2 * ms * MILLISECOND)
    if (step === 'vanish') host.vanish()
    if (step === 'close') host.close()
    if (step === 'serve') host.serve(responderPlan())
    if (step === 'stepClock') watched.monitor.stepClock((ms - 4500) * SECOND)
    if (step === 'remove') watched.monitor.remove(paths[ms % paths.length] ?? 0)
    watched.monitor.run(ms * MILLISECOND)
    look()
  }
  watched.monitor.run(20 * SECOND)
  watched.monitor.end()
  look()
  return paths.reduce((sum, path) => sum + watched.monitor.truth(path).up.probes.seen, 0)
}
