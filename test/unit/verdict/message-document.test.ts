import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { resultSchema } from '../../../src/schema/result.ts'
import { parseExpectation } from '../../../src/verdict/expect/expectation.ts'
import { createMessageResult, type MessageFacts } from '../../../src/verdict/message-document.ts'
import { messageFate, messageRule, type MessageFate } from '../../../src/verdict/message-fate.ts'
import { CONTEXT } from './context.ts'

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

describe('messageFate', () => {
  test.each<[string, string, MessageFate]>([
    ['hello', 'hello', 'intact'],
    ['hello', 'HELLO', 'intact'],
    ['Straße 5', 'STRAßE 5', 'intact'],
    ['hello', 'hel', 'truncated'],
    ['hello', 'HEL', 'truncated'],
    ['hello', '', 'truncated'],
    ['', '', 'intact'],
    ['hello', 'HeLLO', 'answered'],
    ['hello', 'HELlo', 'answered'],
    ['hello', 'hello!', 'answered'],
    ['hello', 'ok', 'answered'],
    ['', 'ok', 'answered'],
    ['straße', 'STRASSE', 'answered'],
  ])('"%s" answered with "%s" is %s', (sent, reply, fate) => {
    expect(messageFate(bytes(sent), bytes(reply), 'reply')).toBe(fate)
  })

  test.each<['silence' | 'unreachable' | 'refused', MessageFate]>([
    ['silence', 'lostUnknown'],
    ['unreachable', 'unreachable'],
    ['refused', 'refused'],
  ])('without a reply: %s is %s', (kind, fate) => {
    expect(messageFate(bytes('hello'), undefined, kind)).toBe(fate)
  })

  test.each<[string, MessageFate]>([
    ['HELLO', 'late'],
    ['ok', 'late'],
    ['HEL', 'truncated'],
  ])('after the timeout: "%s" is %s', (reply, fate) => {
    expect(messageFate(bytes('hello'), bytes(reply), 'late')).toBe(fate)
  })

  test('does not modify the message', () => {
    const sent = bytes('hello')
    messageFate(sent, bytes('HELLO'), 'reply')
    expect(sent).toEqual(bytes('hello'))
  })
})

test.each([
  ['hello', 'hello', 'same'],
  ['hello', 'HELLO', 'upper'],
  ['hello', 'HEL', 'upper'],
  ['1234', '1234', undefined],
  ['hello', 'ok', undefined],
  ['hello', '', undefined],
])('the rule by which "%s" became "%s": %s', (sent, reply, rule) => {
  expect(messageRule(bytes(sent), bytes(reply))).toBe(rule)
})

test.each([
  [['upper', 'upper', undefined], 'upper'],
  [['same', undefined], 'same'],
  [[undefined], 'same'],
  [['upper', 'same'], 'mixed'],
  [[], 'none'],
] as const)('a conversation whose replies follow %j has the rule %s', (rules, rule) => {
  const messages = rules.map(one => ({ ...message('intact', 1), rule: one }))
  expect(resultOf([...messages, message('lostUnknown'), message('answered', 1)]).reply).toEqual({ rule })
})

function message(fate: MessageFate, rttMs?: number, replySize = 0): MessageFacts {
  const document = { seq: 0, sent: 'hello', fate, ...(rttMs === undefined ? {} : { rttMs }) }
  return { fate, replySize, rtt: rttMs === undefined ? undefined : rttMs * MILLISECOND, document }
}

function resultOf(messages: readonly MessageFacts[], ...expect: readonly string[]) {
  const context = { ...CONTEXT, durationMs: 5, interrupted: false }
  return createMessageResult(messages, expect.map(parseExpectation), context)
}

const ALL = [
  message('intact', 1),
  message('truncated', 2, 3),
  message('answered', 3),
  message('lostUnknown'),
  message('unreachable'),
  message('refused'),
  message('intact', 4),
]

test('the document matches its schema, and its ledger adds up', () => {
  const result = resultOf(ALL, 'loss<50%')
  expect(resultSchema.safeParse(result).error).toBeUndefined()
  expect(result.ledger).toMatchObject({ scheduled: 7, sent: 6, replies: 4, received: 4 })
  expect(result.ledger.fates).toEqual({
    intact: 2,
    truncated: 1,
    refused: 1,
    unreachable: 1,
    lostUnknown: 1,
    answered: 1,
  })
  expect(result.loss).toMatchObject({ count: 3, ratio: 3 / 7, unknown: 1, longestRun: 3 })
  expect(result.truncation).toEqual({ count: 1, cutAt: [{ length: 3, count: 1, side: 'unknown' }] })
  expect(result.rtt).toMatchObject({ count: 4, minMs: 1, maxMs: 4 })
  expect(result.messages).toHaveLength(7)
})

test('a conversation without a message', () => {
  const result = resultOf([])
  expect(resultSchema.safeParse(result).error).toBeUndefined()
  expect(result.loss).not.toHaveProperty('ratio')
  expect(result).not.toHaveProperty('rtt')
  expect(result.verdict).toBe('fail')
})

test('a message has no direction of loss', () => {
  expect(resultOf(ALL).loss).not.toHaveProperty('forward')
})

describe('the verdict', () => {
  test('without expectations any reply passes', () => {
    expect(resultOf([message('answered', 1), message('lostUnknown')]).verdict).toBe('pass')
    expect(resultOf([message('lostUnknown')]).verdict).toBe('fail')
  })

  test.each([
    ['loss==3', true],
    ['loss<40%', false],
    ['replies==4', true],
    ['intact==2', true],
    ['truncated==0', false],
    ['refused==1', true],
    ['longestRun==3', true],
    ['duplicates==0', true],
    ['loss.unknown==1', true],
    // Three of seven got no reply, which counts as infinitely late.
    ['rtt.max<5ms', false],
    ['rtt.p50<5ms', true],
    ['unreachable<=1', false],
    ['unreachable<=2', true],
    ['rtt.p50<1ms', false],
    ['loss.forward==0', false],
    ['mtu>=1500', false],
    ['jitter<5ms', false],
    ['rttNetwork.max<5ms', false],
  ])('%s: %s', (expr, passed) => {
    const result = resultOf(ALL, expr)
    expect(result.expectations[0]?.passed).toBe(passed)
    expect(result.verdict).toBe(passed ? 'pass' : 'fail')
  })

  test('a round trip that never happened has no samples', () => {
    expect(resultOf([message('lostUnknown')], 'rtt.p50<1s').expectations[0]).toMatchObject({ reason: 'no samples' })
  })

  test('metrics that messages do not have fail with the reason', () => {
    expect(resultOf(ALL, 'loss.return==0').expectations[0]).toMatchObject({ reason: 'not measured for messages' })
  })

  test.each(['missed==0', 'lostForward==0', 'lostReturn==0', 'lostServerBuffer==0', 'corrupt==0'])(
    '%s is not measured for messages: it is not known to be none',
    expr => {
      expect(resultOf(ALL, expr).expectations[0]).toMatchObject({ passed: false, reason: 'not measured for messages' })
    },
  )
})
