import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { formatQueryActual } from '../../../../src/verdict/query/query-actual.ts'
import {
  after,
  answeredBy,
  blind,
  bytesOf,
  dnsAnswer,
  facts,
  judged,
  MESSAGE,
  ntpAnswer,
  request,
  STRANGER,
  TARGET,
} from './facts.ts'

describe('what was observed', () => {
  test('fates, arrivals and rows', () => {
    const run = facts(
      [
        request({ fate: 'refused', error: 'EPERM' }),
        request({ attempt: 1, fate: 'late', rtt: 1.5 * SECOND, reply: bytesOf('PONG'), answer: MESSAGE }),
        answeredBy(MESSAGE, { attempt: 2 }),
      ],
      {
        duplicates: 3,
        unmatched: 2,
        malformed: 1,
        foreign: 4,
        foreignSources: [{ ...STRANGER, count: 4, answers: 1 }],
      },
    )
    expect(judged(run)).toMatchObject({
      service: 'message',
      ledger: { requests: 3, sent: 2, fates: { answered: 1, late: 1, refused: 1 } },
      arrivals: { answers: 2, duplicates: 3, unmatched: 2, malformed: 1, foreign: 4 },
      foreignSources: [{ from: '192.0.2.9:53', count: 4, answers: 1 }],
      reply: { count: 1, length: 4, text: 'PONG', hex: '504f4e47' },
      rttMs: 2,
      requests: [
        {
          question: 0,
          attempt: 0,
          target: '192.0.2.7:53',
          at: '2026-11-30T06:31:06.123Z',
          fate: 'refused',
          error: 'EPERM',
        },
        { attempt: 1, fate: 'late', rttMs: 1500, length: 4 },
        { attempt: 2, fate: 'answered', rttMs: 2, length: 4 },
      ],
      verdict: 'pass',
    })
  })

  test('a fate that no request has, and what cannot be observed, is absent', () => {
    const document = judged(blind(facts([request()])))
    expect(document.ledger.fates).toEqual({ answered: 0, silent: 1 })
    for (const absent of ['reply', 'rttMs', 'dns', 'ntp']) expect(document).not.toHaveProperty(absent)
    expect(document.arrivals).not.toHaveProperty('foreign')
  })

  test('bytes that are not UTF-8 have no text, and a byte order mark stays in it', () => {
    const replyOf = (...bytes: number[]) =>
      judged(facts([answeredBy(MESSAGE, { reply: Uint8Array.from(bytes) })])).reply
    expect(replyOf(0xc3, 0x28)).toEqual({ count: 1, length: 2, hex: 'c328' })
    expect(replyOf(0xef, 0xbb, 0xbf, 0x61)).toMatchObject({ text: '\u{feff}a' })
    expect(replyOf()).toEqual({ count: 1, length: 0, text: '', hex: '' })
  })

  test('the target is the address that answered, else the last one that was tried', () => {
    const other = { ...TARGET, address: '192.0.2.8' }
    const tried = request({ attempt: 1, target: other })
    expect(judged(facts([answeredBy(MESSAGE), tried])).target.address).toBe('192.0.2.7')
    expect(judged(facts([request(), tried])).target.address).toBe('192.0.2.8')
    expect(judged(facts([]), [], { targetName: 'ns.example' }).target).toEqual({ ...TARGET, name: 'ns.example' })
  })

  test('of NTP samples the one with the least delay counts, and each row has its own', () => {
    const sample = (attempt: number, ms: number) => answeredBy(ntpAnswer(), { attempt, rtt: ms * MILLISECOND })
    const { ntp, requests, rttMs, reply } = judged(facts([sample(0, 9), sample(1, 3), sample(2, 5)]))
    expect(ntp).toMatchObject({ delayMs: 2, offsetMs: 99.5, offsetErrorMs: 1.0015 })
    expect(requests.map(({ delayMs }) => delayMs)).toEqual([8, 2, 4])
    expect([rttMs, reply?.count]).toEqual([9, 1])
  })

  test('a sample whose timestamps contradict each other is the last choice', () => {
    const wrong = answeredBy(ntpAnswer({ sent: after(105 * MILLISECOND) }))
    expect(judged(facts([wrong, answeredBy(ntpAnswer(), { attempt: 1, rtt: 900 * MILLISECOND })])).ntp?.delayMs).toBe(
      899,
    )
    const alone = judged(facts([wrong]), ['ntp.delay<1s', 'ntp.offset<1s'])
    const contradiction = 'the timestamps contradict each other: the delay is -2.50 ms'
    expect(alone.expectations.map(({ passed, reason }) => [passed, reason])).toEqual([
      [false, contradiction],
      [false, contradiction],
    ])
    expect(alone.warnings.map(({ code }) => code)).toEqual(['negativeDelay'])
  })
})

