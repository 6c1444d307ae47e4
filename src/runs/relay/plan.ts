import { randomInt } from 'node:crypto'
import { usage } from '../../base/error.ts'
import { present } from '../../base/present.ts'
import { formatTarget, type Target } from '../../base/target.ts'
import type { RelayPlan } from '../../facts/relay-plan.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { checkPublicBind } from '../public-bind.ts'
import { DEFAULT_SOURCE_CAP } from '../source-cap.ts'
import { RELAY_OPTIONS, type RelayOptions } from './options.ts'

export type { RelayOptions }

/** The plan of a relay, with checked values in base units. Hosts may still be names. */
export interface RelayJob {
  readonly listen: Target
  readonly to: Target
  readonly recvBuffer: number
  readonly relay: RelayPlan
}

/** The range of random seeds, which are short enough to type. */
const SEEDS = 1_000_000

/** Parses options to a plan. Throws a `usage` error. */
export function planRelay(raw: RelayOptions): RelayJob {
  const options = parseOptions(RELAY_OPTIONS, raw)
  const { to, recvBuffer, up, down, seed, queue, maxClients, idle, maxRatePerSource, servicePorts, duration } = options
  const listen = options.port === undefined ? options.listen : { ...options.listen, port: options.port }
  checkPublicBind('listen', listen.host, options.public)
  if (listen.host === to.host && listen.port === to.port) {
    throw usage(`--to ${formatTarget(to)} is the relay itself`, 'name the server to forward to')
  }
  return {
    listen,
    to,
    recvBuffer,
    relay: {
      up: up ?? [],
      down: down ?? [],
      seed: String(seed ?? randomInt(SEEDS)),
      queue,
      maxClients,
      idle,
      sourceCap: maxRatePerSource ?? DEFAULT_SOURCE_CAP,
      ...(servicePorts ? { servicePorts } : {}),
      ...present({ duration }),
    },
  }
}
