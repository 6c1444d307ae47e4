import type { Flag } from './flag.ts'

/** Must be given for a bind that others can reach (`checkPublicBind`). */
export const PUBLIC_FLAG: Flag = { form: '--public', about: 'allow a bind that others can reach', group: 'Guards:' }

/** How a server of the command line ends, and how it says its port and its counters: alike in all of them. */
export const SERVER_FLAGS: readonly Flag[] = [
  { form: '--duration <duration>', about: 'end after this time', group: 'Ending:' },
  {
    form: '--exit-with-parent',
    about: 'end when stdin ends, as it does when the program that started this one is gone',
    group: 'Ending:',
  },
  { form: '--port-file <file>', about: 'write the port there once it is bound' },
  { form: '--stats-interval <duration>', about: 'print counters this often' },
]
