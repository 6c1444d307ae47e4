import { inGroup, type LibraryOptions, type OptionTable } from '../../options/option.ts'
import { given } from '../../options/values.ts'
import { RELAY_OPTIONS } from '../../runs/relay/options.ts'
import { PROBE_OPTIONS } from '../../runs/send/options.ts'

const { size, count, interval, clients, timeout } = PROBE_OPTIONS

/** What is sent through the relay. */
export const SENDER_OPTIONS = inGroup('With --self:', {
  size: { ...size, about: 'bytes of a datagram', needs: 'self' },
  // With 5 % loss 200 show about ten lost ones, and take a second.
  count: { ...count, default: 200, needs: 'self' },
  interval: { ...interval, default: '5ms', needs: 'self' },
  clients: { ...clients, about: 'sockets that send at once', needs: 'self' },
  timeout: { ...timeout, needs: 'self' },
})

/** The options of `udptool relay`. */
export const RELAY_COMMAND_OPTIONS = {
  ...RELAY_OPTIONS,
  self: {
    form: '--self',
    about: 'server, relay and sender in one: what was done beside what the ledger says',
    parse: given,
  },
  ...SENDER_OPTIONS,
} satisfies OptionTable

/** What a user asks of the demonstration: the relay's rules, and what is sent through it. */
export type SelfOptions = Pick<LibraryOptions<typeof RELAY_OPTIONS>, 'up' | 'down' | 'seed' | 'queue'> &
  LibraryOptions<typeof SENDER_OPTIONS>
