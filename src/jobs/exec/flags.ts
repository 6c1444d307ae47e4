import { ANSWER_FLAGS } from '../../runs/echo/flags.ts'
import { type Flag, optionName } from '../../options/flag.ts'
import { RELAY_FLAGS } from '../../runs/relay/flags.ts'

/** What the relay of `exec` shares with `udptool relay`. */
const OF_THE_RELAY: ReadonlySet<string> = new Set(['up', 'down', 'seed', 'truth'])

const SERVER = 'Server:'
const RELAY = 'Relay:'

/** The flags of `udptool exec`: what is started before the command. */
export const EXEC_FLAGS: readonly Flag[] = [
  { form: '--serve', about: 'start a server: what is done anyway, unless --to names one', group: SERVER },
  { form: '--to <target>', about: 'a server that runs already, for a relay in front of it', group: SERVER },
  // It ends with the command, and says its port by the environment.
  ...ANSWER_FLAGS.map(flag => ({
    ...flag,
    ...(optionName(flag) === 'port' ? { fallback: 'a free one' } : {}),
    group: SERVER,
  })),
  {
    form: '--relay <rules>',
    about: 'a relay in front of the server, with these rules both ways (repeatable)',
    repeatable: true,
    group: RELAY,
  },
  ...RELAY_FLAGS.filter(flag => OF_THE_RELAY.has(optionName(flag))).map(flag => ({ ...flag, group: RELAY })),
]
