import type { Nanos } from '../../base/nanos.ts'
import type { ConnectPlan } from '../../stream/connect.ts'
import { planConnect } from '../tcp-target.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { REMOTE_COMMAND_OPTIONS, type RemoteCommandOptions } from './options.ts'

export type { RemoteCommandOptions }

/** The plan of a remote command, with checked values in base units. */
export interface RemoteCommandPlan {
  readonly name: string
  readonly connect: ConnectPlan
  readonly timeout: Nanos
}

/** Parses options to a plan. Throws a `usage` error. */
export function planRemoteCommand(raw: RemoteCommandOptions): RemoteCommandPlan {
  return { name: raw.name, connect: planConnect(raw), timeout: parseOptions(REMOTE_COMMAND_OPTIONS, raw).timeout }
}
