import type { CommandGroup } from '../subcommand.ts'
import { STAMP_SEND } from './stamp-send-command.ts'
import { STAMP_SERVE } from './stamp-serve-command.ts'

const HELP = `
Examples:
  udptool stamp serve --stateful         a reflector on port 862
  udptool stamp serve --port 18620       a reflector on another port
  udptool stamp send --to router         measure to a reflector`

export const STAMP: CommandGroup = {
  name: 'stamp',
  about: 'measure to routers by STAMP and TWAMP-Light (RFC 8762, RFC 8972)',
  help: HELP,
  commands: [STAMP_SERVE, STAMP_SEND],
}
