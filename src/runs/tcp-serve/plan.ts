import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { parseChoice } from '../../base/choice.ts'
import { parseCidr, type Cidr } from '../../base/cidr.ts'
import { parseCount } from '../../base/count.ts'
import { usage } from '../../base/error.ts'
import type { Nanos } from '../../base/nanos.ts'
import { parseSize } from '../../base/size.ts'
import type { MinRate } from '../../stream/allowance.ts'
import { fileErrorReason } from '../file-error.ts'
import { parsePort } from '../../options/port.ts'
import { checkPublicBind } from '../public-bind.ts'
import { parseTimerDuration } from '../../options/timer-duration.ts'
import { readCommandList, type CommandList } from './command-list.ts'
import { STREAM_MODES, TCP_SERVE_DEFAULTS as DEFAULTS, type TcpServeOptions } from './options.ts'

export type { TcpServeOptions }

export type StreamMode = (typeof STREAM_MODES)[number]

/** Where uploads go. */
export interface InboxPlan {
  /** The real path of a folder. */
  readonly folder: string
  readonly maxSize: number
  /** All files together. */
  readonly maxInbox: number
  readonly maxFiles: number
  readonly replace: boolean
}

/** What may be run. */
export interface CommandsPlan {
  readonly list: CommandList
  readonly maxTime: Nanos
  readonly maxOutput: number
  readonly atOnce: number
}

/** What is done with a connection: its bytes are answered, or its frames are. */
export type Service =
  | { readonly kind: 'stream'; readonly mode: StreamMode }
  | { readonly kind: 'frames'; readonly inbox?: InboxPlan; readonly commands?: CommandsPlan }

/** What a TCP server is to do, checked and in units. `host` may still be a name. */
export interface TcpServePlan {
  readonly host: string
  readonly port: number
  readonly maxConnections: number
  readonly maxConnectionsPerSource: number
  readonly idle: Nanos
  /** For the header of a request. */
  readonly headerTime: Nanos
  /** Of bodies and answers, over the time of `idle`. */
  readonly minRate: MinRate
  readonly maxAge: Nanos
  readonly allow: readonly Cidr[]
  readonly deny: readonly Cidr[]
  readonly duration?: Nanos
  readonly service: Service
}

/** Reads options, and the files that they name, into a plan; throws a `usage` error that says what is wrong. */
export function planTcpServe(options: TcpServeOptions): TcpServePlan {
  const host = options.host ?? DEFAULTS.host
  checkPublicBind(host, options.public ?? false, '--host')
  const { duration } = options
  const idle = parseTimerDuration(options.idle ?? DEFAULTS.idle, '--idle')
  return {
    host,
    port: parsePort(options.port ?? DEFAULTS.port),
    maxConnections: parseCount(options.maxConnections ?? DEFAULTS.maxConnections, '--max-connections', {
      min: 1,
      max: 60_000,
    }),
    maxConnectionsPerSource: parseCount(
      options.maxConnectionsPerSource ?? DEFAULTS.maxConnectionsPerSource,
      '--max-connections-per-source',
      { min: 1, max: 60_000 },
    ),
    idle,
    headerTime: parseTimerDuration(options.headerTime ?? DEFAULTS.headerTime, '--header-time'),
    minRate: { bytesPerSecond: parseSize(options.minRate ?? DEFAULTS.minRate, '--min-rate'), over: idle },
    maxAge: parseTimerDuration(options.maxAge ?? DEFAULTS.maxAge, '--max-age'),
    allow: (options.allow ?? []).map(block => parseCidr(block, '--allow')),
    deny: (options.deny ?? []).map(block => parseCidr(block, '--deny')),
    service: planService(options),
    ...(duration === undefined ? {} : { duration: parseTimerDuration(duration, '--duration') }),
  }
}

function planService(options: TcpServeOptions): Service {
  const { inbox, commands, mode, maxSize, maxInbox, maxFiles, replace, maxTime, maxOutput } = options
  if (inbox === undefined) {
    refuseIdle('--max-size', maxSize !== undefined, '--inbox')
    refuseIdle('--max-inbox', maxInbox !== undefined, '--inbox')
    refuseIdle('--max-files', maxFiles !== undefined, '--inbox')
    refuseIdle('--no-replace', replace === false, '--inbox')
  }
  if (commands === undefined) {
    refuseIdle('--max-time', maxTime !== undefined, '--commands')
    refuseIdle('--max-output', maxOutput !== undefined, '--commands')
  }
  if (inbox === undefined && commands === undefined)
    return { kind: 'stream', mode: parseChoice(mode ?? DEFAULTS.mode, '--mode', STREAM_MODES) }
  if (mode !== undefined) {
    throw usage(
      `--mode ${mode} is for a plain stream, and with ${inbox === undefined ? '--commands' : '--inbox'} it is made of frames`,
      'leave --mode out, or start a second server on another --port',
    )
  }
  return {
    kind: 'frames',
    ...(inbox === undefined ? {} : { inbox: planInbox(inbox, options) }),
    ...(commands === undefined ? {} : { commands: planCommands(commands, options) }),
  }
}

function refuseIdle(flag: string, given: boolean, without: string): void {
  if (given) throw usage(`${flag} needs ${without}`, `leave ${flag} out, or add ${without}`)
}

function planInbox(folder: string, { maxSize, maxInbox, maxFiles, replace }: TcpServeOptions): InboxPlan {
  return {
    folder: writableFolder(folder),
    maxSize: parseSize(maxSize ?? DEFAULTS.maxSize, '--max-size'),
    maxInbox: parseSize(maxInbox ?? DEFAULTS.maxInbox, '--max-inbox'),
    maxFiles: parseCount(maxFiles ?? DEFAULTS.maxFiles, '--max-files', { min: 1 }),
    replace: replace ?? true,
  }
}

function planCommands(commands: NonNullable<TcpServeOptions['commands']>, options: TcpServeOptions): CommandsPlan {
  return {
    list: readCommandList(commands),
    maxTime: parseTimerDuration(options.maxTime ?? DEFAULTS.maxTime, '--max-time'),
    maxOutput: parseSize(options.maxOutput ?? DEFAULTS.maxOutput, '--max-output'),
    atOnce: DEFAULTS.commandsAtOnce,
  }
}

function writableFolder(folder: string): string {
  let reason = 'it is no folder'
  try {
    const real = realpathSync(folder)
    if (statSync(real).isDirectory()) {
      accessSync(real, constants.W_OK)
      return real
    }
  } catch (cause) {
    reason = fileErrorReason(cause)
  }
  throw usage(`--inbox cannot be ${folder}: ${reason}`, 'name a folder that is there and may be written to')
}
