import { describe, expect, test } from 'vitest'
import { LESSONS } from '../../../src/lab/lessons.ts'
import { play } from '../../../src/lab/play.ts'
import { Stage } from '../../../src/lab/stage.ts'
import { displayWidth } from '../../../src/report/text/width.ts'
import { printable } from '../../../src/report/text/safe.ts'
import { LANGUAGES } from '../../../src/verdict/lesson.ts'

/** The ids of the lessons, which must not change. */
const IDS = [
  'start-order',
  'boundaries',
  'truncation',
  'empty',
  'sticky-writes',
  'sticky-reads',
  'framing',
  'segments',
  'send-buffer',
  'unreliable',
  'oversize',
  'fragments',
  'concurrency',
  'families',
  'command-broken',
  'command-framed',
  'upload',
]

const HAN = /\p{Script=Han}/u

test('every lesson of the table, once and in order', () => {
  expect(LESSONS.map(({ id }) => id)).toEqual(IDS)
})

describe.each(LESSONS.map(lesson => [lesson.id, lesson] as const))('%s', (_, lesson) => {
  const { id, play: _play, picture, ...texts } = lesson

  test('has every text in both languages', () => {
    expect(Object.keys(texts).toSorted()).toEqual(['claim', 'done', 'expected', 'title', 'why'])
    for (const text of Object.values(texts)) {
      expect(Object.keys(text)).toEqual([...LANGUAGES])
      expect(text.en).toMatch(/[a-z]{2}/u)
      expect(text.zh).toMatch(/\p{Script=Han}|^“/u)
      expect(printable(text.en + text.zh)).toBe(text.en + text.zh)
    }
    for (const text of [texts.title, texts.claim, texts.why, texts.done]) {
      expect(text.en).not.toMatch(HAN)
      expect(text.zh).toMatch(HAN)
    }
  })

  test('explains in whole sentences', () => {
    for (const text of [texts.claim, texts.done, texts.why]) {
      expect(text.en).toMatch(/[\w)"]\.$/u)
      expect(text.zh).toMatch(/。$/u)
    }
  })

  test('has a picture that fits into 60 columns, if it has one', () => {
    for (const language of LANGUAGES) {
      for (const line of picture?.[language].split('\n') ?? []) {
        expect(displayWidth(line)).toBeLessThanOrEqual(60)
        expect(printable(line)).toBe(line)
      }
    }
    expect(id).toMatch(/^[a-z-]+$/u)
  })
})

describe('without the kernel engine', () => {
  const MISSING = 'the optional package koffi cannot be loaded'
  const without = async (id: string): ReturnType<typeof play> => {
    const lesson = LESSONS.find(one => one.id === id)
    if (lesson === undefined) throw new Error(`there is no lesson ${id}`)
    return await play(lesson, 'en', new Stage({ missing: MISSING }))
  }

  test('a datagram cannot be truncated: skipped, with what can be observed', async () => {
    const row = await without('truncation')
    expect(row).toMatchObject({ verdict: 'skipped', reason: expect.stringContaining(MISSING) })
    expect(row.steps).toEqual([
      { observed: 'node:dgram read 31 bytes, the whole message, and then "next"', verdict: 'pass' },
    ])
  })

  test.each(['families', 'send-buffer', 'sticky-writes'])('%s passes, and reports what it could not show', async id => {
    const row = await without(id)
    expect(row).toMatchObject({ verdict: 'pass' })
    const lacking = row.steps.filter(({ verdict }) => verdict === 'skipped')
    expect(lacking.map(({ observed }) => observed.endsWith(MISSING))).toEqual([true])
  })
})
