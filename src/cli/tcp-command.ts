import type { Command } from 'commander'
import { addTcpPutCommand } from './tcp-put-command.ts'
import { addTcpRunCommand } from './tcp-run-command.ts'
import { addTcpSendCommand } from './tcp-send-command.ts'
import { addTcpServeCommand } from './tcp-serve-command.ts'

const EXAMPLES = `
Examples:
  udptool tcp serve --inbox uploads      a server that takes files
  udptool tcp put photo.jpg              a file for it
  udptool tcp send hello                 one message to an echo server`

/** `udptool tcp` */
export function addTcpCommand(program: Command, done: (status: number) => void): void {
  const group = program
    .command('tcp')
    .description('serve and send over TCP: echo, files, commands')
    .helpCommand(false)
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', EXAMPLES)
  for (const add of [addTcpServeCommand, addTcpSendCommand, addTcpPutCommand, addTcpRunCommand]) add(group, done)
}
