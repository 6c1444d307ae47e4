import { parseChoice } from '../base/choice.ts'
import { ALL, chooseLessons } from '../lab/choose.ts'
import { LAB_DEFAULTS } from '../lab/flags.ts'
import { listLessons, runLessons, type LabReport } from '../lab/run.ts'
import { renderDocument } from '../report/formats/json.ts'
import { renderLab, renderLessonList } from '../report/terminal/lab-table.ts'
import { renderNarration } from '../report/terminal/lesson-narration.ts'
import type { View } from '../report/text/view.ts'
import { LANGUAGES, type Language } from '../verdict/lesson.ts'
import { EXIT, signalStatus } from './exit.ts'
import { pick, type Options } from './flags.ts'
import { DOCUMENT_FORMATS } from './formats.ts'
import { LiveLine } from './live-line.ts'
import { openOutputs } from './outputs.ts'
import { Signals } from './signals.ts'

/** Lists the lessons, or gives those that are named, in every format that was asked for; returns the exit status. */
export async function showLab(names: readonly string[], options: Options): Promise<number> {
  const { lang = LAB_DEFAULTS.lang } = pick(options, ['lang'])
  const language = parseChoice(lang, '--lang', LANGUAGES)
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
    line.clear()
    signals.close()
  }
}

/** Lessons that were named are explained; of the whole course there is a table, and the explanations where more is wanted. */
function tables({ lessons, unfinished }: LabReport, language: Language, all: boolean, view: View): string[] {
  if (all && view.verbose !== true) return [renderLab(lessons, language, view, unfinished.length)]
  if (view.quiet === true) return [renderLab(lessons, language, view, unfinished.length)]
  const explained = lessons.length === 0 ? [] : [renderNarration(lessons, language, view)]
  return lessons.length === 1 && unfinished.length === 0
    ? explained
    : [...explained, '\n', renderLab(lessons, language, view, unfinished.length)]
}
