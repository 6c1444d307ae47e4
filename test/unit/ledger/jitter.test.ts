import { describe, expect, test } from 'vitest'
import { Jitter } from '../../../src/ledger/jitter.ts'

/** The jitter after each arrival. */
function course(transits: readonly number[]) {
  const jitter = new Jitter()
  return transits.map(transit => {
    jitter.push(transit)
    return jitter.result()
  })
}

describe('Jitter (RFC 3550 section 6.4.1)', () => {
  test('20 10 20 25 20', () => {
    expect(course([20, 10, 20, 25, 20])).toEqual([undefined, 0.625, 1.2109375, 1.44775390625, 1.669769287109375])
  })

  test('RFC 4737 Table 1 in arrival order', () => {
    const jitters = course([68, 68, 68, 68, 68, 68, 68, 150, 68, 68])
    expect(jitters.slice(6)).toEqual([0, 5.125, 9.9296875, 9.30908203125])
  })

  test('the size of a clock offset does not matter', () => {
    expect(course([20, 10, 20, 25, 20].map(transit => transit + 2 ** 50))).toEqual(course([20, 10, 20, 25, 20]))
  })

  test('undefined below two samples, 0 for a steady path', () => {
    expect(new Jitter().result()).toBeUndefined()
    expect(course([5])).toEqual([undefined])
    expect(course([5, 5, 5]).at(-1)).toBe(0)
  })
})
