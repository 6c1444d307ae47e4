import type { LibraryOptions, OptionTable } from '../../options/option.ts'
import { parseTimerDuration } from '../../options/timer-duration.ts'
import { given } from '../../options/values.ts'
import { TCP_TARGET_OPTIONS, type TcpTargetOptions } from '../tcp-target.ts'

/** The options of `udptool tcp send`. */
export const TCP_SEND_OPTIONS = {
  ...TCP_TARGET_OPTIONS,
  interactive: { form: '-i, --interactive', about: 'prompt for messages', absentFrom: 'library', parse: given },
  stdin: { form: '--stdin', about: 'send each line of stdin as one message', absentFrom: 'library', parse: given },
  /** After this time without data, an incomplete reply is taken as it is (`1s`). Default 1s. */
  // As for datagrams, where a later reply counts as late.
  timeout: {
    form: '--timeout <duration>',
    about: 'time of silence after which a reply counts as complete',
    default: '1s',
    parse: parseTimerDuration,
  },
} satisfies OptionTable

/** The options of a conversation over one connection. */
export type TcpSendOptions = TcpTargetOptions & LibraryOptions<typeof TCP_SEND_OPTIONS>