describe('the outcome of an expectation', () => {
  const three = facts(
    [answeredBy(MESSAGE), answeredBy(MESSAGE, { question: 1, reply: bytesOf('NOPE') }), request({ question: 2 })],
    { count: 3 },
  )
  test.each<[string, object, string]>([
    ['reply==PONG', { actual: 'NOPE', passed: false, reason: 'answer 2 of 2' }, '"NOPE"'],
    ['reply=~/N/', { actual: 'NOPE', passed: true }, '"NOPE"'],
    ['reply!~/^P/', { actual: 'PONG', passed: false, reason: 'answer 1 of 2' }, '"PONG"'],
    ['reply.length==4', { actual: 4, passed: true }, '4 B'],
    ['reply.count==2', { actual: 2, passed: true }, '2'],
    ['rtt<50ms', { passed: false, reason: '1 of 3 questions without an answer' }, ''],
    ['noReply', { actual: 'false', passed: false, reason: 'an answer came from 192.0.2.7:53' }, 'false'],
  ])('%s', (expr, outcome, actual) => {
    const [checked] = judged(three, [expr]).expectations
    expect(checked).toEqual({ expr, ...outcome })
    expect(checked && formatQueryActual(checked, String)).toBe(actual)
  })

  test.each<[string, string, object]>([
    ['PONG\n', 'reply==PONG', { actual: 'PONG\n', reason: 'only white space at its ends differs' }],
    ['x'.repeat(500), 'reply==x', { actual: `${'x'.repeat(200)}…` }],
  ])('a reply %j', (text, expr, outcome) => {
    const run = facts([answeredBy(MESSAGE, { reply: bytesOf(text) })])
    expect(judged(run, [expr]).expectations).toEqual([{ expr, passed: false, ...outcome }])
  })

  test('a reply that is not UTF-8 meets no expectation on its text', () => {
    const run = facts([answeredBy(MESSAGE, { reply: Uint8Array.of(0xff) })])
    for (const expr of ['reply==x', 'reply!=x', 'reply=~/x/', 'reply!~/x/'])
      expect(judged(run, [expr]).expectations).toEqual([
        { expr, passed: false, reason: 'the reply is not UTF-8, and replyHex has its bytes' },
      ])
    expect(judged(run, ['replyHex==FF']).verdict).toBe('pass')
  })

  test('a search that does not end fails the expectation, with the cause', () => {
    const { expectations, reason } = judged(facts([answeredBy(MESSAGE)]), ['reply=~/(a+)+$/'], {
      findPattern: () => undefined,
    })
    expect(expectations[0]).toMatchObject({ passed: false, reason: expect.stringContaining('(a+)+') as string })
    expect(reason).toContain('took too long')
  })

  test('an address is equal in another spelling', () => {
    const mapped = { address: '2001:db8:0:0:0:0:0:1', port: 3478, family: 'udp6' } as const
    const run = facts([answeredBy({ service: 'stun', mapped })])
    expect(judged(run, ['stun.mapped==[2001:db8::1]:3478', 'stun.mapped']).verdict).toBe('pass')
    expect(judged(run, ['stun.mapped==[2001:db8::1]:3479']).expectations[0]).toMatchObject({
      passed: false,
      actual: '[2001:db8:0:0:0:0:0:1]:3478',
    })
  })

  test('ntp.offset is the absolute offset with its error bound', () => {
    const run = facts([answeredBy(ntpAnswer())])
    // 100 ms ahead, a delay of 1 ms, and precisions of 1.5 µs.
    expect(judged(run, ['ntp.offset<100.5015ms']).expectations[0]).toMatchObject({
      actual: 100.5015,
      passed: false,
      reason: 'offset 100 ms, error bound 502 µs',
    })
    expect(judged(run, ['ntp.offset<100.502ms']).verdict).toBe('pass')
  })
})

