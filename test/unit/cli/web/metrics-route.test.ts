import { expect, test } from 'vitest'
import { metricsRoute } from '../../../../src/cli/web/metrics-route.ts'
import type { HttpAnswer, HttpRequest } from '../../../../src/http/route.ts'
import { counter } from '../../../../src/report/formats/exposition.ts'

const REQUEST: HttpRequest = {
  method: 'GET',
  query: new URLSearchParams(),
  headers: {},
  signal: new AbortController().signal,
}

function setUp(fails = false): { readonly scrape: () => Promise<HttpAnswer>; readonly made: () => number } {
  let made = 0
  const route = metricsRoute('/metrics', () => {
    made += 1
    if (fails) throw new Error('no metrics')
    return [counter('made_total', 'How often the metrics were made.', [[{}, made]])]
  })
  if (!('answer' in route)) throw new Error('the route has no answer')
  return { scrape: async () => route.answer(REQUEST), made: () => made }
}

test('scrapes at the same time share one text, later ones have their own', async () => {
  const { scrape, made } = setUp()
  const answers = await Promise.all(Array.from({ length: 10 }, async () => scrape()))
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
  expect(made()).toBe(1)
  expect(Buffer.from((await scrape()).body).toString()).toContain('made_total 2\n')
})

test('a failure is that of the scrapes that shared it', async () => {
  const { scrape, made } = setUp(true)
  const outcomes = await Promise.allSettled([scrape(), scrape()])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await expect(scrape()).rejects.toThrow('no metrics')
  expect(made()).toBe(2)
})
