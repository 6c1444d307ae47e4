import { SECOND, type Nanos } from '../../../base/nanos.ts'
import { slotsOfEpoch } from '../../../facts/path.ts'
import type { MonitorClock } from '../clock.ts'
import type { MonitorTarget } from '../monitor-target.ts'
import type { Slot } from '../slot.ts'
import type { QueueFigures, TargetView } from '../view.ts'
import type { EpochLimit } from './epoch-limit.ts'
import type { TellFinding } from './finding.ts'
import { FlowComparison } from './flow-comparison.ts'
import { RateFindings } from './rate-findings.ts'

/** What the probes of a target show together: flows that differ, limits of the rate, growing queues. */
export class TargetFindings {
  readonly #tell: TellFinding
  /** Undefined: one flow differs from none. */
  readonly #comparison: FlowComparison | undefined
  readonly #rate = new RateFindings()

  /** @param ports of its flows */
  constructor(
    { flows, interval, timeout }: Pick<MonitorTarget, 'flows' | 'interval' | 'timeout'>,
    ports: () => readonly (number | undefined)[],
    tell: TellFinding,
  ) {
    this.#tell = tell
    // As long as two epochs need to become final.
    const stale = 2 * (slotsOfEpoch({ interval }) * interval + 4 * timeout + 10 * SECOND)
    this.#comparison = flows > 1 ? new FlowComparison(flows, interval, stale, ports) : undefined
  }

  /** Those that hold. */
  view(clock: MonitorClock): Pick<TargetView, 'warnings'> {
    const differ = this.#comparison?.current
    const all = [...(differ === undefined ? [] : [differ]), ...this.#rate.current]
    if (all.length === 0) return {}
    return { warnings: all.map(({ kind, since, text }) => ({ kind, since: clock.realOf(since), text })) }
  }

  get bytes(): number {
    return this.#comparison?.bytes ?? 0
  }

  /** The next final slot of a flow. */
  slot(flow: number, slot: Slot): void {
    this.#comparison?.push(flow, slot)
  }

  /** An epoch of a flow is closed, and its slots were given. `end`: when its last slot was over. */
  epoch(flow: number, limit: EpochLimit, end: Nanos, queue: () => QueueFigures | undefined): void {
    this.#rate.push(flow, limit, queue, end, this.#tell)
    this.#comparison?.judge(this.#tell)
  }
}
