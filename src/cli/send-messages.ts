import { formatAddress } from '../base/address.ts'
import { usage } from '../base/error.ts'
import { MessageRun } from '../jobs/send/messages.ts'
import type { Encoding } from '../jobs/send/message-encoding.ts'
import type { SendPlan } from '../jobs/send/plan.ts'
import { renderJson } from '../report/json.ts'
import { renderMessage, renderMessages } from '../report/messages.ts'
import type { View } from '../report/view.ts'
import { wantsColor } from './color.ts'
import { EXIT, signalStatus } from './exit.ts'
import { listOf, pick, type Options } from './flags.ts'
import { deliver, openOutputs } from './outputs.ts'
import type { Source } from './message-source.ts'
import { Signals } from './signals.ts'
import { columnsOf, write } from './streams.ts'
import { promptedLines, stdinLines } from './typed-lines.ts'

/** Messages on the command line, from words, lines or the prompt; returns the exit status. */
export async function sendMessages(
  plan: SendPlan,
  options: Options,
  source: Source,
  words: readonly string[],
): Promise<number> {
  const outputs = openOutputs(['table', 'json'] as const, listOf(options, 'format'), options['json'] === true)
  const live =
    outputs.some(output => output.format === 'table' && output.file === undefined) && options['quiet'] !== true
  const { color = 'auto' } = pick(options, ['color'])
  const view: View = {
    width: columnsOf(process.stdout),
    color: wantsColor(color, process.stdout, process.env),
    verbose: options['verbose'] === true,
  }
  const signals = new Signals()
  const run = await MessageRun.open(plan, readEncoding(options))
  try {
    if (source === 'lines')
      await write(
        process.stderr,
        'udptool: waiting for lines on stdin, each is one datagram (--count 10 sends probes instead)\n',
      )
    let count = 0
    const ask = async (text: string): Promise<void> => {
      const message = await run.ask(text)
      count += 1
      if (live && source !== 'words') await write(process.stdout, `${renderMessage(message, view)}\n`)
    }
    if (source === 'words') await ask(words.join(' '))
    else {
      const about = `to ${formatAddress(run.target)}; each line is one datagram, Ctrl-D ends`
      for await (const line of source === 'prompt' ? promptedLines(signals, about) : stdinLines(signals))
        await ask(line)
    }
    const result = await run.finish(signals.received !== undefined)
    for (const output of outputs) {
      const shownLive = live && source !== 'words' && output.file === undefined
      // One line needs no summary; what was printed as it came is not printed again.
      const text =
        output.format === 'json'
          ? renderJson(result)
          : shownLive && result.verdict === 'pass' && count < 2
            ? ''
            : renderMessages(result, {
                ...view,
                quiet: shownLive || options['quiet'] === true,
                color: view.color && output.file === undefined,
              })
      await deliver(output, [text])
    }
    if (signals.received !== undefined) return signalStatus(signals.received)
    return result.verdict === 'pass' ? EXIT.done : EXIT.failed
  } catch (error) {
    await run.finish(true)
    throw error
  } finally {
    signals.close()
  }
}

function readEncoding(options: Options): Encoding {
  if (options['hex'] === true && options['base64'] === true)
    throw usage('--hex and --base64 exclude each other', 'leave one of them out')
  return options['hex'] === true ? 'hex' : options['base64'] === true ? 'base64' : 'text'
}
