import { expect, test } from 'vitest'
import { renderMessage, renderMessages } from '../../../../src/report/terminal/messages.ts'
import { HOSTILE, savedResult, STEERING } from '../result-files.ts'

const VIEW = { width: 80, color: false }

test('one reply', () => {
  const message = { seq: 0, sent: 'hello', reply: 'HELLO', from: '127.0.0.1:9000', rttMs: 0.412, fate: 'intact' }
  expect(renderMessage(message, VIEW)).toBe('HELLO  127.0.0.1:9000  412 µs')
  expect(renderMessage({ ...message, fate: 'answered' }, VIEW)).toBe('HELLO  127.0.0.1:9000  412 µs')
  expect(renderMessage({ ...message, reply: '', fate: 'truncated' }, VIEW)).toBe(
    '(empty)  127.0.0.1:9000  412 µs  truncated',
  )
  expect(renderMessage({ seq: 1, sent: '', fate: 'lostUnknown' }, VIEW)).toBe(
    'no reply to an empty datagram  lostUnknown',
  )
})

test('a long reply is shown in full, with its source below', () => {
  const reply = 'LONG '.repeat(100).trim()
  const message = { seq: 0, sent: 'x', reply, from: '127.0.0.1:9000', rttMs: 1, fate: 'answered' }
  expect(renderMessage(message, VIEW)).toBe(`${reply}\n  127.0.0.1:9000  1 ms`)
})

test('a hostile reply is printable', () => {
  const message = { seq: 0, sent: HOSTILE, reply: HOSTILE, from: HOSTILE, rttMs: 1, fate: HOSTILE }
  expect(renderMessage(message, VIEW)).not.toMatch(STEERING)
  expect(renderMessage({ seq: 0, sent: HOSTILE, fate: 'lostUnknown' }, VIEW)).not.toMatch(STEERING)
})

test('an interrupted run shows it', () => {
  const result = { ...savedResult('message'), messages: [], interrupted: true }
  expect(renderMessages(result, VIEW)).toBe('! interrupted after 610 µs · no message was sent to 127.0.0.1:9000\n')
})
