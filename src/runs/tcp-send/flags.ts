import type { Flag } from '../../options/flag.ts'
import { TCP_TARGET_FLAGS } from '../tcp-target.ts'
import { TCP_SEND_DEFAULTS as d } from './options.ts'

/** The flags of `udptool tcp send`. */
export const TCP_SEND_FLAGS: readonly Flag[] = [
  ...TCP_TARGET_FLAGS,
  { form: '-i, --interactive', about: 'prompt for messages' },
  { form: '--stdin', about: 'each line of stdin is one message' },
  { form: '--timeout <duration>', about: 'take a reply as it is after so much silence', fallback: d.timeout },
]
