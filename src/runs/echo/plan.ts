import { present } from '../../base/present.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { checkPublicBind } from '../public-bind.ts'
import type { ResponderRunPlan } from '../responder-run.ts'
import { DEFAULT_SOURCE_CAP } from '../source-cap.ts'
import { ECHO_OPTIONS, type EchoOptions } from './options.ts'

export type { EchoOptions }

/** The plan of an echo server. */
export interface EchoPlan extends ResponderRunPlan {}

/** Parses options to a plan. Throws a `usage` error. */
export function planEcho(raw: EchoOptions): EchoPlan {
  const options = parseOptions(ECHO_OPTIONS, raw)
  const { engine, host, port, recvBuffer, workers, recvSize, mode, maxPeers, maxRatePerSource } = options
  const { delay, allow, deny, reply, maxRate, maxDatagrams, duration, maxIdle } = options
  checkPublicBind('host', host, options.public)
  return {
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
}
