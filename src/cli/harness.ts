import type { Command } from 'commander'
import { UdptoolError } from '../base/error.ts'
import { parseOptions } from '../options/parse-options.ts'
import type { Options } from '../options/raw-options.ts'
import { DOCUMENT_FORMATS, renderAs, type Format } from '../report/formats.ts'
import { createPalette } from '../report/text/palette.ts'
import { settleAll } from './settle-all.ts'
import { wantsColor } from './color.ts'
import { signalStatus, verdictStatus } from './exit.ts'
import { COMMON_OPTIONS } from './flags.ts'
import { reportToGithub } from './github-actions.ts'
import { LiveLine } from './progress/live-line.ts'
import { OutputFiles } from './output/output-files.ts'
import { openOutputs, type Outputs } from './output/outputs.ts'
import { inRepository } from './repository-path.ts'
import { Signals } from './signals.ts'
import type { Ending, Prepared, Session, Subcommand } from './subcommand.ts'

/**
 * Runs a command: prepares it, tries its outputs before it starts, shuts it down on the first signal and exits on the second, writes its
 * document in every selected format, and returns the exit status.
 */
export async function runSubcommand(
  subcommand: Subcommand,
  operands: readonly string[],
  options: Options,
  command: Command,
): Promise<number> {
  const prepared = await subcommand.prepare(operands, options, command)
  const opened = new OutputFiles()
  const files = Object.fromEntries(
    Object.entries(prepared.files ?? {}).map(([flag, path]) => [
      flag,
      path === undefined ? undefined : opened.open(path, flag),
    ]),
  )
  const outputs = openOutputs(prepared.formats ?? subcommand.formats ?? DOCUMENT_FORMATS, options, opened)
  const { color, quiet } = parseOptions(COMMON_OPTIONS, options)
  const palette = createPalette(wantsColor(color, process.stderr, process.env))
  const session: Session = {
    signals: new Signals(),
    line: new LiveLine(process.stderr, quiet, palette),
    view: outputs.view,
    isLive: outputs.onStdout === 'table' && !quiet,
    onStdout: outputs.onStdout,
    outputs: outputs.destinations,
    files,
  }
  const { signals, line } = session
  try {
    const ending = await outcome(prepared, session)
    line.clear()
    if (typeof ending === 'number') return ending
    await deliver(ending, outputs, session)
    const { received } = signals
    const isDone = received === undefined || (received === 'SIGINT' && ending.endsByInterrupt === true)
    return isDone ? verdictStatus(ending.verdict) : signalStatus(received)
  } finally {
    line.clear()
    signals.close()
  }
}

/** The document of the command, or the signal's exit status if the signal came before there was one. */
async function outcome({ run, breaksOff = false }: Prepared, session: Session): Promise<Ending | number> {
  try {
    return await run(session)
  } catch (error) {
    const { received } = session.signals
    const isBroken = breaksOff || (error instanceof UdptoolError && error.code === 'resolve')
    if (received === undefined || !isBroken) throw error
    return signalStatus(received)
  }
}

/** Writes files and formats. If one fails, the others are still written. */
async function deliver(ending: Ending, outputs: Outputs<Format>, { isLive, files }: Session): Promise<void> {
  const { report, verdict, saves = {}, table, tableEnd = table, jsonEnd, written, ends = [] } = ending
  await settleAll([
    ...ends,
    ...Object.entries(saves).map(
      ([flag, chunks]) =>
        async () =>
          files[flag]?.write(chunks()),
    ),
    () =>
      outputs.deliver(async (format, view, isFile) => {
        if (format === 'json' && !isFile && jsonEnd !== undefined) return [jsonEnd()]
        const shown = isLive && !isFile ? { ...ending, table: tableEnd } : ending
        return renderAs(
          format,
          format === 'github' && report ? { ...shown, report: inRepository(report) } : shown,
          view,
        )
      }, written),
    async () => {
      if (report !== undefined && verdict !== undefined) await reportToGithub(report, outputs.formats)
    },
  ])
}
