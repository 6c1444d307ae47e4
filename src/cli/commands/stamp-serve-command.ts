import { STAMP_SERVE_OPTIONS } from '../../runs/stamp-serve/options.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
Examples:
  udptool stamp serve                          a reflector on 127.0.0.1:862
  udptool stamp serve -p 18620 --stateful      shows the direction of a loss
  udptool stamp serve --key-file keys          only requests with a right HMAC
  udptool stamp serve --host :: --public --allow 10.0.0.0/8
                                               for the routers of a network`

export const STAMP_SERVE: Subcommand = {
  name: 'serve',
  about: 'reflect test packets of STAMP and TWAMP-Light senders',
  options: STAMP_SERVE_OPTIONS,
  events: true,
  quietAbout: 'print no summary and no live counters',
  help: HELP,
  prepare: async (_, options) => (await import('./stamp-server.ts')).prepareStampServer(options),
}
