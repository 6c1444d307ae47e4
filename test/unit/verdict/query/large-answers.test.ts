import { expect, test } from 'vitest'
import type { AnswerSize, QueryFate } from '../../../../src/facts/query.ts'
import { largeAnswersLost, largeAnswersWords } from '../../../../src/verdict/query/large-answers.ts'
import { answeredBy, dnsAnswer, facts, judged, request } from './facts.ts'

const cut = (bufsize: number, length = bufsize - 20): AnswerSize => ({
  bufsize,
  requests: 1,
  fate: 'answered',
  length,
  tc: true,
})
const whole = (bufsize: number): AnswerSize => ({ bufsize, requests: 1, fate: 'answered', length: 1700, tc: false })
const without = (bufsize: number, fate: QueryFate = 'silent'): AnswerSize => ({ bufsize, requests: 2, fate })

function saidOf(...answerSizes: readonly AnswerSize[]): string | undefined {
  const found = largeAnswersLost(facts([request()], { answerSizes }))
  return found && largeAnswersWords(found)
}

test('a cut answer, and silence with a larger size', () => {
  const words =
    'answers above 1232 bytes do not arrive (EDNS size 1232: a cut answer of 1212 bytes came; 4096: none, 2 requests)'
  expect(saidOf(cut(512), cut(1232), without(4096))).toBe(words)
  expect(saidOf(without(4096), cut(1232), cut(512))).toBe(words)
})

test('the least size without an answer is named, and 512 bytes without EDNS', () => {
  expect(saidOf(cut(0, 40), without(1232), without(4096))).toBe(
    'answers above 512 bytes do not arrive (EDNS size 0: a cut answer of 40 bytes came; 1232: none, 2 requests)',
  )
})

test.each<[string, readonly AnswerSize[]]>([
  ['nothing was asked', []],
  ['silence with each size', [without(512), without(1232), without(4096)]],
  ['a whole answer, so that it is not about its size', [whole(1232), without(4096)]],
  ['a cut answer with the largest size', [without(512), cut(1232), cut(4096)]],
  ['a larger answer that came', [cut(512), without(1232), whole(4096)]],
  ['a late answer: it arrived', [cut(512), without(4096, 'late')]],
  ['an ICMP error', [cut(512), without(4096, 'unreachable')]],
  ['our own kernel', [cut(512), without(4096, 'refused')]],
  ['an interrupted question', [cut(512), without(4096, 'unfinished')]],
])('nothing is said of sizes: %s', (_, sizes) => {
  expect(saidOf(...sizes)).toBeUndefined()
})

test('the document has the rows, the warning, and the cause in its reason', () => {
  const answerSizes = [cut(512), cut(1232), without(4096)]
  const { dnsSizes, warnings, reason } = judged(facts([request()], { answerSizes }))
  expect(dnsSizes).toEqual(answerSizes)
  expect(warnings).toEqual([
    {
      code: 'largeAnswersLost',
      message: saidOf(...answerSizes),
      hint: expect.stringContaining('1232'),
      evidence: { arrives: 1232, length: 1212, lost: 4096, requests: 2 },
    },
  ])
  expect(reason).toBe(`no answer within 1 s (1 request): ${saidOf(...answerSizes)}`)
})

test('without such questions the document has no rows', () => {
  expect(judged(facts([answeredBy(dnsAnswer())]))).not.toHaveProperty('dnsSizes')
})
