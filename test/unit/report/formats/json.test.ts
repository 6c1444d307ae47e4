import { expect, test } from 'vitest'
import { renderJson } from '../../../../src/report/formats/json.ts'
import { resultSchema } from '../../../../src/schema/result.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import { HOSTILE, RESULTS, savedResult, STEERING, withTexts } from '../result-files.ts'

test.each(RESULTS)('%s: the same document again', (_, result) => {
  const text = renderJson(result)
  expect(JSON.parse(text)).toEqual(result)
  expect(renderJson(JSON.parse(text) as Result)).toBe(text)
  expect(text).toMatch(/^\{\n {2}"schema": "udptool\/result\/1",\n[^]*\n\}\n$/u)
})

test('numbers without rounding noise, and none that is not finite', () => {
  const clean = savedResult('clean')
  const result: Result = {
    ...clean,
    durationMs: 0.1 + 0.2,
    loss: { ...clean.loss, ratio: 1 / 3 },
    jitter: { rfc3550Ms: -0, ipdvMeanMs: 1e-9 },
    throughput: { sentPerSecond: Infinity, repliesPerSecond: NaN, bitsPerSecond: 123_456_789.123_456 },
  }
  const text = renderJson(result)
  expect(JSON.parse(text)).toMatchObject({
    durationMs: 0.3,
    loss: { ratio: 0.3333333333 },
    jitter: { rfc3550Ms: 0, ipdvMeanMs: 0 },
    throughput: { bitsPerSecond: 123_456_789.1 },
  })
  expect(text).not.toMatch(/-0\b|null|NaN|Infinity/u)
})

test('hostile texts are printable and decode unchanged', () => {
  const hostile = withTexts(savedResult('messages'), (text, name) =>
    name === 'reply' || name === 'sent' ? HOSTILE : text,
  )
  const text = renderJson(hostile)
  expect(text).not.toMatch(STEERING)
  expect(resultSchema.parse(JSON.parse(text)).messages?.[0]?.reply).toBe(HOSTILE)
})
