import { messageOf } from '../base/thrown.ts'
import type { Language, LessonRow, LessonStep, LessonVerdict } from '../verdict/lesson.ts'
import type { Lesson } from './lesson.ts'
import { Skipped, Stage } from './stage.ts'
import type { Text } from './text.ts'

const BETWEEN: Text = { en: '; ', zh: '；' }
const NOTHING: Text = { en: 'nothing', zh: '无' }
const CONTRADICTED: Text = { en: 'seen against the claim: ', zh: '所见与论断相悖：' }
const BROKEN: Text = { en: 'the lesson could not be played to its end: ', zh: '课程未能演完：' }
const UNSEEN: Text = { en: 'the lesson ended and nothing was seen', zh: '课程结束，却什么也没有观察到' }

/** Runs a lesson on its own stage and judges it by its observations. Never rejects. */
export async function play(lesson: Lesson, language: Language, stage = new Stage()): Promise<LessonRow> {
  let ending: Pick<LessonRow, 'verdict' | 'reason'> | undefined
  try {
    await lesson.play(stage)
  } catch (error) {
    ending =
      error instanceof Skipped
        ? { verdict: 'skipped', reason: error.reason[language] }
        : { verdict: 'fail', reason: BROKEN[language] + messageOf(error) }
  }
  try {
    await stage.close()
  } catch (error) {
    ending ??= { verdict: 'fail', reason: BROKEN[language] + messageOf(error) }
  }
  const steps = stage.seen.map(({ text, verdict }): LessonStep => ({ observed: text[language], verdict }))
  const { id, title, claim, done, expected, why, picture } = lesson
  return {
    id,
    title: title[language],
    claim: claim[language],
    done: done[language],
    expected: expected[language],
    observed: steps.map(({ observed }) => observed).join(BETWEEN[language]) || NOTHING[language],
    steps,
    ...judge(steps, ending, language),
    why: why[language],
    ...(picture === undefined ? {} : { picture: picture[language] }),
  }
}

/** The verdict of a lesson. A contradicting observation decides first. A lesson without observations has shown nothing. */
function judge(
  steps: readonly LessonStep[],
  ending: Pick<LessonRow, 'verdict' | 'reason'> | undefined,
  language: Language,
): { readonly verdict: LessonVerdict; readonly reason?: string } {
  const against = steps.find(({ verdict }) => verdict === 'fail')
  if (against !== undefined) return { verdict: 'fail', reason: CONTRADICTED[language] + against.observed }
  if (ending !== undefined) return ending
  if (steps.some(({ verdict }) => verdict === 'pass')) return { verdict: 'pass' }
  return { verdict: 'fail', reason: UNSEEN[language] }
}
