import type { Command } from 'commander'
import { PROBE_FLAGS, SOCKET_FLAGS } from '../jobs/send/flags.ts'
import type { SendOptions } from '../jobs/send/options.ts'
import type { SendPlan } from '../jobs/send/plan.ts'
import { addFlags, familyOf, listOf, pick, type Options } from './flags.ts'
import type { Source } from './message-source.ts'
import { write } from './streams.ts'
import { stdinHasLines } from './typed-lines.ts'

const EXAMPLES = `
What is sent, the first that applies: words (one message) · --interactive · --stdin or - (a datagram a line)
· a flag that only probes have, as --size or --expect (probes) · a terminal: the prompt · a pipe or file on stdin (a datagram a line) · else probes.

Examples:
  udptool send --size 4000               ten 4000-byte probes to 127.0.0.1:9000, and their ledger
  udptool send hello                     one message, and its reply
  udptool send --to host:9000 --count 1000 --interval 1ms --expect 'loss<1%'
  udptool send --size 64..9000/512 --json
  udptool send --self --burst 200 --clients 4
  printf 'one\\ntwo\\n' | udptool send --stdin`

const MESSAGE_FLAGS = [
  { form: '-i, --interactive', about: 'prompt for messages' },
  { form: '--stdin', about: 'each line of stdin is one datagram' },
  { form: '--hex', about: 'messages are hex, and so are replies' },
  { form: '--base64', about: 'messages are base64, and so are replies' },
] as const

const OUTPUT_FLAGS = [
  {
    form: '--format <format>',
    about: 'table, json, ndjson or csv; F=FILE writes a file (repeatable)',
    group: 'Output:',
    repeatable: true,
  },
  { form: '--journal <file>', about: 'save every fact of the run', group: 'Output:' },
] as const

/** Options that ask for probes by being there. `timeout` does not: messages have one too. */
const ASKS_FOR_PROBES = [
  ...PROBE_FLAGS.map(flag => optionName(flag.form)).filter(name => name !== 'timeout'),
  'journal',
]

/** Of these, what messages heed too. */
const MESSAGES_TOO: ReadonlySet<string> = new Set(['self', 'expect', 'ttl'])

/** `udptool send` */
export function addSendCommand(program: Command, done: (status: number) => void): void {
  const command = program
    .command('send')
    .argument('[message...]', 'words to send as one message; - reads lines from stdin')
    .description('send probes or messages, and say what became of each')
  addFlags(command, [...SOCKET_FLAGS, ...MESSAGE_FLAGS, ...PROBE_FLAGS, ...OUTPUT_FLAGS])
  command.addHelpText('after', EXAMPLES)
  command.action(async (words: readonly string[], options: Options) => done(await send(words, options, command)))
}

async function send(words: readonly string[], options: Options, command: Command): Promise<number> {
  const asked = ASKS_FOR_PROBES.filter(name => command.getOptionValueSource(name) === 'cli')
  const source = chooseSource(words, options, asked)
  const { planSend } = await import('../jobs/send/plan.ts')
  const plan: SendPlan = planSend(readOptions(options))
  if (source === 'probes') {
    const { sendProbes } = await import('./send-probes.ts')
    return sendProbes(plan, options)
  }
  await noteIdleFlags(asked)
  const { sendMessages } = await import('./send-messages.ts')
  return sendMessages(plan, options, source, words)
}

function chooseSource(words: readonly string[], options: Options, asked: readonly string[]): Source {
  if (words.length === 1 && words[0] === '-') return 'stdin'
  if (words.length > 0) return 'words'
  if (options['interactive'] === true) return 'prompt'
  if (options['stdin'] === true) return 'stdin'
  if (asked.length > 0) return 'probes'
  if (process.stdin.isTTY) return 'prompt'
  return stdinHasLines() ? 'lines' : 'probes'
}

function readOptions(options: Options): SendOptions {
  const df = options['df']
  return {
    ...pick(options, [
      'to',
      'size',
      'count',
      'interval',
      'rate',
      'duration',
      'burst',
      'window',
      'clients',
      'payload',
      'timeout',
      'linger',
    ]),
    ...pick(options, ['bind', 'tos', 'dscp', 'ttl', 'recvBuffer', 'engine', 'seed', 'waitFor']),
    ...familyOf(options),
    ...(typeof df === 'string' || df === true ? { df } : {}),
    receipts: options['receipts'] !== false,
    summary: options['summary'] === true,
    flood: options['flood'] === true,
    self: options['self'] === true,
    expect: listOf(options, 'expect'),
  }
}

/** Words and lines go before flags: a flag of probes has nothing to do then, which is better said than left to be found out. */
async function noteIdleFlags(asked: readonly string[]): Promise<void> {
  const idle = asked.filter(name => !MESSAGES_TOO.has(name))
  if (idle.length === 0) return
  const flags = idle.map(name => `--${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`)
  await write(
    process.stderr,
    `udptool: messages are sent, one at a time, so ${flags.join(', ')} has no effect (leave the words out to send probes)\n`,
  )
}

/** `--wait-for <duration>` → `waitFor`; `--no-receipts` → `receipts`. */
function optionName(form: string): string {
  const long = /--(?:no-)?([a-z0-9-]+)/.exec(form)?.[1] ?? form
  return long.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
