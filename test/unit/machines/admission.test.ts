import { expect, test } from 'vitest'
import { SECOND } from '../../../src/base/nanos.ts'
import { Admission } from '../../../src/machines/admission.ts'

function takes(admission: Admission, now: number): number {
  let count = 0
  while (admission.take(now)) count += 1
  return count
}

test('as many new clients at once as the table holds, then 1000 a second', () => {
  const admission = new Admission(4096, 0)
  expect([takes(admission, 0), takes(admission, SECOND), takes(admission, 1.5 * SECOND)]).toEqual([4096, 1000, 500])
  expect(takes(admission, 100 * SECOND)).toBe(4096)
})

test('a small table admits no fewer', () => {
  const admission = new Admission(2, 0)
  expect([takes(admission, 0), takes(admission, SECOND)]).toEqual([1000, 1000])
})
