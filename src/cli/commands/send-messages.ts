import { formatAddress } from '../../base/address.ts'
import { usage } from '../../base/error.ts'
import { quoted } from '../../base/quoted.ts'
import { DOCUMENT_FORMATS } from '../../report/formats.ts'
import { renderMessage, renderMessages } from '../../report/terminal/messages.ts'
import type { Encoding } from '../../runs/send/message-encoding.ts'
import { MessageRun } from '../../runs/send/messages.ts'
import type { SendPlan } from '../../runs/send/plan.ts'
import type { Options } from '../../options/raw-options.ts'
import type { LiveLine } from '../progress/live-line.ts'
import type { Source } from './message-source.ts'
import { write } from '../output/streams.ts'
import type { Ending, Prepared, Session } from '../subcommand.ts'
import { promptedLines, stdinLines } from './stdin-lines.ts'
import { isTargetWord } from './target-word.ts'
import { waitingLine } from '../progress/waiting-line.ts'

/** Sends messages from words, lines or the prompt. */
export function prepareMessages(plan: SendPlan, options: Options, source: Source, words: readonly string[]): Prepared {
  const encoding = readEncoding(options)
  return {
    formats: DOCUMENT_FORMATS,
    async run(session) {
      const { signals, line } = session
      const run = await MessageRun.open(plan, encoding, { signal: signals.signal, onWait: waitingLine(line) })
      line.clear()
      try {
        return await exchange(run, session, source, words)
      } catch (error) {
        await run.finish(true)
        throw error
      }
    },
  }
}

/** Shows each message with its reply when it comes, unless there is only one. */
async function exchange(
  run: MessageRun,
  { signals, line, view, isLive }: Session,
  source: Source,
  words: readonly string[],
): Promise<Ending> {
  if (source === 'lines')
    line.note('udptool: waiting for lines on stdin, each is one datagram (--count 10 sends probes instead)')
  let count = 0
  const ask = async (given: string | Uint8Array): Promise<void> => {
    const message = await run.ask(given)
    count += 1
    if (isLive && source !== 'words') await write(process.stdout, `${renderMessage(message, view)}\n`)
  }
  if (source === 'words') await ask(words.join(' '))
  else {
    const about = `to ${formatAddress(run.target)}; each line is one datagram, Ctrl-D ends`
    const lines = source === 'prompt' ? promptedLines(signals, about) : stdinLines(signals)
    for await (const given of lines) await ask(given)
  }
  const result = await run.finish(signals.received !== undefined)
  const { verdict, interrupted } = result
  if (source === 'words') noteTargetWord(words, run, line)
  // One line needs no summary.
  const needsEnd = verdict !== 'pass' || interrupted || count > 1
  const tableEnd: Ending['table'] = shown => (needsEnd ? [renderMessages(result, { ...shown, quiet: true })] : [])
  return {
    content: result,
    table: shown => [renderMessages(result, shown)],
    ...(source === 'words' ? {} : { tableEnd }),
    verdict,
  }
}

/** Many commands take a target in this place. */
function noteTargetWord([word = '', ...others]: readonly string[], run: MessageRun, line: LiveLine): void {
  if (others.length > 0 || !isTargetWord(word)) return
  line.note(
    `udptool: the text ${quoted(word)} was sent to ${formatAddress(run.target)}; to send probes there: udptool ping ${word}`,
  )
}

function readEncoding(options: Options): Encoding {
  if (options['hex'] === true && options['base64'] === true)
    throw usage('--hex and --base64 exclude each other', 'leave one of them out')
  return options['hex'] === true ? 'hex' : options['base64'] === true ? 'base64' : 'text'
}
