import { ECHO_OPTIONS } from '../../runs/echo/options.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
Examples:
  udptool serve                          uppercase echo on 127.0.0.1:9000
  udptool serve --mode echo --port 0     verbatim echo on a free port
  udptool serve --recv-size 1024         cut every datagram at 1024 bytes
  udptool serve --delay 200ms            a slow handler; others do not wait
  udptool serve --live                   rates, fates and the busiest peers
  udptool serve --host 0.0.0.0 --public  reachable from other hosts`

export const SERVE: Subcommand = {
  name: 'serve',
  about: 'answer datagrams in upper case, verbatim or with a fixed text',
  options: ECHO_OPTIONS,
  events: true,
  quietAbout: 'print no summary and no live counters',
  help: HELP,
  prepare: async (_, options) => (await import('./echo-server.ts')).prepareEcho(options),
}
