import type { Command } from 'commander'
import { addTcpPutCommand } from './tcp-put-command.ts'
import { addTcpRunCommand } from './tcp-run-command.ts'
import { addTcpSendCommand } from './tcp-send-command.ts'
import { addTcpServeCommand } from './tcp-serve-command.ts'

/** `udptool tcp` */
export function addTcpCommand(program: Command, done: (status: number) => void): void {
  const group = program
    .command('tcp')
    .description('the stream side: an echo server, uploads, commands by name, messages')
    .helpCommand(false)
    .helpOption('-h, --help', 'show this help')
  for (const add of [addTcpServeCommand, addTcpSendCommand, addTcpPutCommand, addTcpRunCommand]) add(group, done)
}
