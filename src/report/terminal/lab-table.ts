import type { Language, LessonRow, LessonTitle, LessonVerdict } from '../../verdict/lesson.ts'
import { type Cell, GAP, grid } from '../text/grid.ts'
import { LAB_WORDS } from './lab-words.ts'
import { lessonMark, lessonPaint } from './lesson-mark.ts'
import { createPalette, type Palette } from '../text/palette.ts'
import { stacked } from './page.ts'
import { printableDocument } from '../text/safe.ts'
import { verdictLine } from './verdict-line.ts'
import { usableWidth, type View } from '../text/view.ts'
import { wrap } from '../text/wrap.ts'

/** Columns of the margin and of the mark. */
const LEFT = 2 + 1 + GAP

/** The list of lessons. `verbose` adds what each claims. `quiet` leaves out the usage. */
export function renderLessonList(lessons: readonly LessonTitle[], language: Language, view: View): string {
  const words = LAB_WORDS[language]
  const palette = createPalette(view.color)
  const names = Math.max(...lessons.map(({ id }) => id.length), words.lesson.length)
  const width = usableWidth(view.width)
  const most = width - 2 - names - GAP
  const head = [words.lesson, words.shows].map((text): Cell => ({ text, paint: palette.dim }))
  const cells = printableDocument(lessons).flatMap(({ id, title, claim }): Cell[][] => [
    [{ text: id, paint: palette.bold }, title],
    ...(view.verbose === true ? [['', { text: claim, paint: palette.dim }]] : []),
  ])
  return stacked([
    grid([head, ...cells], [{}, { most }]).lines,
    view.quiet === true ? [] : words.usage.flatMap(line => wrap(line, width)),
  ])
}

/** One row per lesson that ran, then the failed and skipped ones with the reason, then the count. */
export function renderLab(rows: readonly LessonRow[], language: Language, view: View, unfinished = 0): string {
  const lessons = printableDocument(rows)
  const palette = createPalette(view.color)
  const width = usableWidth(view.width)
  return stacked([
    view.quiet === true ? [] : table(lessons, language, palette, width),
    ...lessons
      .filter(({ verdict }) => verdict === 'fail' || (verdict === 'skipped' && view.quiet !== true))
      .map(row => exception(row, language, palette, width)),
    summary(lessons, language, palette, width, unfinished),
  ])
}

function table(rows: readonly LessonRow[], language: Language, palette: Palette, width: number): string[] {
  const words = LAB_WORDS[language]
  const head = ['', words.lesson, words.shows, words.seen].map((text): Cell => ({ text, paint: palette.dim }))
  const cells = rows.map(row => {
    const shown = row.steps.filter(({ verdict }) => verdict === 'pass').length
    const seen = row.verdict === 'pass' ? words.steps(shown, row.steps.length) : words.verdicts[row.verdict]
    const paint = lessonPaint(row.verdict, palette)
    return [
      { text: lessonMark(row.verdict), paint },
      row.id,
      { text: row.title, paint: palette.dim },
      row.verdict === 'pass' ? seen : { text: seen, paint },
    ]
  })
  const [ids = 1, , seen = 1] = grid([head, ...cells], [{}, {}, {}, {}]).widths.slice(1)
  const last = Math.min(seen, Math.floor(width / 3))
  const title = Math.max(1, width - LEFT - ids - last - 2 * GAP)
  return grid([head, ...cells], [{}, {}, { most: title }, { most: last }]).lines
}

function exception(row: LessonRow, language: Language, palette: Palette, width: number): string[] {
  const words = LAB_WORDS[language]
  const paint = lessonPaint(row.verdict, palette)
  const texts = [
    ...(row.verdict === 'fail' ? [[words.expected, row.expected] as const, [words.seen, row.observed] as const] : []),
    [words.reason, row.reason ?? ''] as const,
  ]
  const cells = texts.map(([label, text]): Cell[] => [{ text: label, paint: palette.dim }, text])
  const most = width - LEFT - Math.max(...texts.map(([label]) => 2 * label.length)) - GAP
  return [
    ...grid([[{ text: lessonMark(row.verdict), paint }, `${row.id} · ${row.title}`]], [{}, { most: width - LEFT }])
      .lines,
    ...grid(cells, [{}, { most: Math.max(1, most) }], LEFT).lines,
  ]
}

function summary(
  rows: readonly LessonRow[],
  language: Language,
  palette: Palette,
  width: number,
  unfinished: number,
): string[] {
  const words = LAB_WORDS[language]
  const of = (wanted: LessonVerdict): number => rows.filter(({ verdict }) => verdict === wanted).length
  const [passed, failed, skipped] = [of('pass'), of('fail'), of('skipped')]
  const verdict: LessonVerdict = failed > 0 ? 'fail' : passed > 0 ? 'pass' : 'skipped'
  const isCut = unfinished > 0 && failed === 0
  const shown = isCut ? `! ${words.interrupted}` : `${lessonMark(verdict)} ${words.verdicts[verdict]}`
  const parts = [
    ...(unfinished > 0 && !isCut ? [words.interrupted] : []),
    words.passed(passed, rows.length + unfinished),
    ...(failed > 0 ? [words.failed(failed)] : []),
    ...(skipped > 0 ? [words.skipped(skipped)] : []),
    ...(unfinished > 0 ? [words.unfinished(unfinished)] : []),
  ]
  return verdictLine(shown, parts, isCut ? palette.yellow : lessonPaint(verdict, palette), palette, width)
}
