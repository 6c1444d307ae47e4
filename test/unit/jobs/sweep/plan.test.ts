import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { FIRST_SIZES } from '../../../../src/jobs/sweep/plan.ts'
import { planSweep, withControls } from '../../../../src/jobs/sweep/plan.ts'
import { refused } from '../../../helpers/refused.ts'

describe('the sizes of a sweep', () => {
  test('are distinct and ascending', () => {
    expect(planSweep({ sizes: '4000,64,1472,64' })).toMatchObject({ sizes: [64, 1472, 4000], refines: false })
  })

  test('are common limits by default, and are refined', () => {
    expect(planSweep({})).toMatchObject({ sizes: FIRST_SIZES, refines: true })
    expect(FIRST_SIZES).toEqual([...new Set(FIRST_SIZES)].toSorted((a, b) => a - b))
    for (const border of [1472, 1452, 1372, 8972, 8192, 1024]) {
      expect(FIRST_SIZES).toContain(border)
      expect(FIRST_SIZES).toContain(border + 1)
    }
  })

  test('are limited in number', () => {
    expect(refused(() => planSweep({ sizes: '0..65535/2' }))).toContain('20000')
  })
})

describe('the controls of a sweep', () => {
  test.each([
    ['64..2000/8', 127],
    ['1390..1480', 128],
    ['34..900', 901],
  ])('among %s have a size that is not tried: %i bytes', (sizes, control) => {
    expect(planSweep({ sizes }).control).toBe(control)
  })

  test('one before every fourth size, and one at the end', () => {
    expect(withControls([1, 2, 3, 4, 5, 6], 128)).toEqual([128, 1, 2, 3, 4, 128, 5, 6, 128])
    expect(withControls([1], 128)).toEqual([128, 1, 128])
  })

  test('every size is sent exactly count times, whichever sizes are tested', () => {
    const sizes = fc.uniqueArray(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(sizes, tried => {
        const plan = planSweep({ sizes: tried })
        const cycle = withControls(plan.sizes, plan.control)
        for (const size of tried) expect(cycle.filter(one => one === size)).toHaveLength(1)
        expect(cycle.filter(one => one === plan.control)).toHaveLength(Math.ceil(tried.length / 4) + 1)
      }),
    )
  })
})

describe('the pace of a sweep', () => {
  test('is a hundred per second by default', () => {
    expect(planSweep({}).send.probe).toMatchObject({ interval: 10 * MILLISECOND, timeout: 1000 * MILLISECOND })
    expect(planSweep({ interval: '50ms' }).send.probe.interval).toBe(50 * MILLISECOND)
    expect(planSweep({ rate: '10Mbit' }).send.probe).toMatchObject({ interval: 0, bitRate: 10_000_000 })
  })

  test('is refused if send refuses it', () => {
    expect(refused(() => planSweep({ self: true, to: '127.0.0.1' }))).toContain('--to')
    expect(refused(() => planSweep({ count: 0 }))).toContain('--count')
  })
})
