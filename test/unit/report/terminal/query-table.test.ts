import { describe, expect, test } from 'vitest'
import { displayWidth } from '../../../../src/report/text/width.ts'
import { renderQuery } from '../../../../src/report/terminal/query-table.ts'
import { QUERY_DOCUMENTS, queryDocumentOf, requestOf } from '../query-documents.ts'
import { goldenPath, HOSTILE, STEERING, withoutColour, withTexts } from '../result-files.ts'

const DOCUMENTS = Object.entries(QUERY_DOCUMENTS)

describe('golden reports', () => {
  test.each(DOCUMENTS.flatMap(([name, query]) => [80, 50].map(width => [name, width, query] as const)))(
    '%s at %i',
    async (name, width, query) => {
      await expect(renderQuery(query, { width, color: false })).toMatchFileSnapshot(
        goldenPath(`query-${name}.${width}`),
      )
    },
  )

  test('with all details at 120, in colour', async () => {
    const texts = DOCUMENTS.map(([, query]) => renderQuery(query, { width: 120, color: true, verbose: true }))
    await expect(texts.join('\n').replaceAll('\u001b', '␛')).toMatchFileSnapshot(goldenPath('queries.120.verbose'))
  })

  test('of one line', async () => {
    const texts = DOCUMENTS.map(([, query]) => renderQuery(query, { width: 80, color: false, quiet: true }))
    await expect(texts.join('')).toMatchFileSnapshot(goldenPath('queries.80.quiet'))
  })
})

describe.each(DOCUMENTS)('%s', (_, query) => {
  test.each([40, 60, 80, 120])('has no line of more than %i columns', width => {
    for (const verbose of [false, true]) {
      const lines = renderQuery(query, { width, color: false, verbose }).split('\n')
      expect(lines.filter(line => displayWidth(line) > width)).toEqual([])
    }
  })

  test('has the same text with colour and without', () => {
    const plain = renderQuery(query, { width: 80, color: false })
    expect(withoutColour(renderQuery(query, { width: 80, color: true }))).toBe(plain)
  })

  test('has the counts of all fates, which add up to the requests', () => {
    const text = renderQuery(query, { width: 100, color: false })
    for (const [fate, count] of Object.entries(query.ledger.fates))
      expect(text).toMatch(new RegExp(`^  ${fate} +${count}(?: |$)`, 'mu'))
    expect(text).toMatch(new RegExp(`^ += ${query.requests.length} requests?$`, 'mu'))
  })

  test('steers no terminal, whatever its texts are', () => {
    const hostile = withTexts(query, () => HOSTILE)
    for (const verbose of [false, true])
      expect(renderQuery(hostile, { width: 80, color: false, verbose })).not.toMatch(STEERING)
  })
})

test('of thousands of records the first 100 are shown, and how many there are more', () => {
  const dns = QUERY_DOCUMENTS['nxdomain']?.dns
  if (dns === undefined) throw new Error('the document of a name server has no dns')
  const records = Array.from({ length: 5000 }, (_, n) => ({
    name: 'a.',
    type: 'A',
    class: 'IN',
    ttl: 1,
    data: `r${n}`,
  }))
  const query = queryDocumentOf({ dns: { ...dns, answers: records.length, records } })
  const shown = (verbose: boolean): string => renderQuery(query, { width: 80, color: false, verbose })
  expect(shown(false).match(/ r\d+$/gmu)).toHaveLength(100)
  expect(shown(false)).toContain('… and 4900 further records; --verbose shows all')
  expect(shown(true).match(/ r\d+$/gmu)).toHaveLength(5000)
  expect(shown(true)).not.toContain('further record')
})

test('a failure shows its reason first, and with --quiet every failed expectation', () => {
  const failed = QUERY_DOCUMENTS['nxdomain'] ?? queryDocumentOf()
  expect(renderQuery(failed, { width: 80, color: false, quiet: true })).toBe(
    '✗ fail · dns.rcode==NOERROR does not hold: NXDOMAIN · 192.0.2.53:53\n  ✗ dns.answers>=1: 0\n',
  )
})

test('an answer that is an error gets no tick unless an expectation covers it', () => {
  const dns = {
    rcode: 'SERVFAIL',
    answers: 0,
    authorities: 0,
    additionals: 0,
    aa: false,
    tc: false,
    ra: true,
    ad: false,
    records: [],
  }
  const query = queryDocumentOf({ dns, reply: { count: 1, length: 12, hex: '00'.repeat(12) } })
  expect(renderQuery(query, { width: 80, color: false })).toMatch(/^! SERVFAIL \(no --expect\) · SERVFAIL, 0 records/u)
  const expectations = [{ expr: 'dns.rcode==SERVFAIL', actual: 'SERVFAIL', passed: true }]
  expect(renderQuery({ ...query, expectations }, { width: 80, color: false })).toMatch(/^✓ pass · SERVFAIL, 0 records/u)
})

test('silence that was expected is no answer', () => {
  const query = queryDocumentOf({
    service: 'message',
    requests: [requestOf({ fate: 'silent' })],
    expectations: [{ expr: 'silent', actual: 'true', passed: true }],
  })
  expect(renderQuery(query, { width: 80, color: false })).toMatch(/^✓ pass · no answer came\n/u)
})

test('a long reply is cut, unless all details are asked for', () => {
  const text = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n')
  const query = queryDocumentOf({ service: 'message', reply: { count: 1, length: text.length, text, hex: '' } })
  const short = renderQuery(query, { width: 80, color: false })
  expect(short).toContain('  line 23\n  … of 789 B; --verbose shows all\n')
  expect(short).not.toContain('line 24')
  expect(renderQuery(query, { width: 80, color: false, verbose: true })).toContain('  line 99\n')
})

test('an empty reply is one, too', () => {
  const query = queryDocumentOf({ service: 'message', reply: { count: 1, length: 0, text: '', hex: '' } })
  expect(renderQuery(query, { width: 80, color: false })).toContain('  (an empty datagram)\n')
})
