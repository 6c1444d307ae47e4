import type { Flag } from '../../options/flag.ts'
import { TCP_TARGET_FLAGS } from '../tcp-target.ts'
import { REMOTE_COMMAND_DEFAULTS as d } from './options.ts'

/** The flags of `udptool tcp run`. */
export const REMOTE_COMMAND_FLAGS: readonly Flag[] = [
  ...TCP_TARGET_FLAGS,
  { form: '--timeout <duration>', about: 'fail once nothing was heard for so long', fallback: d.timeout },
]
