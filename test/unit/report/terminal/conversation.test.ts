import { expect, test } from 'vitest'
import { renderConversationEnd } from '../../../../src/report/terminal/conversation.ts'

const target = { address: '127.0.0.1', port: 9000, family: 'tcp4' } as const
const answered = { seq: 0, sent: 'a', reply: 'A', from: '127.0.0.1:9000', rttMs: 1, fate: 'intact' }
const silent = { seq: 1, sent: 'b', fate: 'lostUnknown' }
const view = { width: 80, color: false }

test.each([
  [[answered], 'pass', undefined, ''],
  [[answered, silent], 'pass', undefined, '! pass · 1 of 2 messages to 127.0.0.1:9000 answered\n'],
  [[silent], 'fail', undefined, '✗ fail · 0 of 1 message to 127.0.0.1:9000 answered\n'],
  [[], 'fail', undefined, '✗ fail · no message was sent to 127.0.0.1:9000\n'],
  [[answered], 'pass', 'more\u001b', 'more came after the last reply: more\\x1b\n'],
] as const)('%j (%s, rest %s)', (messages, verdict, rest, text) => {
  const report = { target, messages, interrupted: false, verdict, ...(rest === undefined ? {} : { rest }) }
  expect(renderConversationEnd(report, view)).toBe(text)
})

test('an interruption is shown, also if every message was answered', () => {
  const report = { target, messages: [answered], interrupted: true, verdict: 'pass' } as const
  expect(renderConversationEnd(report, view)).toBe('! interrupted · 1 of 1 message to 127.0.0.1:9000 answered\n')
})
