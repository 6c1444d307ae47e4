import { formatAddress } from '../../base/address.ts'
import { usage } from '../../base/error.ts'
import { renderConversationEnd } from '../../report/terminal/conversation.ts'
import { renderMessage } from '../../report/terminal/messages.ts'
import { Conversation } from '../../runs/tcp-send/conversation.ts'
import { TCP_SEND_OPTIONS } from '../../runs/tcp-send/options.ts'
import { planTcpSend } from '../../runs/tcp-send/plan.ts'
import { rawOptions, type Options } from '../../options/raw-options.ts'
import type { Signals } from '../signals.ts'
import { namedSource } from './message-source.ts'
import { write } from '../output/streams.ts'
import type { Prepared } from '../subcommand.ts'
import { promptedLines, stdinHasLines, stdinIsSocket, stdinLines } from './stdin-lines.ts'

/** Sends messages over one TCP connection, from words, lines or the prompt. */
export function prepareTcpMessages(words: readonly string[], options: Options): Prepared {
  const plan = planTcpSend(rawOptions(TCP_SEND_OPTIONS, options))
  const source = chooseSource(words, options)
  return {
    breaksOff: true,
    async run({ signals, view, isLive }) {
      const conversation = await Conversation.open(plan, signals.signal)
      try {
        signals.onFirst(() => conversation.close())
        for await (const given of messages(source, words, signals, formatAddress(conversation.target))) {
          // An empty write sends nothing on a stream.
          if (given.length === 0) continue
          const message = await conversation.ask(given)
          if (isLive) await write(process.stdout, `${renderMessage(message, view)}\n`)
          if (conversation.over) break
        }
        const report = await conversation.finish(signals.received !== undefined)
        return { content: report, table: shown => [renderConversationEnd(report, shown)], verdict: report.verdict }
      } finally {
        conversation.close()
      }
    },
  }
}

function chooseSource(words: readonly string[], options: Options): NonNullable<ReturnType<typeof namedSource>> {
  const named = namedSource(words, options)
  if (named !== undefined) return named
  if (process.stdin.isTTY) return 'prompt'
  if (stdinHasLines() || stdinIsSocket()) return 'stdin'
  throw usage('there is nothing to send', 'write udptool tcp send hello, or pipe lines into udptool tcp send -')
}

function messages(
  source: ReturnType<typeof chooseSource>,
  words: readonly string[],
  signals: Signals,
  target: string,
): AsyncIterable<Uint8Array> | Iterable<string> {
  if (source === 'words') return [words.join(' ')]
  if (source === 'stdin') return stdinLines(signals)
  return promptedLines(signals, `connected to ${target}; each line is one message, Ctrl-D ends`)
}
