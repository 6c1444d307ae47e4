import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { planPut } from '../../../../src/runs/tcp-put/plan.ts'
import { refused } from '../../../helpers/refused.ts'

test('the defaults: the last part of its name, and the usual port', () => {
  expect(planPut({ file: 'a/b/c.txt' })).toEqual({
    file: 'a/b/c.txt',
    fileName: 'c.txt',
    connect: { target: { host: '127.0.0.1', port: 9000 }, timeout: 7 * SECOND },
    timeout: 60 * SECOND,
  })
  expect(planPut({ file: 'a', name: '../b', to: '[::1]:7', family: 6, timeout: '5s' })).toMatchObject({
    fileName: '../b',
    connect: { target: { host: '::1', port: 7 }, family: 6 },
    timeout: 5 * SECOND,
  })
})

describe('refused is', () => {
  test.each([
    [{ file: '' }, /no name/],
    [{ file: 'a', name: '' }, /--name is empty/],
    [{ file: 'a', to: 'x:0' }, /--to cannot be "x:0"/],
    [{ file: 'a', timeout: '3' }, /--timeout cannot be "3"/],
  ])('%j', (options, reason) => {
    expect(refused(() => planPut(options))).toMatch(reason)
  })
})
