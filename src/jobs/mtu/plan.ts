import { parseSizes } from '../../base/sizes.ts'
import { chooseEngine } from '../../runs/engine-choice.ts'
import { planSend, type SendPlan } from '../../runs/send/plan.ts'
import { MTU_DEFAULTS as DEFAULTS, type MtuOptions } from './options.ts'

/** What a search of the path MTU is to do, checked and in units. */
export interface MtuPlan {
  /** Every round of it, but for the sizes. Fragments are forbidden where the engine can. */
  readonly send: SendPlan
  /** Sizes whose number of packets is asked. */
  readonly asked: readonly number[]
}

/** Reads options into a plan; throws a `usage` error that says what is wrong and what would be right. */
export function planMtu({ size, ...options }: MtuOptions): MtuPlan {
  const asked = size === undefined ? [] : parseSizes(size, '--size')
  const send = planSend({ interval: DEFAULTS.interval, timeout: DEFAULTS.timeout, ...options })
  const df = chooseEngine(send.engine).can.df ? ({ df: 'probe' } as const) : {}
  return { send: { ...send, sockets: { ...send.sockets, ...df } }, asked }
}
