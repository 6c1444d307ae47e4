import type { Lesson } from '../../../src/lab/lesson.ts'
import type { Stage } from '../../../src/lab/stage.ts'
import type { Text } from '../../../src/lab/text.ts'

/** A text that differs between languages. */
export function text(word: string): Text {
  return { en: word, zh: `${word}。` }
}

/** A lesson that only calls this function. */
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
