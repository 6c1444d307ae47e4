import { usage } from '../base/error.ts'
import { longFlag } from '../options/flag.ts'
import { RELAY_FLAGS } from '../runs/relay/flags.ts'
import { listOf, pick, type Options } from './flags.ts'
import type { Subcommand } from './subcommand.ts'

const HELP = `
Rules, applied from left to right:
  drop=5%  drop=every:10  drop=burst:3@1%  drop=gilbert:0.02:0.2  dup=2%
  reorder=3%:35ms  delay=20ms~5ms  truncate=200@10%  corrupt=1%  mtu=1500
  rate=10Mbit  blackout=2s@5s

Examples:
  udptool relay --up drop=5% --down dup=2%       between ports 9001 and 9000
  udptool relay --to 10.0.0.7:53 --down delay=80ms~20ms --seed 7
  udptool relay --up mtu=1400 --truth FILE       what was done to which datagram
  udptool relay --self --up drop=5%              both records side by side`

const SELF_ONLY = ['size', 'count', 'interval', 'clients', 'timeout'] as const
/** What a relay that listens for others has, and the demonstration has not. */
const OTHERS_ONLY = [
  'listen',
  'port',
  'to',
  'public',
  'servicePorts',
  'maxRatePerSource',
  'recvBuffer',
  'portFile',
  'statsInterval',
  'duration',
  'exitWithParent',
  'idle',
  'maxClients',
] as const

export const RELAY: Subcommand = {
  name: 'relay',
  about: 'impair traffic by seeded rules and record what was done',
  flags: RELAY_FLAGS,
  help: HELP,
  async prepare(_, options) {
    const rules = { up: listOf(options, 'up'), down: listOf(options, 'down'), ...pick(options, ['seed', 'queue']) }
    if (options['self'] === true) {
      refuseOptions(options, OTHERS_ONLY, 'says nothing with --self, which has a server and a port of its own')
      const { prepareSelf } = await import('./relay-self.ts')
      return prepareSelf({ ...rules, ...pick(options, SELF_ONLY) }, options)
    }
    refuseOptions(options, SELF_ONLY, 'is for the sender of --self')
    return (await import('./relay-server.ts')).prepareRelay(rules, options)
  },
}

function refuseOptions(options: Options, names: readonly string[], why: string): void {
  const name = names.find(one => options[one] !== undefined)
  if (name === undefined) return
  throw usage(`${longFlag(name)} ${why}`, 'leave one of them out')
}
