import { expect, test } from 'vitest'
import { UdptoolError, usage } from '../../../src/base/error.ts'
import { invalidValue } from '../../../src/base/invalid-value.ts'

test('an error keeps what was tried, where, and the cause', () => {
  const cause = new Error('EADDRINUSE')
  const error = new UdptoolError('addressInUse', 'cannot bind 127.0.0.1:9000', {
    operation: 'bind',
    address: '127.0.0.1:9000',
    cause,
  })
  expect(error).toMatchObject({
    name: 'UdptoolError',
    code: 'addressInUse',
    operation: 'bind',
    address: '127.0.0.1:9000',
    cause,
  })
  expect(error.hint).toBeUndefined()
  expect(error.excerpt).toBeUndefined()
  expect('cause' in new UdptoolError('socket', 'closed')).toBe(false)
})

test('an error keeps the place of the mistake', () => {
  const excerpt = { text: 'drop=5%,dpu=2%', column: 8 }
  expect(new UdptoolError('usage', 'there is no rule "dpu"', { excerpt }).excerpt).toEqual(excerpt)
})

test('usage and refusal', () => {
  expect(usage('no')).toMatchObject({ code: 'usage', message: 'no', hint: undefined })
  expect(invalidValue('--size', '4q', 'it is odd', ['4000', '4KiB'])).toMatchObject({
    code: 'usage',
    message: '--size cannot be "4q": it is odd',
    hint: 'write 4000 or 4KiB',
  })
})
