import { ALL, chooseLessons } from '../../lab/choose.ts'
import { LAB_OPTIONS } from '../../lab/options.ts'
import { listLessons, runLessons, type LabReport } from '../../lab/run.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { renderLab, renderLessonList } from '../../report/terminal/lab-table.ts'
import { renderNarration } from '../../report/terminal/lesson-narration.ts'
import type { View } from '../../report/text/view.ts'
import type { Language } from '../../verdict/lesson.ts'
import type { Options } from '../../options/raw-options.ts'
import type { Prepared } from '../subcommand.ts'

/** Lists the lessons, or runs the named ones. */
export function prepareLessons(names: readonly string[], options: Options): Prepared {
  const { lang: language } = parseOptions(LAB_OPTIONS, options)
  const chosen = chooseLessons(names)
  return {
    async run({ signals: { signal }, line }) {
      if (names.length === 0) {
        const list = listLessons(language)
        return { content: list, table: view => [renderLessonList(list.lessons, language, view)] }
      }
      const onLesson = (played: number, id: string): void =>
        line.show(`lesson ${played + 1} of ${chosen.length}: ${id}`)
      const report = await runLessons(chosen, language, { signal, onLesson })
      return {
        content: report,
        table: view => tables(report, language, names.includes(ALL), view),
        // A skipped lesson does not fail the command.
        verdict: report.verdict === 'fail' ? 'fail' : 'pass',
      }
    },
  }
}

/** Named lessons are explained. The whole course is a table, with explanations for --verbose. */
function tables({ lessons, unfinished }: LabReport, language: Language, all: boolean, view: View): string[] {
  if (all && view.verbose !== true) return [renderLab(lessons, language, view, unfinished.length)]
  if (view.quiet === true) return [renderLab(lessons, language, view, unfinished.length)]
  const explained = lessons.length === 0 ? [] : [renderNarration(lessons, language, view)]
  return lessons.length === 1 && unfinished.length === 0
    ? explained
    : [...explained, '\n', renderLab(lessons, language, view, unfinished.length)]
}