describe('a kiss code', () => {
  const kissed = facts([answeredBy(ntpAnswer({ stratum: 0, kiss: 'RATE' }))])
  test.each([
    [[], 'fail'],
    [['rtt<1s'], 'fail'],
    [['ntp.kiss!=DENY'], 'fail'],
    [['ntp.kiss!~/DENY/'], 'fail'],
    [['ntp.stratum<=3'], 'fail'],
    [['ntp.offset<2400h'], 'fail'],
    [['ntp.kiss'], 'pass'],
    [['ntp.kiss==rate', 'rtt<1s'], 'pass'],
    [['ntp.kiss=~/RATE|RSTR/'], 'pass'],
  ])('%j: %s', (expect_, verdict) => {
    const document = judged(kissed, expect_)
    expect(document.verdict).toBe(verdict)
    if (verdict === 'fail')
      expect(document.reason).toContain('kiss code RATE (the server limits the rate: ask less often)')
  })

  test('an ordinary answer has none', () => {
    const run = facts([answeredBy(ntpAnswer())])
    expect(judged(run, ['ntp.kiss']).expectations).toEqual([{ expr: 'ntp.kiss', actual: 'false', passed: false }])
    expect(judged(run, ['ntp.kiss!=RATE']).verdict).toBe('pass')
  })
})

test('the reason has the cause once, then the other expectations', () => {
  const run = facts([request({ fate: 'unreachable', error: 'ECONNREFUSED' })])
  expect(judged(run, ['rtt<1s', 'reply==PONG', 'silent']).reason).toBe(
    'nothing listens on 192.0.2.7:53 (ICMP: port unreachable): start the service there, or correct the port; ' +
      'silent does not hold: an ICMP error came back for 192.0.2.7:53: port unreachable',
  )
  expect(judged(facts([answeredBy(dnsAnswer())]), ['dns.rcode==NXDOMAIN', 'rtt<1ms']).reason).toBe(
    'dns.rcode==NXDOMAIN does not hold: NOERROR; rtt<1ms does not hold: 2 ms',
  )
})

describe('warnings', () => {
  const late = request({ question: 1, fate: 'late', rtt: 2 * SECOND, reply: bytesOf('x'), answer: MESSAGE })
  test.each([
    ['foreignAnswer', facts([answeredBy(MESSAGE)], { foreignSources: [{ ...STRANGER, count: 2, answers: 1 }] })],
    ['caseNotKept', facts([request({ fate: 'askedAgain', because: 'caseNotKept' }), answeredBy(dnsAnswer())])],
    ['lateAnswers', facts([answeredBy(MESSAGE), late])],
    ['unmatchedDatagrams', facts([answeredBy(MESSAGE)], { unmatched: 1, why: 'its id is of another request' })],
    ['notSynchronized', facts([answeredBy(ntpAnswer({ stratum: 16, leap: 'unknown' }))])],
    ['notSynchronized', facts([answeredBy(ntpAnswer({ stratum: 0 }))])],
    ['truncatedAnswer', facts([answeredBy(dnsAnswer({ tc: true }))])],
  ])('%s', (code, run) => {
    expect(judged(run).warnings.map(warning => warning.code)).toEqual([code])
  })

  test('an ordinary answer has none', () => {
    for (const answer of [MESSAGE, dnsAnswer(), ntpAnswer(), ntpAnswer({ stratum: 1, leap: 'add' })])
      expect(judged(facts([answeredBy(answer)])).warnings).toEqual([])
  })
})
