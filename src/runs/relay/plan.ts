import { randomInt } from 'node:crypto'
import { parseCount } from '../../base/count.ts'
import { parseDuration } from '../../base/duration.ts'
import { usage } from '../../base/error.ts'
import { LARGEST_BUFFER, parseSize } from '../../base/size.ts'
import { parseTarget, type Target } from '../../base/target.ts'
import type { RelayPlan } from '../../facts/relay-plan.ts'
import { parseImpairmentRules } from '../impairment-rules.ts'
import { parsePort } from '../../options/port.ts'
import { checkPublicBind } from '../public-bind.ts'
import { sourceCap } from '../source-cap.ts'
import { RELAY_DEFAULTS as DEFAULTS, type RelayOptions } from './options.ts'

export type { RelayOptions }

/** What a relay is to do, checked and in units. Hosts may still be names. */
export interface RelayJob {
  readonly listen: Target
  readonly to: Target
  readonly recvBuffer: number
  readonly relay: RelayPlan
}

/** Seeds that a relay draws for itself are short enough to type. */
const SEEDS = 1_000_000

function formatTarget({ host, port }: Target): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Reads options into a plan; throws a `usage` error that says what is wrong and what would be right. */
export function planRelay(options: RelayOptions): RelayJob {
  const named = parseTarget(options.listen ?? DEFAULTS.listen, '--listen', { minPort: 0 })
  const listen = options.port === undefined ? named : { ...named, port: parsePort(options.port) }
  const to = parseTarget(options.to ?? DEFAULTS.to, '--to')
  checkPublicBind(listen.host, options.public ?? false, '--listen')
  if (listen.host === to.host && listen.port === to.port) {
    throw usage(`--to ${formatTarget(to)} is the relay itself`, 'name the server that it is to pass datagrams to')
  }
  const { duration } = options
  return {
    listen,
    to,
    recvBuffer: parseSize(options.recvBuffer ?? DEFAULTS.recvBuffer, '--recv-buffer', { max: LARGEST_BUFFER }),
    relay: {
      up: parseImpairmentRules(options.up ?? [], '--up'),
      down: parseImpairmentRules(options.down ?? [], '--down'),
      seed: String(options.seed === undefined ? randomInt(SEEDS) : parseCount(options.seed, '--seed')),
      queue: parseSize(options.queue ?? DEFAULTS.queue, '--queue'),
      maxClients: parseCount(options.maxClients ?? DEFAULTS.maxClients, '--max-clients', { min: 1, max: 60_000 }),
      idle: parseDuration(options.idle ?? DEFAULTS.idle, '--idle'),
      sourceCap: sourceCap(options.maxRatePerSource),
      ...(options.servicePorts === true ? { servicePorts: true } : {}),
      ...(duration === undefined ? {} : { duration: parseDuration(duration, '--duration') }),
    },
  }
}
