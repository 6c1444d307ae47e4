import { describe, expect, test } from 'vitest'
import { play } from '../../../src/lab/play.ts'
import { runLessons } from '../../../src/lab/run.ts'
import { Skipped, type Stage } from '../../../src/lab/stage.ts'
import { lessonOf, text } from './planted.ts'

describe('the verdict', () => {
  test('observations that agree with the claim', async () => {
    const row = await play(
      lessonOf(stage => {
        stage.saw(true, text('one'))
        stage.lacks(text('no second'))
      }),
      'en',
    )
    expect(row).toEqual({
      id: 'planted',
      title: 'title',
      claim: 'claim',
      done: 'done',
      expected: 'expected',
      why: 'why',
      observed: 'one; no second',
      steps: [
        { observed: 'one', verdict: 'pass' },
        { observed: 'no second', verdict: 'skipped' },
      ],
      verdict: 'pass',
    })
  })

  test('a false lesson fails, with the observation', async () => {
    const lesson = lessonOf(stage => {
      stage.saw(true, text('one'))
      stage.saw(false, text('two'))
    })
    expect(await play(lesson, 'en')).toMatchObject({
      verdict: 'fail',
      reason: 'seen against the claim: two',
      observed: 'one; two',
    })
    expect(await play(lesson, 'zh')).toMatchObject({
      verdict: 'fail',
      reason: '所见与论断相悖：two。',
      observed: 'one。；two。',
    })
  })

  test('a skipped lesson has not passed, whatever it observed before', async () => {
    const row = await play(
      lessonOf(stage => {
        stage.saw(true, text('one'))
        throw new Skipped(text('no namespaces'))
      }),
      'zh',
    )
    expect(row).toMatchObject({ verdict: 'skipped', reason: 'no namespaces。', observed: 'one。' })
  })

  test('a contradiction takes precedence over a later skip or error', async () => {
    for (const ending of [new Skipped(text('later')), new Error('later')]) {
      const lesson = lessonOf(stage => {
        stage.saw(false, text('wrong'))
        throw ending
      })
      expect(await play(lesson, 'en')).toMatchObject({ verdict: 'fail', reason: 'seen against the claim: wrong' })
    }
  })

  test.each([
    [
      'breaks off',
      () => {
        throw new Error('EMFILE')
      },
      'the lesson could not be played to its end: EMFILE',
    ],
    ['sees nothing', () => {}, 'the lesson ended and nothing was seen'],
    ['can show nothing', (stage: Stage) => stage.lacks(text('none')), 'the lesson ended and nothing was seen'],
  ])('a lesson that %s fails', async (_, playIt, reason) => {
    expect(await play(lessonOf(playIt), 'en')).toMatchObject({ verdict: 'fail', reason })
  })
})

describe('the stage', () => {
  test('resources are closed in reverse order, also after an error', async () => {
    const undone: string[] = []
    const row = await play(
      lessonOf(stage => {
        for (const name of ['first', 'second']) stage.keep(name, () => void undone.push(name))
        throw new Error('in the middle')
      }),
      'en',
    )
    expect([row.verdict, undone]).toEqual(['fail', ['second', 'first']])
  })

  test('a lesson that cannot clean up fails', async () => {
    const lesson = lessonOf(stage => {
      stage.saw(true, text('one'))
      stage.keep('a folder', () => {
        throw new Error('EBUSY')
      })
    })
    expect(await play(lesson, 'en')).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('EBUSY') })
  })
})

describe('a run of lessons', () => {
  const right = lessonOf(stage => stage.saw(true, text('seen')), 'right')
  const wrong = lessonOf(stage => stage.saw(false, text('seen')), 'wrong')
  const absent = lessonOf(() => {
    throw new Skipped(text('not here'))
  }, 'absent')

  test.each([
    [[right, absent], 'pass', [1, 0, 1]],
    [[right, wrong, absent], 'fail', [1, 1, 1]],
    [[absent], 'skipped', [0, 0, 1]],
  ])('of %# is judged by its lessons', async (lessons, verdict, counts) => {
    const { verdict: is, passed, failed, skipped } = await runLessons(lessons, 'en')
    expect([is, [passed, failed, skipped]]).toEqual([verdict, counts])
  })

  test('a signal ends it, and a failure of the interrupted lesson is ignored', async () => {
    const abort = new AbortController()
    const cut = lessonOf(stage => {
      abort.abort()
      stage.saw(false, text('the sockets of a process that ends'))
    }, 'cut')
    const begun: string[] = []
    const hooks = { signal: abort.signal, onLesson: (done: number, id: string) => void begun.push(`${done} ${id}`) }
    const { lessons, interrupted, unfinished, passed, verdict } = await runLessons([right, cut, right], 'en', hooks)
    expect(lessons.map(({ id }) => id)).toEqual(['right'])
    expect({ interrupted, unfinished, passed, verdict }).toEqual({
      interrupted: true,
      unfinished: ['cut', 'right'],
      passed: 1,
      verdict: 'skipped',
    })
    expect(begun).toEqual(['0 right', '1 cut'])
  })
})
