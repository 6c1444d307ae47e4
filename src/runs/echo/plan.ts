import { present } from '../../base/present.ts'
import type { ResponderPlan } from '../../facts/responder-plan.ts'
import type { ResponderSockets } from '../../engine/port.ts'
import type { EngineChoice } from '../../options/engine.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { checkPublicBind } from '../public-bind.ts'
import { DEFAULT_SOURCE_CAP } from '../source-cap.ts'
import { ECHO_OPTIONS, type EchoOptions } from './options.ts'

export type { EchoOptions }

/** The plan of a server, with checked values in base units. `host` may still be a name. */
export interface EchoPlan {
  readonly engine: EngineChoice
  readonly respond: ResponderPlan
  readonly sockets: Omit<ResponderSockets, 'family'>
}

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
