import { aboutOption, parseOption, withDefaults } from '../../options/parse-options.ts'
import { chooseEngine } from '../../runs/engine-choice.ts'
import { planSend, type SendPlan } from '../../runs/send/plan.ts'
import { MTU_OPTIONS, type MtuOptions } from './options.ts'

/** What a search of the path MTU is to do, checked and in units. */
export interface MtuPlan {
  /** Every round of it, but for the sizes. Fragments are forbidden where the engine can. */
  readonly send: SendPlan
  /** Sizes whose number of packets is looked up. */
  readonly asked: readonly number[]
}

const { size: SIZE, ...ROUND_OPTIONS } = MTU_OPTIONS

/** Reads options into a plan; throws a `usage` error that says what is wrong and what would be right. */
export function planMtu({ size, ...raw }: MtuOptions): MtuPlan {
  const asked = parseOption('size', SIZE, size) ?? []
  const send = planSend({ ...raw, ...withDefaults(ROUND_OPTIONS, raw) })
  const engine = aboutOption('engine', () => chooseEngine(send.engine))
  const df = engine.can.df ? ({ df: 'probe' } as const) : {}
  return { send: { ...send, sockets: { ...send.sockets, ...df } }, asked }
}
