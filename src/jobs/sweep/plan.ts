import { parseCount } from '../../base/count.ts'
import { usage } from '../../base/error.ts'
import { parseSizes } from '../../base/sizes.ts'
import { CHECKED_SIZE } from '../../wire/probe.ts'
import { planSend, type SendPlan } from '../../runs/send/plan.ts'
import { FIRST_SIZES, SWEEP_DEFAULTS as DEFAULTS, type SweepOptions } from './options.ts'

/** What a sweep is to do, checked and in units. */
export interface SweepPlan {
  /** Its first round, but for the controls. */
  readonly send: SendPlan
  /** Smallest first, each once. */
  readonly sizes: readonly number[]
  /** Probes of each size. */
  readonly count: number
  /** Bytes of a control. */
  readonly control: number
  /** Look for the edges, to the byte. */
  readonly refines: boolean
}

/** Most sizes of a sweep: more are hours. */
const MOST_SIZES = 20_000

/** Reads options into a plan; throws a `usage` error that says what is wrong and what would be right. */
export function planSweep(options: SweepOptions): SweepPlan {
  const { sizes: asked, count: probes, ...rest } = options
  const sizes = [...new Set(asked === undefined ? FIRST_SIZES : parseSizes(asked, '--sizes'))].toSorted((a, b) => a - b)
  if (sizes.length > MOST_SIZES)
    throw usage(`--sizes names ${sizes.length} sizes, more than ${MOST_SIZES}`, 'write a larger step: 0..65507/64')
  const count = parseCount(probes ?? DEFAULTS.count, '--count', { min: 1 })
  const pace = rest.interval === undefined && rest.rate === undefined ? { interval: DEFAULTS.interval } : {}
  return {
    send: planSend({ ...rest, ...pace, size: sizes, count: sizes.length * count }),
    sizes,
    count,
    control: controlSize(new Set(sizes)),
    refines: asked === undefined,
  }
}

/** The size that sweeps are controlled by: one that is not among those tried, so that each of them is sent as often as was asked. */
function controlSize(sizes: ReadonlySet<number>): number {
  let size: number = DEFAULTS.control
  while (sizes.has(size) && size > CHECKED_SIZE) size -= 1
  if (sizes.has(size)) for (size = DEFAULTS.control; sizes.has(size);) size += 1
  return size
}

/** One cycle of a round: the sizes, a control before every few and one at the end. */
export function withControls(sizes: readonly number[], control: number): number[] {
  const cycle = sizes.flatMap((size, index) => (index % DEFAULTS.spacing === 0 ? [control, size] : [size]))
  return [...cycle, control]
}
