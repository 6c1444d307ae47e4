import type { Command } from 'commander'
import { parseChoice } from '../base/choice.ts'
import { LAB_DEFAULTS, LAB_FLAGS } from '../jobs/lab/flags.ts'
import type { LabReport } from '../jobs/lab/run.ts'
import { renderLab, renderLessonList } from '../report/lab-table.ts'
import { renderNarration } from '../report/lesson-narration.ts'
import type { View } from '../report/view.ts'
import { LANGUAGES, type Language } from '../verdict/lesson.ts'
import { wantsColor } from './color.ts'
import { EXIT, signalStatus } from './exit.ts'
import { addFlags, listOf, pick, type Options } from './flags.ts'
import { LiveLine } from './live-line.ts'
import { deliver, openOutputs, type Output } from './outputs.ts'
import { Signals } from './signals.ts'
import { columnsOf } from './streams.ts'

const EXAMPLES = `
Examples:
  udptool lab                       the lessons: statements about sockets, each shown with real ones
  udptool lab truncation            one of them, explained: claim, what is done, what was seen, why
  udptool lab sticky-writes --lang zh
  udptool lab all                   the whole course, one row each; -v explains every one
  udptool lab all --json            the same as one JSON document
  sudo udptool lab fragments        needs a network namespace, which root can make`

type Format = 'table' | 'json'

/** `udptool lab` */
export function addLabCommand(program: Command, done: (status: number) => void): void {
  const command = program
    .command('lab')
    .description('lessons on sockets: what is true of UDP and TCP, shown on this machine')
    .argument('[lesson...]', 'names of lessons, or all; none: list them')
  addFlags(command, LAB_FLAGS)
  command.addHelpText('after', EXAMPLES)
  command.action(async (names: readonly string[], options: Options) => done(await lab(names, options)))
}

async function lab(names: readonly string[], options: Options): Promise<number> {
  const { color = 'auto', lang = LAB_DEFAULTS.lang } = pick(options, ['color', 'lang'])
  const language = parseChoice(lang, '--lang', LANGUAGES)
  const colored = wantsColor(color, process.stdout, process.env)
  const { ALL, chooseLessons } = await import('../jobs/lab/choose.ts')
  const { listLessons, runLessons } = await import('../jobs/lab/run.ts')
  const chosen = chooseLessons(names)
  const outputs = openOutputs(['table', 'json'] as const, listOf(options, 'format'), options['json'] === true)
  const viewOf = (output: Output<Format>): View => ({
    width: columnsOf(process.stdout),
    color: output.file === undefined && colored,
    quiet: options['quiet'] === true,
    verbose: options['verbose'] === true,
  })
  if (names.length === 0) {
    const list = listLessons(language)
    await write(outputs, list, output => [renderLessonList(list.lessons, language, viewOf(output))])
    return EXIT.done
  }
  const signals = new Signals()
  const line = new LiveLine(process.stderr, options['quiet'] === true)
  try {
    const report = await runLessons(chosen, language, {
      signal: signals.signal,
      onLesson: (played, id) => line.show(`lesson ${played + 1} of ${chosen.length}: ${id}`),
    })
    line.clear()
    await write(outputs, report, output => tables(report, language, names.includes(ALL), viewOf(output)))
    if (signals.received !== undefined) return signalStatus(signals.received)
    return report.verdict === 'fail' ? EXIT.failed : EXIT.done
  } finally {
    signals.close()
  }
}

/** Lessons that were named are explained; of the whole course there is a table, and the explanations where more is wanted. */
function tables({ lessons }: LabReport, language: Language, all: boolean, view: View): string[] {
  if (all && view.verbose !== true) return [renderLab(lessons, language, view)]
  if (view.quiet === true) return [renderLab(lessons, language, view)]
  const explained = lessons.length === 0 ? [] : [renderNarration(lessons, language, view)]
  return lessons.length === 1 ? explained : [...explained, '\n', renderLab(lessons, language, view)]
}

async function write(
  outputs: readonly Output<Format>[],
  document: object,
  table: (output: Output<Format>) => readonly string[],
): Promise<void> {
  for (const output of outputs) {
    await deliver(output, output.format === 'json' ? [`${JSON.stringify(document, undefined, 2)}\n`] : table(output))
  }
}
