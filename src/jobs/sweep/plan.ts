import { parseOptions } from '../../options/parse-options.ts'
import { planSend, type SendPlan } from '../../runs/send/plan.ts'
import { CHECKED_SIZE } from '../../wire/probe.ts'
import { SWEEP_OPTIONS, type SweepOptions } from './options.ts'

/** Size of a control probe: a whole header, far below any MTU. */
const CONTROL = 128

/** Number of other probes per control. */
const SPACING = 4

/**
 * The first sizes of an automatic sweep: powers of two, the largest datagram in one packet at the usual MTUs (IPv4 and IPv6) and one more,
 * read sizes of servers and one more, and the limits of UDP.
 */
export const FIRST_SIZES: readonly number[] = [
  64, 256, 512, 548, 549, 1024, 1025, 1200, 1232, 1233, 1252, 1253, 1352, 1353, 1372, 1373, 1392, 1393, 1422, 1423,
  1432, 1433, 1448, 1449, 1452, 1453, 1464, 1465, 1472, 1473, 1476, 1500, 1501, 2048, 2952, 2953, 4000, 4098, 4099,
  5912, 8192, 8193, 8952, 8953, 8972, 8973, 9216, 9217, 12_000, 16_384, 24_000, 32_768, 48_000, 65_487, 65_507,
]

/** The plan of a sweep, with checked values in base units. */
export interface SweepPlan {
  /** The plan of the first round, without the controls. */
  readonly send: SendPlan
  /** Distinct sizes in ascending order. */
  readonly sizes: readonly number[]
  /** Probes per size. */
  readonly count: number
  /** Size of a control, bytes. */
  readonly control: number
  /** Find the limits to the byte. */
  readonly refines: boolean
}

/** Parses options to a plan. Throws a `usage` error. */
export function planSweep(raw: SweepOptions): SweepPlan {
  const { sizes: asked, count } = parseOptions(SWEEP_OPTIONS, raw)
  const { sizes: _, ...rest } = raw
  const sizes = asked ?? FIRST_SIZES
  const pace = raw.interval === undefined && raw.rate === undefined ? { interval: SWEEP_OPTIONS.interval.default } : {}
  return {
    send: planSend({ ...rest, ...pace, size: sizes, count: sizes.length * count }),
    sizes,
    count,
    control: controlSize(new Set(sizes)),
    refines: asked === undefined,
  }
}

/** The size of the controls. It is not one of the tested sizes, so that each of those is sent exactly `count` times. */
function controlSize(sizes: ReadonlySet<number>): number {
  let size: number = CONTROL
  while (sizes.has(size) && size > CHECKED_SIZE) size -= 1
  if (sizes.has(size)) for (size = CONTROL; sizes.has(size);) size += 1
  return size
}

/** One cycle of a round: the sizes, with a control before every few and one at the end. */
export function withControls(sizes: readonly number[], control: number): number[] {
  const cycle = sizes.flatMap((size, index) => (index % SPACING === 0 ? [control, size] : [size]))
  return [...cycle, control]
}
