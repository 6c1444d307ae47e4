import type { Command } from 'commander'
import { TCP_SEND_FLAGS } from '../runs/tcp-send/flags.ts'
import { addFlags, type Options } from './flags.ts'

const EXAMPLES = `
What is sent, the first that applies: words (one message) · --interactive
· --stdin or - (a message a line) · a terminal: the prompt · else the lines of
stdin. All go over one connection. A stream has no messages: a reply is taken
for whole when it is as long as what was sent, after --timeout of silence, or
when the server ends the connection.

Examples:
  udptool tcp send hello                       one message, and its reply
  udptool tcp send --to host:9000              the prompt
  printf 'one\\ntwo\\n' | udptool tcp send -     two messages over one connection`

/** `udptool tcp send` */
export function addTcpSendCommand(group: Command, done: (status: number) => void): void {
  const command = group
    .command('send')
    .argument('[message...]', 'words to send as one message; - reads lines from stdin')
    .description('send messages, and print the reply to each')
  addFlags(command, TCP_SEND_FLAGS)
  command.addHelpText('after', EXAMPLES)
  command.action(async (words: readonly string[], options: Options) => {
    const { sendOverTcp } = await import('./tcp-messages.ts')
    done(await sendOverTcp(words, options))
  })
}
