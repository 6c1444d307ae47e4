import type { TcpTargetOptions } from '../tcp-target.ts'

/** What a user asks of a command elsewhere. */
export interface RemoteCommandOptions extends TcpTargetOptions {
  /** The command's name on the server's list. */
  readonly name: string
  /** The call fails once nothing was heard for so long. */
  readonly timeout?: string
}

export const REMOTE_COMMAND_DEFAULTS = {
  /** Longer than a server lets a command run, unless told otherwise. */
  timeout: '60s',
} as const
