import { parseChoice } from '../../base/choice.ts'
import { parseCidr } from '../../base/cidr.ts'
import { parseCount } from '../../base/count.ts'
import { parseDuration } from '../../base/duration.ts'
import { usage } from '../../base/error.ts'
import { parseRate } from '../../base/rate.ts'
import { LARGEST_BUFFER, parseSize } from '../../base/size.ts'
import type { ResponderPlan } from '../../facts/responder-plan.ts'
import type { ResponderSockets } from '../../engine/port.ts'
import { parseEngine, type EngineChoice } from '../engine-choice.ts'
import { parsePort } from '../../options/port.ts'
import { checkPublicBind } from '../public-bind.ts'
import { sourceCap } from '../source-cap.ts'
import { resemblesMagic } from '../../wire/probe.ts'
import { ECHO_DEFAULTS, MODES, type EchoOptions } from './options.ts'

export type { EchoOptions }

/** What a server is to do, checked and in units. `host` may still be a name. */
export interface EchoPlan {
  readonly engine: EngineChoice
  readonly respond: ResponderPlan
  readonly sockets: Omit<ResponderSockets, 'family'>
  readonly public: boolean
}

/** Reads options into a plan; throws a `usage` error that says what is wrong and what would be right. */
export function planEcho(options: EchoOptions): EchoPlan {
  const host = options.host ?? ECHO_DEFAULTS.host
  const isPublic = options.public ?? false
  checkPublicBind(host, isPublic, '--host')
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
      sourceCap: sourceCap(maxRatePerSource),
      maxPeers: parseCount(options.maxPeers ?? ECHO_DEFAULTS.maxPeers, '--max-peers', { min: 1, max: 1_000_000 }),
      allow: options.allow ?? [],
      deny: options.deny ?? [],
      ...(reply === undefined ? {} : { reply: fixedReply(reply) }),
      ...(maxRate === undefined ? {} : { maxRate: packetRate(maxRate, '--max-rate') }),
      ...(maxDatagrams === undefined ? {} : { maxDatagrams: parseCount(maxDatagrams, '--max-datagrams', { min: 1 }) }),
      ...(duration === undefined ? {} : { duration: parseDuration(duration, '--duration') }),
      ...(maxIdle === undefined ? {} : { maxIdle: parseDuration(maxIdle, '--max-idle') }),
    },
    sockets: {
      host,
      port: parsePort(options.port ?? ECHO_DEFAULTS.port),
      recvBuffer: parseSize(options.recvBuffer ?? ECHO_DEFAULTS.recvBuffer, '--recv-buffer', { max: LARGEST_BUFFER }),
      workers: parseCount(options.workers ?? ECHO_DEFAULTS.workers, '--workers', { min: 1, max: 256 }),
      ...(recvSize === undefined ? {} : { recvSize: parseSize(recvSize, '--recv-size') }),
    },
  }
}

/** A fixed reply must not pass for a probe, or two servers could exchange it for ever. */
function fixedReply(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text)
  if (!resemblesMagic(bytes, 0, bytes.length)) return bytes
  throw usage(
    `--reply cannot begin with "${text.slice(0, 4)}": that is how a probe of udptool begins`,
    'begin the reply with another text',
  )
}

function packetRate(text: string, flag: string): number {
  const rate = parseRate(text, flag)
  if (rate.unit === 'packets') return rate.perSecond
  throw usage(`${flag} cannot be "${text}": a server's rate is in answers a second`, 'write 1000pps')
}
