import { TCP_SEND_OPTIONS } from '../runs/tcp-send/options.ts'
import type { Subcommand } from './subcommand.ts'

const HELP = `
What is sent, the first that applies: words (one message) · --interactive
· --stdin or - (a message a line) · a terminal: the prompt · else the lines of
stdin. All go over one connection. A stream has no messages: a reply is taken
for whole when it is as long as what was sent, after --timeout of silence, or
when the server ends the connection.

Examples:
  udptool tcp send hello                       one message, and its reply
  udptool tcp send --to host:9000              the prompt
  printf 'one\\ntwo\\n' | udptool tcp send -     two messages over one connection`

export const TCP_SEND: Subcommand = {
  name: 'send',
  about: 'send messages, and print the reply to each',
  operand: [['[message...]', 'words to send as one message; - reads lines from stdin']],
  options: TCP_SEND_OPTIONS,
  help: HELP,
  prepare: async (words, options) => (await import('./tcp-messages.ts')).prepareTcpMessages(words, options),
}
