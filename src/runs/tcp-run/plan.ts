import type { Nanos } from '../../base/nanos.ts'
import type { ConnectPlan } from '../../stream/connect.ts'
import { planConnect } from '../tcp-target.ts'
import { parseTimerDuration } from '../../options/timer-duration.ts'
import { REMOTE_COMMAND_DEFAULTS as DEFAULTS, type RemoteCommandOptions } from './options.ts'

export type { RemoteCommandOptions }

/** A command elsewhere, checked and in units. */
export interface RemoteCommandPlan {
  readonly name: string
  readonly connect: ConnectPlan
  readonly timeout: Nanos
}

/** Reads options into a plan; throws a `usage` error. */
export function planRemoteCommand({ name, timeout, ...target }: RemoteCommandOptions): RemoteCommandPlan {
  return {
    name,
    connect: planConnect(target),
    timeout: parseTimerDuration(timeout ?? DEFAULTS.timeout, '--timeout'),
  }
}
