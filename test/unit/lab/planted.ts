import type { Lesson } from '../../../src/lab/lesson.ts'
import type { Stage } from '../../../src/lab/stage.ts'
import type { Text } from '../../../src/lab/text.ts'

/** A text whose languages can be told apart. */
export function text(word: string): Text {
  return { en: word, zh: `${word}。` }
}

/** A lesson that does only this. */
export function lessonOf(play: (stage: Stage) => Promise<void> | void, id = 'planted'): Lesson {
  return {
    id,
    title: text('title'),
    claim: text('claim'),
    done: text('done'),
    expected: text('expected'),
    why: text('why'),
    play: async stage => await play(stage),
  }
}
