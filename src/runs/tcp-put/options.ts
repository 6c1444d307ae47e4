import { usage } from '../../base/error.ts'
import type { LibraryOptions, OptionTable } from '../../options/option.ts'
import { parseTimerDuration } from '../../options/timer-duration.ts'
import { TCP_TARGET_OPTIONS, type TcpTargetOptions } from '../tcp-target.ts'

/** The options of `udptool tcp put`. */
export const PUT_OPTIONS = {
  ...TCP_TARGET_OPTIONS,
  /** Name of the file on the server. Default: its own name. */
  name: {
    form: '--name <name>',
    about: 'name of the file on the server (default: the last part of its path)',
    parse: fileName,
  },
  /** Fail after this time without progress (`60s`). Default 60s. */
  // A server may have to write a gigabyte to a slow disk before it answers.
  timeout: {
    form: '--timeout <duration>',
    about: 'fail after this time without progress',
    default: '60s',
    parse: parseTimerDuration,
  },
} satisfies OptionTable

function fileName(name: string, flag: string): string {
  if (name === '') throw usage(`${flag} is empty`, `leave ${flag} out to keep the name of the file`)
  return name
}

/** The options of an upload. */
export interface PutOptions extends TcpTargetOptions, LibraryOptions<typeof PUT_OPTIONS> {
  /** The file to send. */
  readonly file: string
}
