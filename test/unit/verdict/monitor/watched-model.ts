import { expect } from 'vitest'
import { SECOND, toMs, type Nanos } from '../../../../src/base/nanos.ts'
import type { PathUpdate } from '../../../../src/facts/path.ts'
import { FATES, scheduledCount } from '../../../../src/ledger/fate.ts'
import { MonitorModel } from '../../../../src/verdict/monitor/monitor-model.ts'
import type { TargetModel } from '../../../../src/verdict/monitor/target-model.ts'
import type { LedgerFigures, MonitorView, TargetView, WindowFigures } from '../../../../src/verdict/monitor/view.ts'
import { EPOCH } from '../../../simulation/epoch.ts'
import type { Network } from '../../../simulation/network.ts'
import { SimulatedMonitor } from '../../../simulation/simulated-monitor.ts'
import { SimulatedTarget } from '../../../simulation/simulated-target.ts'
import { VirtualTime } from '../../../simulation/virtual-time.ts'
import { pathPlan } from '../../machines/monitor-harness.ts'
import { networkOf, responderPlan } from '../../machines/plans.ts'

export const STARTED_AT = EPOCH.seconds * 1000 + toMs(EPOCH.nanos)

const ADDRESS = { address: '192.0.2.7', port: 9000, family: 'udp4' } as const

interface Watch {
  readonly network?: Partial<Network>
  readonly interval?: Nanos
  readonly timeout?: Nanos
  readonly receipts?: boolean
  readonly flows?: number
  /** Slots of the first epoch of each path. */
  readonly firstSlots?: number
}

/** A model that follows a simulated monitor in virtual time. */
export class WatchedModel {
  readonly time = new VirtualTime()
  readonly model = new MonitorModel({ engine: 'kernel', startedAt: STARTED_AT })
  /** Gets updates before the model does. */
  onUpdates: (updates: readonly PathUpdate[]) => void = () => {}
  readonly monitor = new SimulatedMonitor(this.time, updates => {
    this.onUpdates(updates)
    this.model.apply(updates, this.steadyMs)
  })
  #paths = 0

  get steadyMs(): number {
    return STARTED_AT + toMs(this.time.now)
  }

  /** Adds a target with a udptool server. Its paths are those of the last numbers. */
  watch({ network = {}, interval = SECOND, timeout = SECOND, receipts = true, flows = 1, firstSlots }: Watch = {}): {
    readonly target: TargetModel
    readonly host: SimulatedTarget
    readonly paths: readonly number[]
  } {
    const target = this.model.addTarget({
      target: 'edge.example:9000',
      module: 'default',
      labels: {},
      sizes: [128],
      interval,
      timeout,
      flows,
    })
    target.resolved(ADDRESS, this.steadyMs)
    const host = new SimulatedTarget(this.time, networkOf(network), ADDRESS)
    host.serve(responderPlan())
    const paths = Array.from({ length: flows }, (_, flow) => {
      this.#paths += 1
      this.model.addPath(target, { path: this.#paths, flow, address: ADDRESS })
      const phase = (flow * interval) / flows
      const plan = pathPlan({ path: this.#paths, interval, timeout, receipts, phase })
      this.monitor.add(firstSlots === undefined ? plan : { ...plan, firstSlots }, host)
      return this.#paths
    })
    return { target, host, paths }
  }

  pause(isPaused: boolean): void {
    this.monitor.pause(isPaused)
    this.model.pause(isPaused, this.steadyMs)
  }

  view(): MonitorView {
    const view = this.model.view(this.steadyMs)
    for (const target of view.targets) expectConsistent(target)
    return view
  }

  /** The only target. */
  only(): TargetView {
    const [target] = this.view().targets
    if (target === undefined) throw new Error('no target')
    return target
  }
}

/** What holds for every target at every moment. */
export function expectConsistent({ ledger, minute, sinceStart, strip, flows }: TargetView): void {
  for (const one of [ledger, ...flows.map(flow => flow.ledger)]) expectSums(one)
  for (const one of [minute, sinceStart, ...flows.flatMap(flow => [flow.minute, flow.sinceStart])]) expectWindow(one)
  for (const name of ['scheduled', 'inFlight', 'lost', 'missed', 'duplicates', 'reordered'] as const)
    expect(flows.reduce((sum, flow) => sum + flow.ledger[name], 0)).toBe(ledger[name])
  for (const name of ['settled', 'lost', 'missed'] as const) {
    expect(flows.reduce((sum, flow) => sum + flow.minute[name], 0)).toBe(minute[name])
    expect(flows.reduce((sum, flow) => sum + flow.sinceStart[name], 0)).toBe(sinceStart[name])
  }
  expect(sinceStart.settled).toBeLessThanOrEqual(ledger.scheduled)
  expect(sinceStart.settled).toBeGreaterThanOrEqual(scheduledCount(ledger.fates) + ledger.lost)
  for (const cells of [strip, ...flows.map(flow => flow.strip)])
    expect(cells.map(({ at }) => at)).toEqual(cells.map(({ at }) => at).toSorted((one, other) => one - other))
}

function expectSums({ fates, inFlight, scheduled, lost }: LedgerFigures): void {
  expect(FATES.reduce((sum, fate) => sum + fates[fate], inFlight)).toBe(scheduled)
  expect(lost).toBeLessThanOrEqual(inFlight)
}

function expectWindow({ settled, lost, rtt }: WindowFigures): void {
  expect(lost).toBeLessThanOrEqual(settled)
  expect(rtt === undefined).toBe(settled === lost)
  if (rtt === undefined) return
  const { minMs, p50Ms, p99Ms, maxMs } = rtt
  expect(minMs).toBeGreaterThanOrEqual(0)
  expect(maxMs).toBeLessThan(Infinity)
  expect([minMs, p50Ms, p99Ms, maxMs]).toEqual([minMs, p50Ms, p99Ms, maxMs].toSorted((one, other) => one - other))
}

/** The states of a strip, one letter each: the first of the state, `x` for lost. */
export function letters({ strip }: Pick<TargetView, 'strip'>): string {
  return strip
    .map(({ state }) => (state === 'lost' ? 'x' : state === 'intact' ? '.' : state.replace('lost', '')[0]))
    .join('')
}
