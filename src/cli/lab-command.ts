import type { Command } from 'commander'
import { parseChoice } from '../base/choice.ts'
import { LAB_DEFAULTS, LAB_FLAGS } from '../jobs/lab/flags.ts'
import type { LabReport } from '../jobs/lab/run.ts'
import { renderLab, renderLessonList } from '../report/lab-table.ts'
import { renderNarration } from '../report/lesson-narration.ts'
import { renderDocument } from '../report/json.ts'
import type { View } from '../report/view.ts'
import { LANGUAGES, type Language } from '../verdict/lesson.ts'
import { EXIT, signalStatus } from './exit.ts'
import { addFlags, pick, type Options } from './flags.ts'
import { DOCUMENT_FORMATS, formatFlag } from './formats.ts'
import { LiveLine } from './live-line.ts'
import { openOutputs } from './outputs.ts'
import { Signals } from './signals.ts'

const EXAMPLES = `
Examples:
  udptool lab                       the lessons, each a statement about sockets
  udptool lab truncation            one, explained: claim, what was seen, why
  udptool lab sticky-writes --lang zh
  udptool lab all                   the whole course, a row each; -v: explained
  udptool lab all --json            the same as one JSON document
  sudo udptool lab fragments        needs a network namespace`

/** `udptool lab` */
export function addLabCommand(program: Command, done: (status: number) => void): void {
  const command = program
    .command('lab')
    .description('teach sockets by lessons, shown on this machine')
    .argument('[lesson...]', 'names of lessons, or all; none: list them')
  addFlags(command, [...LAB_FLAGS, formatFlag(DOCUMENT_FORMATS)])
  command.addHelpText('after', EXAMPLES)
  command.action(async (names: readonly string[], options: Options) => done(await lab(names, options)))
}

async function lab(names: readonly string[], options: Options): Promise<number> {
  const { lang = LAB_DEFAULTS.lang } = pick(options, ['lang'])
  const language = parseChoice(lang, '--lang', LANGUAGES)
  const { ALL, chooseLessons } = await import('../jobs/lab/choose.ts')
  const { listLessons, runLessons } = await import('../jobs/lab/run.ts')
  const chosen = chooseLessons(names)
  const outputs = openOutputs(DOCUMENT_FORMATS, options)
  if (names.length === 0) {
    const list = listLessons(language)
    await outputs.deliver((format, view) => [
      format === 'json' ? renderDocument(list) : renderLessonList(list.lessons, language, view),
    ])
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
    await outputs.deliver((format, view) =>
      format === 'json' ? [renderDocument(report)] : tables(report, language, names.includes(ALL), view),
    )
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
