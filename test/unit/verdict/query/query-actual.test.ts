import { expect, test } from 'vitest'
import { formatQueryMissed } from '../../../../src/verdict/query/query-actual.ts'

test('a value that does not hold, with its reason', () => {
  const missed = (expr: string, actual?: string | number, reason?: string): string =>
    formatQueryMissed(
      { expr, passed: false, ...(actual === undefined ? {} : { actual }), ...(reason && { reason }) },
      String,
    )
  expect(missed('sip.status==200', 404)).toBe('404')
  expect(missed('reply==a', 'b\n', 'why')).toBe('"b\\x0a" (why)')
  expect(missed('dns.aa', 'false')).toBe('false')
  expect(missed('silent', 'false', 'an ICMP error came back')).toBe('an ICMP error came back')
  expect(missed('rtt<1s', undefined, 'no answer came')).toBe('no answer came')
})
