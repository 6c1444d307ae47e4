import { aboutOption, parseOption, withDefaults } from '../../options/parse-options.ts'
import { chooseEngine } from '../../runs/engine-choice.ts'
import { planSend, type SendPlan } from '../../runs/send/plan.ts'
import { MTU_OPTIONS, type MtuOptions } from './options.ts'

/** The plan of a path MTU search, with checked values in base units. */
export interface MtuPlan {
  /** The plan of every round, except the sizes. Fragmentation is forbidden if the engine can do that. */
  readonly send: SendPlan
  /** Sizes for which to report the number of packets. */
  readonly asked: readonly number[]
}

const { size: SIZE, ...ROUND_OPTIONS } = MTU_OPTIONS

/** Parses options to a plan. Throws a `usage` error. */
export function planMtu({ size, ...raw }: MtuOptions): MtuPlan {
  const asked = parseOption('size', SIZE, size) ?? []
  const send = planSend({ ...raw, ...withDefaults(ROUND_OPTIONS, raw) })
  const engine = aboutOption('engine', () => chooseEngine(send.engine))
  const df = engine.can.df ? ({ df: 'probe' } as const) : {}
  return { send: { ...send, sockets: { ...send.sockets, ...df } }, asked }
}
