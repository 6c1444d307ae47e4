import type { Flag } from '../../options/flag.ts'
import { DOCTOR_DEFAULTS as d } from './options.ts'

/** The flags of `udptool doctor`. */
export const DOCTOR_FLAGS: readonly Flag[] = [
  { form: '--rate <rate>', about: 'datagrams a second that are to be received here', fallback: d.rate, group: 'Need:' },
  { form: '--pause <duration>', about: 'how long the program may not read', fallback: d.pause, group: 'Need:' },
  { form: '--size <bytes>', about: 'bytes of a datagram', fallback: String(d.size), group: 'Need:' },
]
