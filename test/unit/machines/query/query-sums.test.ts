import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { QUERY_FATES } from '../../../../src/facts/query.ts'
import { SECOND_SERVER, SERVER, simulate, STRANGER, TIMEOUT, textService, type Event } from './query-harness.ts'

/** A datagram of any kind for the request with this number. */
type Written = (number: number) => string

const texts = fc.constantFrom<Written>(
  number => `=${number}`,
  number => `=${number} again`,
  number => `~${number}`,
  number => `=${number - 1}`,
  number => `=${number + 1}`,
  () => 'noise',
)
const datagram = fc.record({
  at: fc.nat({ max: 3500 }),
  text: texts,
  from: fc.option(fc.constantFrom(STRANGER, SECOND_SERVER), { nil: undefined }),
})
const error = fc.record({
  at: fc.nat({ max: 3500 }),
  icmp: fc.constantFrom('ECONNREFUSED', 'EHOSTUNREACH', 'EMSGSIZE'),
})
const refusal = fc.record({ at: fc.constant<0>(0), refusal: fc.constantFrom('ENETUNREACH', 'EPERM') })
/** What happens because of each request in turn. */
const network = fc.array(
  fc.array(fc.oneof({ weight: 6, arbitrary: datagram }, { weight: 2, arbitrary: error }, refusal), { maxLength: 6 }),
  { minLength: 1, maxLength: 12 },
)
const plan = fc.record({
  count: fc.integer({ min: 1, max: 4 }),
  retries: fc.nat({ max: 3 }),
  samples: fc.integer({ min: 1, max: 3 }),
  onePort: fc.boolean(),
  named: fc.boolean(),
  addresses: fc.constantFrom([SERVER] as const, [SERVER, SECOND_SERVER] as const),
  waitUntil: fc.constantFrom(-Infinity, 4 * SECOND),
  stopAt: fc.option(fc.nat({ max: 8000 }), { nil: undefined }),
})

test('whatever arrives in whatever order: the fates add up, and each datagram is booked once', () => {
  fc.assert(
    fc.property(plan, network, ({ named, stopAt, ...options }, behavior) => {
      const run = simulate(
        { ...options, service: textService(named), ...(stopAt === undefined ? {} : { stopAt }) },
        ({ number }) =>
          (behavior[number % behavior.length] ?? []).map((event): Event => {
            if (!('text' in event)) return event
            const { at, text, from } = event
            return { at, text: text(number), ...(from === undefined ? {} : { from }) }
          }),
      )
      const { requests, duplicates, unmatched, malformed, foreign, interrupted } = run.facts

      const counts = QUERY_FATES.map(fate => requests.filter(one => one.fate === fate).length)
      expect(counts.reduce((sum, count) => sum + count)).toBe(run.sentAt.length)
      const withAnswer = requests.filter(({ rtt }) => rtt !== undefined)
      expect(withAnswer.length + duplicates + unmatched + malformed + (foreign ?? NaN)).toBe(run.delivered)

      for (const { fate, rtt, reply, answeredAt, error: name } of requests) {
        const took = rtt ?? NaN
        if (fate === 'answered' || fate === 'askedAgain') expect(took).toBeLessThanOrEqual(TIMEOUT)
        else if (fate === 'late') expect(took > TIMEOUT && took <= 2 * TIMEOUT).toBe(true)
        else expect([rtt, reply, answeredAt]).toEqual([undefined, undefined, undefined])
        if (fate === 'unreachable' || fate === 'refused') expect(name).toMatch(/^E/)
        if (fate === 'unfinished') expect(interrupted).toBe(true)
      }
      expect(new Set(requests.map(({ question, attempt }) => `${question} ${attempt}`)).size).toBe(requests.length)
      expect(run.closed, 'each port is closed once').toEqual(requests.map(() => 1))
      expect(run.ended).toBeLessThanOrEqual(stopAt ?? Infinity)
    }),
    { numRuns: 500 },
  )
})
