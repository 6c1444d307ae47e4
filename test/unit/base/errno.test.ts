import { constants } from 'node:os'
import { describe, expect, test } from 'vitest'
import { errnoName } from '../../../src/base/errno.ts'

const KNOWN = [1, 11, 12, 13, 22, 71, 90, 92, 95, 100, 101, 105, 111, 113]

describe.skipIf(process.platform !== 'linux')('as this system names them', () => {
  test.each(KNOWN)('%d', errno => {
    const names = Object.entries(constants.errno).filter(([, number]) => number === errno)
    expect(names.map(([name]) => name)).toContain(errnoName(errno))
  })
})

test('what never left our own queue, and what has no name here', () => {
  expect(errnoName(0)).toBe('still queued')
  expect(errnoName(112)).toBe('EHOSTDOWN')
  expect(errnoName(9999)).toBe('errno 9999')
})
