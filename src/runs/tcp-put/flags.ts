import type { Flag } from '../../options/flag.ts'
import { TCP_TARGET_FLAGS } from '../tcp-target.ts'
import { PUT_DEFAULTS as d } from './options.ts'

/** The flags of `udptool tcp put`. */
export const PUT_FLAGS: readonly Flag[] = [
  ...TCP_TARGET_FLAGS,
  { form: '--name <name>', about: "what the file is to be called there, instead of its own name's last part" },
  { form: '--timeout <duration>', about: 'fail once nothing has moved for so long', fallback: d.timeout },
]
