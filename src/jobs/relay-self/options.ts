import { inGroup, type LibraryOptions, type OptionTable } from '../../options/option.ts'
import { given } from '../../options/values.ts'
import { RELAY_OPTIONS } from '../../runs/relay/options.ts'
import { PROBE_OPTIONS } from '../../runs/send/options.ts'

const { size, count, interval, clients, timeout } = PROBE_OPTIONS

/** The traffic through the relay. */
export const SENDER_OPTIONS = inGroup('With --self:', {
  size: { ...size, about: 'payload size in bytes', needs: 'self' },
  // At 5 % loss, 200 probes lose about ten, and take a second.
  count: { ...count, default: 200, needs: 'self' },
  interval: { ...interval, default: '5ms', needs: 'self' },
  clients: { ...clients, about: 'number of sockets that send concurrently', needs: 'self' },
  timeout: { ...timeout, needs: 'self' },
})

/** The options of `udptool relay`. */
export const RELAY_COMMAND_OPTIONS = {
  ...RELAY_OPTIONS,
  self: {
    form: '--self',
    about: 'run server, relay and sender in one command and compare the two records',
    parse: given,
  },
  ...SENDER_OPTIONS,
} satisfies OptionTable

/** The options of `relay --self`: the relay's rules, and the traffic through it. */
export type SelfOptions = Pick<LibraryOptions<typeof RELAY_OPTIONS>, 'up' | 'down' | 'seed' | 'queue'> &
  LibraryOptions<typeof SENDER_OPTIONS>
