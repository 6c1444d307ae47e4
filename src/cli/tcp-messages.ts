import { formatAddress } from '../base/address.ts'
import { usage } from '../base/error.ts'
import { Conversation } from '../runs/tcp-send/conversation.ts'
import { planTcpSend } from '../runs/tcp-send/plan.ts'
import { renderConversationEnd } from '../report/terminal/conversation.ts'
import { renderDocument } from '../report/formats/json.ts'
import { renderMessage } from '../report/terminal/messages.ts'
import type { View } from '../report/text/view.ts'
import { wantsColor } from './color.ts'
import { EXIT, signalStatus } from './exit.ts'
import { familyOf, pick, type Options } from './flags.ts'
import { Signals } from './signals.ts'
import { reportColumns, write } from './streams.ts'
import { promptedLines, stdinHasLines, stdinIsSocket, stdinLines } from './stdin-lines.ts'

/** Messages over one TCP connection, from words, lines or the prompt; returns the exit status. */
export async function sendOverTcp(words: readonly string[], options: Options): Promise<number> {
  const plan = planTcpSend({ ...pick(options, ['to', 'timeout']), ...familyOf(options) })
  const { color = 'auto' } = pick(options, ['color'])
  const view: View = {
    width: reportColumns(options['quiet'] === true),
    color: wantsColor(color, process.stdout, process.env),
    verbose: options['verbose'] === true,
  }
  const json = options['json'] === true
  const live = !json && options['quiet'] !== true
  const source = chooseSource(words, options)
  const signals = new Signals()
  let talk: Conversation | undefined
  try {
    talk = await Conversation.open(plan, signals.signal)
    const { target } = talk
    signals.onFirst(() => talk?.close())
    for await (const given of messages(source, words, signals, formatAddress(target))) {
      // An empty write sends nothing on a stream.
      if (given.length === 0) continue
      const message = await talk.ask(given)
      if (live) await write(process.stdout, `${renderMessage(message, view)}\n`)
      if (talk.over) break
    }
    const report = await talk.finish(signals.received !== undefined)
    await write(process.stdout, json ? renderDocument(report) : renderConversationEnd(report, view))
    if (signals.received !== undefined) return signalStatus(signals.received)
    return report.verdict === 'pass' ? EXIT.done : EXIT.failed
  } catch (error) {
    if (signals.received !== undefined) return signalStatus(signals.received)
    throw error
  } finally {
    talk?.close()
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
  if (stdinHasLines() || stdinIsSocket()) return 'lines'
  throw usage('there is nothing to send', 'write udptool tcp send hello, or pipe lines into udptool tcp send -')
}

function messages(
  source: Source,
  words: readonly string[],
  signals: Signals,
  target: string,
): AsyncIterable<Uint8Array> | Iterable<string> {
  if (source === 'words') return [words.join(' ')]
  if (source === 'lines') return stdinLines(signals)
  return promptedLines(signals, `connected to ${target}; each line is one message, Ctrl-D ends`)
}
