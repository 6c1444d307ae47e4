import { usage } from '../../base/error.ts'
import { longFlag, type OptionTable } from '../../options/option.ts'
import { REPORT_INTERVAL_OPTION } from '../../options/report-interval.ts'
import { given } from '../../options/values.ts'
import { FORMATS } from '../../report/formats.ts'
import { PROBE_OPTIONS, SEND_OPTIONS, SOCKET_OPTIONS } from '../../runs/send/options.ts'
import { rawOptions, type Options } from '../../options/raw-options.ts'
import { JOURNAL_OPTION } from './journal-option.ts'
import { namedSource, type Source } from './message-source.ts'
import { write } from '../output/streams.ts'
import { readBaseline } from './read-baseline.ts'
import type { Subcommand } from '../subcommand.ts'
import { stdinHasLines, stdinIsSocket, stdinHasInput } from './stdin-lines.ts'

const HELP = `
What is sent is the first that applies: words (one message) · --interactive
· --stdin or - (one datagram per line) · a flag that only probes have, such as
--size or --expect (probes) · a terminal (the prompt) · a pipe or file on stdin
(one datagram per line) · else probes.

Examples:
  udptool send --size 4000               send ten 4000-byte probes
  udptool send hello                     send one message
  udptool send --to host:9000 --count 1000 --interval 1ms --expect 'loss<1%'
  udptool send --size 64..9000/512 --json
  udptool send --self --burst 200 --clients 4
  udptool send --count 500 --interval 10ms --baseline before.json
  printf 'one\\ntwo\\n' | udptool send --stdin`

const MESSAGE_OPTIONS = {
  interactive: { form: '-i, --interactive', about: 'prompt for messages', parse: given },
  stdin: { form: '--stdin', about: 'send each line of stdin as one datagram', parse: given },
  hex: { form: '--hex', about: 'read and print messages as hex', parse: given },
  base64: { form: '--base64', about: 'read and print messages as base64', parse: given },
} satisfies OptionTable

/** Options that select probes. `timeout` does not, because messages have it too. */
const ASKS_FOR_PROBES = [...Object.keys(PROBE_OPTIONS).filter(name => name !== 'timeout'), 'journal', 'reportInterval']

/** Those of them that messages use too. */
const MESSAGES_TOO: ReadonlySet<string> = new Set(['self', 'expect', 'ttl', 'waitFor'])

export const SEND: Subcommand = {
  name: 'send',
  about: 'send datagrams and report what happened to each',
  operand: [['[message...]', 'words to send as one message; - reads lines from stdin']],
  options: {
    ...SOCKET_OPTIONS,
    ...MESSAGE_OPTIONS,
    ...PROBE_OPTIONS,
    journal: JOURNAL_OPTION,
    reportInterval: REPORT_INTERVAL_OPTION,
  },
  formats: FORMATS,
  quietAbout: 'print only the verdict, with failed expectations',
  help: HELP,
  async prepare(words, options) {
    const asked = ASKS_FOR_PROBES.filter(name => options[name] !== undefined)
    const source = await chooseSource(words, options, asked)
    const { planSend } = await import('../../runs/send/plan.ts')
    const plan = planSend(await readBaseline(rawOptions(SEND_OPTIONS, options)))
    if (source === 'probes') {
      if (asked.length === 0 && options['quiet'] !== true && stdinIsSocket())
        await write(
          process.stderr,
          'udptool: nothing came on stdin, a socket; it is not read any more (--stdin waits for its lines)\n',
        )
      return (await import('./send-probes.ts')).prepareProbes(plan, options)
    }
    await noteIdleFlags(asked)
    return (await import('./send-messages.ts')).prepareMessages(plan, options, source, words)
  },
}

async function chooseSource(words: readonly string[], options: Options, asked: readonly string[]): Promise<Source> {
  if (options['interactive'] === true && words.length === 1) refuseInterval(words[0] ?? '')
  const named = namedSource(words, options)
  if (named !== undefined) return named
  if (asked.length > 0) return 'probes'
  if (process.stdin.isTTY) return 'prompt'
  if (stdinHasLines()) return 'lines'
  return stdinIsSocket() && (await stdinHasInput()) ? 'lines' : 'probes'
}

/** `send -i 0.2` as in ping(8), where -i is the interval in seconds. */
function refuseInterval(word: string): void {
  const seconds = /^\d*\.?\d+$/u.test(word) ? Number(word) : 0
  if (seconds <= 0) return
  const interval = seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))}ms` : `${seconds}s`
  throw usage(
    `-i is --interactive here and takes no value such as ${word}`,
    `write --interval ${interval} to send probes, or udptool ping TARGET -i ${word}`,
  )
}

/** Notes that options of probes have no effect, because words and lines take precedence. */
async function noteIdleFlags(asked: readonly string[]): Promise<void> {
  const idle = asked.filter(name => !MESSAGES_TOO.has(name))
  if (idle.length === 0) return
  await write(
    process.stderr,
    `udptool: messages are sent, one at a time, so ${idle.map(longFlag).join(', ')} has no effect (leave the words out to send probes)\n`,
  )
}
