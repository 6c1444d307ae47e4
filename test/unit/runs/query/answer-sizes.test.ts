import { expect, test, vi } from 'vitest'
import type { QueryFacts } from '../../../../src/facts/query.ts'
import { driveQuery } from '../../../../src/engine/query-driver.ts'
import { findAnswerSizes } from '../../../../src/runs/query/answer-sizes.ts'
import { planQuery } from '../../../../src/runs/query/plan.ts'
import { answeredBy, dnsAnswer, facts, request } from '../../verdict/query/facts.ts'

vi.mock('../../../../src/engine/query-driver.ts', () => ({ driveQuery: vi.fn<typeof driveQuery>() }))

const SILENCE = facts([request()])
const CUT = facts([answeredBy(dnsAnswer({ tc: true }))])
const WHOLE = facts([answeredBy(dnsAnswer())])

/** The sizes that are asked with after a run; `outcomes` is what becomes of each. */
async function sizesAfter(
  run: QueryFacts,
  outcomes: readonly QueryFacts[],
  options: { readonly bufsize?: string; readonly expect?: string } = {},
): Promise<readonly number[] | undefined> {
  vi.mocked(driveQuery).mockReset()
  for (const outcome of outcomes) vi.mocked(driveQuery).mockResolvedValueOnce(outcome)
  const plan = planQuery('dns', '192.0.2.1', { name: 'example.org', bufsize: '4096', ...options })
  const rows = await findAnswerSizes(plan, run, undefined)
  expect(driveQuery).toHaveBeenCalledTimes(outcomes.length)
  return rows?.map(({ bufsize }) => bufsize)
}

test('after silence: from the smallest size up, as long as answers are cut', async () => {
  expect(await sizesAfter(SILENCE, [CUT, CUT, SILENCE])).toEqual([512, 1232, 4096])
  expect(await sizesAfter(SILENCE, [CUT, SILENCE])).toEqual([512, 1232])
  expect(await sizesAfter(SILENCE, [WHOLE])).toEqual([512])
  expect(await sizesAfter(SILENCE, [SILENCE])).toEqual([512])
  expect(await sizesAfter(SILENCE, [CUT, SILENCE], { bufsize: '1232' })).toEqual([512, 1232])
})

test.each<[string, QueryFacts]>([
  ['an answer', WHOLE],
  ['a late answer', facts([request({ fate: 'late' })])],
  ['an ICMP error', facts([request({ fate: 'unreachable', error: 'ECONNREFUSED' })])],
  ['a datagram that answers no request', facts([request()], { unmatched: 1 })],
  ['a malformed datagram', facts([request()], { malformed: 1 })],
  ['an interrupted run', facts([request()], { interrupted: true })],
  ['no request', facts([])],
])('nothing is asked after %s', async (_, run) => {
  expect(await sizesAfter(run, [])).toBeUndefined()
})

test.each(['512', '0'])('nothing is asked with a size of %s: there is no smaller one', async bufsize => {
  expect(await sizesAfter(SILENCE, [], { bufsize })).toBeUndefined()
})

test.each(['silent', 'noReply'])('nothing is asked where %s is expected', async expectation => {
  expect(await sizesAfter(SILENCE, [], { expect: expectation })).toBeUndefined()
})

test('each size of a list is asked, also after an answer', async () => {
  expect(await sizesAfter(WHOLE, [WHOLE, SILENCE, CUT], { bufsize: '4096,512,0' })).toEqual([4096, 512, 0])
})
