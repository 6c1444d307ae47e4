import { present } from '../../base/present.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { checkPublicBind } from '../public-bind.ts'
import type { ResponderRunPlan } from '../responder-run.ts'
import { DEFAULT_SOURCE_CAP } from '../source-cap.ts'
import { planIrttServe, type IrttServePlan } from './irtt-plan.ts'
import { ECHO_OPTIONS, type EchoOptions } from './options.ts'

export type { EchoOptions }

/** The plan of an echo server. */
export interface EchoPlan extends ResponderRunPlan {
  /** Of the server for clients of irtt beside it. */
  readonly irtt?: IrttServePlan
}

/** Parses options to a plan, and reads the file of irtt's key. Throws a `usage` error. */
export function planEcho(raw: EchoOptions): EchoPlan {
  const options = parseOptions(ECHO_OPTIONS, raw)
  const { engine, host, port, recvBuffer, workers, recvSize, mode, maxPeers, maxRatePerSource } = options
  const { delay, allow, deny, reply, maxRate, maxDatagrams, duration, maxIdle } = options
  checkPublicBind('host', host, options.public)
  const { irtt, irttKeyFile, irttMaxDuration, irttMinInterval } = options
  const plan: EchoPlan = {
    engine,
    respond: {
      mode,
      delay: delay ?? 0,
      sourceCap: maxRatePerSource ?? DEFAULT_SOURCE_CAP,
      maxPeers,
      allow: allow ?? [],
      deny: deny ?? [],
      ...present({ reply, maxRate, maxDatagrams, duration, maxIdle }),
    },
    sockets: { host, port, recvBuffer, workers, ...present({ recvSize }) },
  }
  if (irtt === undefined) return plan
  return { ...plan, irtt: planIrttServe(plan, { irtt, irttKeyFile, irttMaxDuration, irttMinInterval }) }
}
