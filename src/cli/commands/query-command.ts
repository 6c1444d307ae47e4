import { FORMATS } from '../../report/formats.ts'
import { PRESETS, QUERY_PORTS, queryOptions } from '../../runs/query/options.ts'
import type { ServiceName } from '../../wire/services/answers.ts'
import type { CommandGroup, Subcommand } from '../subcommand.ts'
import { PRESET_HELP, presetHelpEnd } from './query-help.ts'

const HELP = `
It passes if the target itself answered this request in time, and every
--expect holds. An answer that is late, or of another address, is never taken.

Examples:
  udptool query dns 127.0.0.1 --name example.org
  udptool query ntp pool.ntp.org --expect 'ntp.offset<50ms'
  udptool query quic example.org               is HTTP/3 reachable over UDP?
  udptool query message host:9000 --send hello --expect 'reply==HELLO'
  udptool query message host:514 --send x --expect silent   a firewall drops it`

export const QUERY: CommandGroup = {
  name: 'query',
  about: 'ask a UDP service (DNS, NTP, STUN, QUIC, SIP, CoAP, any message) and judge the answer',
  help: HELP,
  commands: PRESETS.map(presetCommand),
}

function presetCommand(preset: ServiceName): Subcommand {
  return {
    name: preset,
    about: PRESET_HELP[preset].about,
    operand: [['<target>', `host:port, [v6]:port or host (default port ${QUERY_PORTS[preset]})`]],
    options: queryOptions(preset),
    formats: FORMATS,
    quietAbout: 'print only the verdict, with failed expectations',
    help: presetHelpEnd(preset),
    prepare: async ([target = ''], options) => (await import('./query-run.ts')).prepareQuery(preset, target, options),
  }
}
