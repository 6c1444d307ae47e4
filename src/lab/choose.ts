import { usage } from '../base/error.ts'
import { quoted } from '../base/quoted.ts'
import { nearest } from '../base/suggestion.ts'
import type { Lesson } from './lesson.ts'
import { LESSONS } from './lessons.ts'

/** Selects every lesson. */
export const ALL = 'all'

/** The lessons with these names, in the order of the names, each once. `all`: the whole course. Throws `usage` for an unknown name. */
export function chooseLessons(names: readonly string[], course: readonly Lesson[] = LESSONS): readonly Lesson[] {
  return [...new Set(names.flatMap(name => (name === ALL ? course : [lessonOf(name, course)])))]
}

function lessonOf(name: string, course: readonly Lesson[]): Lesson {
  const lesson = course.find(({ id }) => id === name)
  if (lesson !== undefined) return lesson
  const meant = nearest(name, [...course.map(({ id }) => id), ALL])
  throw usage(
    `there is no lesson ${quoted(name)}`,
    `${meant === undefined ? '' : `did you mean ${meant}? `}udptool lab lists them`,
  )
}
