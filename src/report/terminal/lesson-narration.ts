import type { Language, LessonRow } from '../../verdict/lesson.ts'
import { displayWidth, padded } from '../text/width.ts'
import { LAB_WORDS } from './lab-words.ts'
import { lessonMark, lessonPaint } from './lesson-mark.ts'
import { createPalette, type Palette } from '../text/palette.ts'
import { stacked } from './page.ts'
import { printable, printableDocument } from '../text/safe.ts'
import { usableWidth, type View } from '../text/view.ts'
import { wrap } from '../text/wrap.ts'

const MARGIN = 2
const GAP = 2

/** The lessons that ran, each from its claim to its explanation. */
export function renderNarration(rows: readonly LessonRow[], language: Language, view: View): string {
  const palette = createPalette(view.color)
  const width = usableWidth(view.width)
  return stacked(rows.flatMap(row => sectionsOf(row, language, palette, width)))
}

/** Verdict, name and title. A title that does not fit is on a line of its own. */
function headline({ id, title, verdict }: LessonRow, shown: string, palette: Palette, width: number): string[] {
  const name = `${lessonPaint(verdict, palette)(shown)} · ${palette.bold(id)}`
  const fits = displayWidth(`${shown} · ${id} · ${title}`) <= width
  return fits ? [`${name} · ${title}`] : [name, ...wrap(title, width)]
}

function sectionsOf(raw: LessonRow, language: Language, palette: Palette, width: number): string[][] {
  const words = LAB_WORDS[language]
  const row = printableDocument(raw)
  const labels = [words.claim, words.done, words.expected, words.seen, words.why, words.reason]
  const left = Math.max(...labels.map(displayWidth))
  const most = width - MARGIN - left - GAP
  const beside = (label: string, lines: readonly string[]): string[] =>
    lines.map((line, i) => {
      const shown = palette.dim(padded(i === 0 ? label : '', left))
      return `${' '.repeat(MARGIN)}${shown}${' '.repeat(GAP)}${line}`.trimEnd()
    })
  const section = (label: string, text: string): string[] => beside(label, wrap(text, most))
  const steps = row.steps.flatMap(({ observed, verdict }) => {
    const paint = lessonPaint(verdict, palette)
    return wrap(observed, most - 2).map((line, i) => `${i === 0 ? paint(lessonMark(verdict)) : ' '} ${line}`)
  })
  return [
    headline(row, `${lessonMark(row.verdict)} ${words.verdicts[row.verdict]}`, palette, width),
    [...section(words.claim, row.claim), ...section(words.done, row.done)],
    // Make each line printable by itself, to keep the line breaks of the drawing.
    raw.picture === undefined ? [] : beside('', raw.picture.split('\n').map(printable)),
    [
      ...section(words.expected, row.expected),
      ...beside(words.seen, steps),
      ...(row.reason === undefined ? [] : section(words.reason, row.reason)),
      ...section(words.why, row.why),
    ],
  ]
}
