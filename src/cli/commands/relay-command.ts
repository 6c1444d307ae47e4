import { usage } from '../../base/error.ts'
import { RELAY_COMMAND_OPTIONS } from '../../jobs/relay-self/options.ts'
import { givenOptions, longFlag } from '../../options/option.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { RELAY_OPTIONS, RULE_OPTIONS } from '../../runs/relay/options.ts'
import { rawOptions } from '../../options/raw-options.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
Rules, applied from left to right:
  drop=5%  drop=every:10  drop=burst:3@1%  drop=gilbert:0.02:0.2  dup=2%
  reorder=3%:35ms  delay=20ms~5ms  truncate=200@10%  corrupt=1%  mtu=1500
  rate=10Mbit  blackout=2s@5s

Examples:
  udptool relay --up drop=5% --down dup=2%       between ports 9001 and 9000
  udptool relay --to 10.0.0.7:53 --down delay=80ms~20ms --seed 7
  udptool relay --up mtu=1400 --truth FILE       save what was done
  udptool relay --self --up drop=5%              compare both records`

export const RELAY: Subcommand = {
  name: 'relay',
  about: 'impair traffic by seeded rules and record what was done',
  options: RELAY_COMMAND_OPTIONS,
  events: true,
  quietAbout: 'print no summary and no live counters',
  help: HELP,
  async prepare(_, options) {
    const raw = rawOptions(RELAY_COMMAND_OPTIONS, options)
    parseOptions(RELAY_COMMAND_OPTIONS, raw)
    if (raw.self !== true) return (await import('./relay-server.ts')).prepareRelay(raw, options)
    const unused = givenOptions(RELAY_OPTIONS, raw).find(name => !(name in RULE_OPTIONS) && name !== 'queue')
    if (unused !== undefined)
      throw usage(
        `${longFlag(unused)} has no effect with --self, which has its own server and port`,
        'leave one of them out',
      )
    return (await import('./relay-self.ts')).prepareSelf(raw, options)
  },
}
