import type { LessonVerdict } from '../../verdict/lesson.ts'
import type { Paint, Palette } from '../text/palette.ts'

const MARKS: Readonly<Record<LessonVerdict, string>> = { pass: '✓', fail: '✗', skipped: '–' }

export function lessonMark(verdict: LessonVerdict): string {
  return MARKS[verdict]
}

export function lessonPaint(verdict: LessonVerdict, palette: Palette): Paint {
  return verdict === 'pass' ? palette.green : verdict === 'fail' ? palette.red : palette.yellow
}
