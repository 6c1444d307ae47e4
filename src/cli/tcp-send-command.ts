import type { Command } from 'commander'
import { formatAddress } from '../base/address.ts'
import { usage } from '../base/error.ts'
import { TCP_SEND_FLAGS } from '../jobs/tcp-send/flags.ts'
import { renderConversationEnd } from '../report/conversation.ts'
import { renderDocument } from '../report/json.ts'
import { renderMessage } from '../report/messages.ts'
import type { View } from '../report/view.ts'
import { wantsColor } from './color.ts'
import { EXIT, signalStatus } from './exit.ts'
import { addFlags, familyOf, pick, type Options } from './flags.ts'
import { Signals } from './signals.ts'
import { columnsOf, write } from './streams.ts'
import { promptedLines, stdinHasLines, stdinLines } from './typed-lines.ts'

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
  command.action(async (words: readonly string[], options: Options) => done(await send(words, options)))
}

async function send(words: readonly string[], options: Options): Promise<number> {
  const { planTcpSend } = await import('../jobs/tcp-send/plan.ts')
  const plan = planTcpSend({ ...pick(options, ['to', 'timeout']), ...familyOf(options) })
  const { color = 'auto' } = pick(options, ['color'])
  const view: View = {
    width: columnsOf(process.stdout),
    color: wantsColor(color, process.stdout, process.env),
    verbose: options['verbose'] === true,
  }
  const json = options['json'] === true
  const live = !json && options['quiet'] !== true
  const source = chooseSource(words, options)
  const signals = new Signals()
  const { Conversation } = await import('../jobs/tcp-send/conversation.ts')
  const talk = await Conversation.open(plan)
  signals.signal.addEventListener('abort', () => talk.close())
  try {
    for await (const text of messages(source, words, signals, formatAddress(talk.target))) {
      // An empty write sends nothing on a stream.
      if (text === '') continue
      const message = await talk.ask(text)
      if (live) await write(process.stdout, `${renderMessage(message, view)}\n`)
      if (talk.over) break
    }
    const report = await talk.finish()
    await write(process.stdout, json ? renderDocument(report) : renderConversationEnd(report, view))
    return report.verdict === 'pass' ? EXIT.done : EXIT.failed
  } catch (error) {
    if (signals.received !== undefined) return signalStatus(signals.received)
    throw error
  } finally {
    talk.close()
    signals.close()
  }
}

type Source = 'words' | 'prompt' | 'lines'

function chooseSource(words: readonly string[], options: Options): Source {
  if (words.length === 1 && words[0] === '-') return 'lines'
  if (words.length > 0) return 'words'
  if (options['interactive'] === true) return 'prompt'
  if (options['stdin'] === true) return 'lines'
  if (process.stdin.isTTY) return 'prompt'
  if (stdinHasLines()) return 'lines'
  throw usage('there is nothing to send', 'write udptool tcp send hello, or pipe lines into udptool tcp send -')
}

function messages(
  source: Source,
  words: readonly string[],
  signals: Signals,
  target: string,
): AsyncIterable<string> | Iterable<string> {
  if (source === 'words') return [words.join(' ')]
  if (source === 'lines') return stdinLines(signals)
  return promptedLines(signals, `connected to ${target}; each line is one message, Ctrl-D ends`)
}
