import { TCP_SERVE_OPTIONS } from '../../runs/tcp-serve/options.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
Examples:
  udptool tcp serve                            uppercase echo on port 9000
  udptool tcp serve --inbox uploads            store files of tcp put
  udptool tcp serve --commands commands.json   run commands for tcp run
  echo '{ "disk": ["df", "-h"], "up": ["uptime"] }' > commands.json`

export const TCP_SERVE: Subcommand = {
  name: 'serve',
  about: 'answer TCP streams, store files, run commands',
  options: TCP_SERVE_OPTIONS,
  events: true,
  quietAbout: 'print no summary and no live counters',
  help: HELP,
  prepare: async (_, options) => (await import('./tcp-server.ts')).prepareTcpServer(options),
}
