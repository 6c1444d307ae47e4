import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import type { Cidr } from '../../base/cidr.ts'
import { usage } from '../../base/error.ts'
import type { Nanos } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import type { ParsedOptions } from '../../options/option.ts'
import { parseOptions } from '../../options/parse-options.ts'
import type { MinRate } from '../../stream/allowance.ts'
import type { ListenPlan } from '../../stream/listener.ts'
import { fileErrorReason } from '../file-error.ts'
import { checkPublicBind } from '../public-bind.ts'
import type { RoomPlan } from './inbox-room.ts'
import { readCommandList, type CommandList } from './command-list.ts'
import { type STREAM_MODES, TCP_SERVE_OPTIONS, type TcpServeOptions } from './options.ts'

/** Commands that run at the same time. Others wait. Enough to use a small machine without overloading it. */
const COMMANDS_AT_ONCE = 16

export type { TcpServeOptions }

export type StreamMode = (typeof STREAM_MODES)[number]

/** The plan of an inbox. */
export interface InboxPlan extends RoomPlan {
  readonly maxSize: number
  readonly replace: boolean
}

/** The plan of the commands. */
export interface CommandsPlan {
  readonly list: CommandList
  readonly maxTime: Nanos
  readonly maxOutput: number
  readonly atOnce: number
}

/** What to do with a connection: answer its bytes, or its frames. */
export type Service =
  | { readonly kind: 'stream'; readonly mode: StreamMode }
  | { readonly kind: 'frames'; readonly inbox?: InboxPlan; readonly commands?: CommandsPlan }

/** The plan of a TCP server, with checked values in base units. `host` may still be a name. */
export interface TcpServePlan extends Omit<ListenPlan, 'family'> {
  /** Time limit for the header of a request. */
  readonly headerTime: Nanos
  /** Of bodies and answers, measured over the time of `idle`. */
  readonly minRate: MinRate
  readonly maxAge: Nanos
  readonly allow: readonly Cidr[]
  readonly deny: readonly Cidr[]
  readonly duration?: Nanos
  readonly service: Service
}

type Parsed = ParsedOptions<typeof TCP_SERVE_OPTIONS>

/** Parses options and reads the files that they name. Throws a `usage` error. */
export function planTcpServe(raw: TcpServeOptions): TcpServePlan {
  const options = parseOptions(TCP_SERVE_OPTIONS, raw)
  const { host, port, maxConnections, maxConnectionsPerSource, idle, headerTime, maxAge, duration } = options
  checkPublicBind('host', host, options.public)
  return {
    host,
    port,
    maxConnections,
    maxConnectionsPerSource,
    idle,
    headerTime,
    minRate: { bytesPerSecond: options.minRate, over: idle },
    maxAge,
    allow: options.allow ?? [],
    deny: options.deny ?? [],
    service: planService(raw, options),
    ...present({ duration }),
  }
}

function planService({ inbox, commands, mode }: TcpServeOptions, options: Parsed): Service {
  if (inbox === undefined && commands === undefined) return { kind: 'stream', mode: options.mode }
  if (mode !== undefined) {
    throw usage(
      `--mode ${mode} needs a plain stream, but ${inbox === undefined ? '--commands' : '--inbox'} uses frames`,
      'leave --mode out, or start a second server on another --port',
    )
  }
  return {
    kind: 'frames',
    ...(inbox === undefined ? {} : { inbox: planInbox(inbox, options) }),
    ...(commands === undefined ? {} : { commands: planCommands(commands, options) }),
  }
}

function planInbox(folder: string, { maxSize, maxInbox, maxFiles, replace }: Parsed): InboxPlan {
  return { folder: writableFolder(folder), maxSize, maxInbox, maxFiles, replace }
}

function planCommands(
  commands: NonNullable<TcpServeOptions['commands']>,
  { maxTime, maxOutput }: Parsed,
): CommandsPlan {
  return { list: readCommandList(commands), maxTime, maxOutput, atOnce: COMMANDS_AT_ONCE }
}

function writableFolder(folder: string): string {
  let reason = 'it is not a folder'
  try {
    const real = realpathSync(folder)
    if (statSync(real).isDirectory()) {
      accessSync(real, constants.W_OK)
      return real
    }
  } catch (cause) {
    reason = fileErrorReason(cause)
  }
  throw usage(`--inbox cannot be ${folder}: ${reason}`, 'name an existing, writable folder')
}
