import { parseChoice } from '../../base/choice.ts'
import { parseCidr } from '../../base/cidr.ts'
import { parseCount } from '../../base/count.ts'
import { parseDuration } from '../../base/duration.ts'
import { usage } from '../../base/error.ts'
import { isIPv4, isIPv6, isLoopback } from '../../base/ip.ts'
import { parseRate } from '../../base/rate.ts'
import { parseSize } from '../../base/size.ts'
import type { ResponderPlan } from '../../facts/responder-plan.ts'
import type { ResponderSockets } from '../../engine/port.ts'
import { parseEngine, type EngineChoice } from '../engine-choice.ts'
import { ECHO_DEFAULTS, type EchoOptions } from './options.ts'

export type { EchoOptions }

/** What a server is to do, checked and in units. `host` may still be a name. */
export interface EchoPlan {
  readonly engine: EngineChoice
  readonly respond: ResponderPlan
  readonly sockets: Omit<ResponderSockets, 'family'>
  readonly public: boolean
}

const MODES = ['upper', 'echo', 'discard'] as const

/** Reads options into a plan; throws a `usage` error that says what is wrong and what would be right. */
export function planEcho(options: EchoOptions): EchoPlan {
  const host = options.host ?? ECHO_DEFAULTS.host
  const isPublic = options.public ?? false
  checkReach(host, isPublic)
  const { reply, recvSize, maxRate, maxRatePerSource, maxDatagrams, duration, maxIdle } = options
  for (const [flag, blocks] of [
    ['--allow', options.allow],
    ['--deny', options.deny],
  ] as const) {
    for (const block of blocks ?? []) parseCidr(block, flag)
  }
  return {
    engine: parseEngine(options.engine ?? ECHO_DEFAULTS.engine),
    public: isPublic,
    respond: {
      mode: parseChoice(options.mode ?? ECHO_DEFAULTS.mode, '--mode', MODES),
      delay: parseDuration(options.delay ?? 0, '--delay'),
      plainRatePerSource: ECHO_DEFAULTS.plainRatePerSource,
      maxPeers: parseCount(options.maxPeers ?? ECHO_DEFAULTS.maxPeers, '--max-peers', { min: 1, max: 1_000_000 }),
      allow: options.allow ?? [],
      deny: options.deny ?? [],
      ...(reply === undefined ? {} : { reply: new TextEncoder().encode(reply) }),
      ...(maxRate === undefined ? {} : { maxRate: packetRate(maxRate, '--max-rate') }),
      ...(maxRatePerSource === undefined
        ? {}
        : { maxRatePerSource: packetRate(maxRatePerSource, '--max-rate-per-source') }),
      ...(maxDatagrams === undefined ? {} : { maxDatagrams: parseCount(maxDatagrams, '--max-datagrams', { min: 1 }) }),
      ...(duration === undefined ? {} : { duration: parseDuration(duration, '--duration') }),
      ...(maxIdle === undefined ? {} : { maxIdle: parseDuration(maxIdle, '--max-idle') }),
    },
    sockets: {
      host,
      port: parsePort(options.port ?? ECHO_DEFAULTS.port),
      recvBuffer: parseSize(options.recvBuffer ?? ECHO_DEFAULTS.recvBuffer, '--recv-buffer'),
      workers: parseCount(options.workers ?? ECHO_DEFAULTS.workers, '--workers', { min: 1, max: 256 }),
      ...(recvSize === undefined ? {} : { recvSize: parseSize(recvSize, '--recv-size') }),
    },
  }
}

function checkReach(host: string, isPublic: boolean): void {
  if (isPublic || isLoopback(host) || host === 'localhost') return
  const what =
    isIPv4(host) || isIPv6(host)
      ? `${host} can be reached from other hosts`
      : `${host} may be reachable from other hosts`
  throw usage(
    `--host ${host} needs --public: ${what}`,
    'add --public if that is meant, or bind a loopback address (127.0.0.1 or ::1)',
  )
}

function packetRate(text: string, flag: string): number {
  const rate = parseRate(text, flag)
  if (rate.unit === 'packets') return rate.perSecond
  throw usage(`${flag} cannot be "${text}": a server's rate is in answers a second`, 'write 1000pps')
}

function parsePort(port: number | string): number {
  if (/^\d{1,5}$/.test(String(port)) && Number(port) <= 65_535) return Number(port)
  throw usage(
    `--port cannot be "${port}": a port is a number from 0 to 65535`,
    'write --port 9000, or --port 0 for a free one',
  )
}
