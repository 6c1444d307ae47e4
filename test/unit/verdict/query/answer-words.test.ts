import { expect, test } from 'vitest'
import { answerWords } from '../../../../src/verdict/query/answer-words.ts'
import type { ServiceAnswer } from '../../../../src/wire/services/answers.ts'
import { answeredBy, facts, judged, MESSAGE, request } from './facts.ts'

const words = (answer: ServiceAnswer): string | undefined => answerWords(judged(facts([answeredBy(answer)])))

test('an answer in a few words', () => {
  expect(words(MESSAGE)).toBe('a reply of 4 B')
  expect(words({ service: 'sip', status: 503, reason: 'Service Unavailable' })).toBe('503 Service Unavailable')
  expect(words({ service: 'sip', status: 200, reason: '' })).toBe('200')
  expect(words({ service: 'quic', versions: ['v1', 'draft-29'] })).toBe('QUIC v1, draft-29')
  expect(words({ service: 'quic', versions: [] })).toBe('a QUIC server that lists only reserved versions')
  expect(answerWords(judged(facts([request()])))).toBeUndefined()
})

test('is short, however long the texts of the server are', () => {
  const versions = Array.from({ length: 300 }, (_, n) => `draft-${n}`)
  expect(words({ service: 'quic', versions })).toBe(`QUIC ${versions.slice(0, 8).join(', ')} and 292 more`)
  expect(words({ service: 'sip', status: 486, reason: '😀'.repeat(256) })).toBe(`486 ${'😀'.repeat(56)}…`)
  expect(words({ service: 'stun', error: { code: 400, reason: 'x'.repeat(200) } })).toBe(`error 400 ${'x'.repeat(50)}…`)
})
