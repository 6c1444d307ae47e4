import type { CommandGroup } from '../subcommand.ts'
import { TCP_PUT } from './tcp-put-command.ts'
import { TCP_RUN } from './tcp-run-command.ts'
import { TCP_SEND } from './tcp-send-command.ts'
import { TCP_SERVE } from './tcp-serve-command.ts'

const HELP = `
Examples:
  udptool tcp serve --inbox uploads      a server that stores files
  udptool tcp put photo.jpg              upload a file to it
  udptool tcp send hello                 send one message to an echo server`

export const TCP: CommandGroup = {
  name: 'tcp',
  about: 'serve and send over TCP: echo, files, commands',
  help: HELP,
  commands: [TCP_SERVE, TCP_SEND, TCP_PUT, TCP_RUN],
}
