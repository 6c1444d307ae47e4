import type { LibraryOptions, OptionTable } from '../../options/option.ts'
import { parseTimerDuration } from '../../options/timer-duration.ts'
import { TCP_TARGET_OPTIONS, type TcpTargetOptions } from '../tcp-target.ts'

/** The options of `udptool tcp run`. */
export const REMOTE_COMMAND_OPTIONS = {
  ...TCP_TARGET_OPTIONS,
  /** Fail after this time without data from the server (`60s`). Default 60s. */
  // Longer than the default time limit of a server for a command.
  timeout: {
    form: '--timeout <duration>',
    about: 'fail after this time without data from the server',
    default: '60s',
    parse: parseTimerDuration,
  },
} satisfies OptionTable

/** The options of a remote command. */
export interface RemoteCommandOptions extends TcpTargetOptions, LibraryOptions<typeof REMOTE_COMMAND_OPTIONS> {
  /** The name of the command in the server's list. */
  readonly name: string
}
