import { formatAddress } from '../base/address.ts'
import { usage } from '../base/error.ts'
import { MessageRun } from '../runs/send/messages.ts'
import type { Encoding } from '../runs/send/message-encoding.ts'
import type { SendPlan } from '../runs/send/plan.ts'
import type { Waiting } from '../runs/send/targets.ts'
import { renderJson } from '../report/formats/json.ts'
import { renderMessage, renderMessages } from '../report/terminal/messages.ts'
import { endedBefore, EXIT, signalStatus } from './exit.ts'
import type { Options } from './flags.ts'
import { DOCUMENT_FORMATS } from './formats.ts'
import { openOutputs } from './outputs.ts'
import type { Source } from './message-source.ts'
import { Signals } from './signals.ts'
import { write } from './streams.ts'
import { promptedLines, stdinLines } from './stdin-lines.ts'
import { WaitingLine } from './waiting-line.ts'

/** Messages on the command line, from words, lines or the prompt; returns the exit status. */
export async function sendMessages(
  plan: SendPlan,
  options: Options,
  source: Source,
  words: readonly string[],
): Promise<number> {
  const outputs = openOutputs(DOCUMENT_FORMATS, options)
  const live = outputs.onStdout === 'table' && options['quiet'] !== true
  const signals = new Signals()
  const run = await openRun(plan, options, signals)
  if (typeof run === 'number') return run
  try {
    if (source === 'lines' && options['quiet'] !== true)
      await write(
        process.stderr,
        'udptool: waiting for lines on stdin, each is one datagram (--count 10 sends probes instead)\n',
      )
    let count = 0
    const ask = async (given: string | Uint8Array): Promise<void> => {
      const message = await run.ask(given)
      count += 1
      if (live && source !== 'words') await write(process.stdout, `${renderMessage(message, outputs.view)}\n`)
    }
    if (source === 'words') await ask(words.join(' '))
    else {
      const about = `to ${formatAddress(run.target)}; each line is one datagram, Ctrl-D ends`
      const lines = source === 'prompt' ? promptedLines(signals, about) : stdinLines(signals)
      for await (const line of lines) await ask(line)
    }
    const result = await run.finish(signals.received !== undefined)
    await outputs.deliver((format, view, isFile) => {
      if (format === 'json') return [renderJson(result)]
      const shownLive = live && source !== 'words' && !isFile
      // One line needs no summary; what was printed as it came is not printed again.
      if (shownLive && result.verdict === 'pass' && !result.interrupted && count < 2) return []
      return [renderMessages(result, { ...view, quiet: shownLive || view.quiet === true })]
    })
    if (signals.received !== undefined) return signalStatus(signals.received)
    return result.verdict === 'pass' ? EXIT.done : EXIT.failed
  } catch (error) {
    await run.finish(true)
    throw error
  } finally {
    signals.close()
  }
}

/** Finds the target; the exit status where a signal came before it had an address. */
async function openRun(plan: SendPlan, options: Options, signals: Signals): Promise<MessageRun | number> {
  const waiting = new WaitingLine(process.stderr, options['quiet'] === true)
  try {
    const hooks = { signal: signals.signal, onWait: (state: Waiting) => waiting.show(state) }
    return await MessageRun.open(plan, readEncoding(options), hooks)
  } catch (error) {
    signals.close()
    return endedBefore(error, signals)
  } finally {
    waiting.clear()
  }
}

function readEncoding(options: Options): Encoding {
  if (options['hex'] === true && options['base64'] === true)
    throw usage('--hex and --base64 exclude each other', 'leave one of them out')
  return options['hex'] === true ? 'hex' : options['base64'] === true ? 'base64' : 'text'
}
