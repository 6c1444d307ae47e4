import { TCP_SEND_OPTIONS } from '../../runs/tcp-send/options.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
What is sent is the first that applies: words (one message) · --interactive
· --stdin or - (one message per line) · a terminal (the prompt) · else the lines
of stdin. All messages use one connection. A stream has no message boundaries: a
reply is complete when it is as long as the message, after --timeout of silence,
or when the server closes the connection.

Examples:
  udptool tcp send hello                       one message, and its reply
  udptool tcp send --to host:9000              the prompt
  printf 'one\\ntwo\\n' | udptool tcp send -     two messages over one connection`

export const TCP_SEND: Subcommand = {
  name: 'send',
  about: 'send messages and print the reply to each',
  operand: [['[message...]', 'words to send as one message; - reads lines from stdin']],
  options: TCP_SEND_OPTIONS,
  help: HELP,
  prepare: async (words, options) => (await import('./tcp-messages.ts')).prepareTcpMessages(words, options),
}
