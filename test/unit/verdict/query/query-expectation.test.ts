import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { metricsOf, QUERY_METRICS } from '../../../../src/verdict/query/metrics.ts'
import type { Demand } from '../../../../src/verdict/query/demand.ts'
import { metricOf, parseQueryExpectation } from '../../../../src/verdict/query/query-expectation.ts'
import type { ServiceName } from '../../../../src/wire/services/answers.ts'
import { attempt, refused } from '../../../helpers/refused.ts'
import { typedText } from '../../../helpers/typed-text.ts'

const SERVICES: readonly ServiceName[] = ['dns', 'ntp', 'stun', 'quic', 'sip', 'coap', 'message']

/** The only service of a metric, else `message`. */
function serviceOf(expr: string): ServiceName {
  return QUERY_METRICS.get(metricOf(expr))?.service ?? 'message'
}

function demandOf(expr: string): Demand {
  return parseQueryExpectation(expr, serviceOf(expr)).demand
}

const number = (operator: string, limit: number): object => ({ kind: 'number', operator, limit })
const text = (operator: string, value: string): object => ({ kind: 'text', operator, text: value })
const pattern = (operator: string, value: RegExp): object => ({ kind: 'pattern', operator, pattern: value })
const flag = (value: boolean): object => ({ kind: 'flag', value })

describe('the lines of the contract', () => {
  test.each<[string, object]>([
    ['reply==PONG', text('==', 'PONG')],
    ['reply!=X', text('!=', 'X')],
    ['reply!~/X/', pattern('!~', /X/)],
    ['reply=~/^PO?NG$/im', pattern('=~', /^PO?NG$/im)],
    ['replyHex==504F4e47', text('==', '504f4e47')],
    ['replyHex!=00', text('!=', '00')],
    ['reply.length<=512', number('<=', 512)],
    ['reply.count==0', number('==', 0)],
    ['rtt<50ms', number('<', 50e6)],
    ['rtt < 1.5 s', number('<', 1.5e9)],
    ['noReply', flag(true)],
    ['silent', flag(true)],
    ['dns.rcode==NXDOMAIN', text('==', 'NXDOMAIN')],
    ['dns.answers>=1', number('>=', 1)],
    ['dns.aa', flag(true)],
    ['dns.tc==false', flag(false)],
    ['dns.ra!=false', flag(true)],
    ['dns.ad != true', flag(false)],
    ['ntp.stratum<=3', number('<=', 3)],
    ['ntp.offset<50ms', number('<', 50e6)],
    ['ntp.delay<100ms', number('<', 100e6)],
    ['ntp.kiss', flag(true)],
    ['ntp.kiss==RATE', text('==', 'RATE')],
    ['stun.mapped', flag(true)],
    ['stun.mapped==192.0.2.1:3478', text('==', '192.0.2.1:3478')],
    ['quic.versions', flag(true)],
    ['stun.mapped==false', flag(false)],
    ['quic.versions!=false', flag(true)],
    ['quic.versions=~/v1/', pattern('=~', /v1/)],
    ['sip.status==200', number('==', 200)],
    ['sip.server==kamailio (5.6.3)', text('==', 'kamailio (5.6.3)')],
  ])('%s', (expr, demand) => {
    expect(demandOf(expr)).toEqual(demand)
  })
})

describe('a text is everything after the operator', () => {
  test.each<[string, string]>([
    ['reply=="PONG"', '"PONG"'],
    ['reply==a b', 'a b'],
    ['reply== PONG \n', ' PONG \n'],
    ['reply===x', '=x'],
    ['reply==<xml>', '<xml>'],
    ['reply==', ''],
    ['reply==~/x/', '~/x/'],
    ['  reply ==x', 'x'],
  ])('%j', (expr, value) => {
    expect(demandOf(expr)).toEqual(text('==', value))
    expect(parseQueryExpectation(expr, 'message').expr).toBe(expr.trimStart())
  })
})

describe('a pattern is between the first and the last slash', () => {
  test.each<[string, RegExp]>([
    ['reply=~/a/b/', /a\/b/],
    ['reply =~ /a/', /a/],
    ['reply=~/^=~ "x"$/s', /^=~ "x"$/s],
    ['replyHex=~/^ff/', /^ff/],
    ['dns.rcode=~/^NO/', /^NO/],
    ['ntp.kiss=~/RATE|RSTR/', /RATE|RSTR/],
    [String.raw`stun.mapped=~/^192\.0\.2\.1:/`, /^192\.0\.2\.1:/],
    ['sip.server=~/kamailio/i', /kamailio/i],
  ])('%s', (expr, value) => {
    expect(demandOf(expr)).toEqual(pattern('=~', value))
  })
})

test.each([
  ['[2001:DB8::1]:3478', '[2001:db8:0:0::1]:3478'],
  ['[::ffff:192.0.2.1]:53', '192.0.2.1:53'],
])('%s and %s are one address', (one, other) => {
  expect(demandOf(`stun.mapped==${one}`)).toEqual(demandOf(`stun.mapped==${other}`))
})

test.each(['nxdomain', 'RCODE3', 'NXDOMAIN'])('dns.rcode==%s is NXDOMAIN', rcode => {
  expect(demandOf(`dns.rcode==${rcode}`)).toEqual(text('==', 'NXDOMAIN'))
})

const HEX = 'write replyHex==504f4e47 or replyHex=~/^504f/'
const COUNT = 'write reply.count==1 or reply.count<4'

describe('refused', () => {
  test.each<[ServiceName, string, string, string]>([
    ['message', '', 'it is not a metric, an operator and a value', 'write reply=~/PONG/ or rtt<50ms'],
    ['message', '==x', 'it is not a metric, an operator and a value', 'write reply=~/PONG/ or rtt<50ms'],
    ['message', 'Reply==x', 'there is no metric "Reply"', 'did you mean reply?'],
    ['message', 'relpy==x', 'there is no metric "relpy"', 'did you mean reply?'],
    ['dns', 'rcode==NOERROR', 'there is no metric "rcode"', 'did you mean dns.rcode?'],
    [
      'message',
      'loss<1%',
      'there is no metric "loss"',
      'the metrics are reply, replyHex, reply.length, reply.count, rtt, noReply, silent',
    ],
    [
      'message',
      'rtt.p99<5ms',
      'there is no metric "rtt.p99"',
      'write rtt<50ms: here rtt is one value, the longest round trip',
    ],
    [
      'stun',
      'ntp.offset<5ms',
      'ntp.offset is a metric of ntp, not of stun',
      'use one of reply, replyHex, reply.length, reply.count, rtt, noReply, silent, stun.mapped',
    ],
    ['message', 'reply', 'reply is a text, so it needs an operator and a value', 'write reply==TEXT or reply=~/REGEX/'],
    ['message', 'rtt', 'rtt is a duration, so it needs an operator and a value', 'write rtt<50ms'],
    ['message', 'reply=x', '= is not an operator', 'did you mean ==?'],
    ['message', 'reply~/x/', '~ is not an operator', 'use one of == != =~ !~'],
    ['message', 'reply<x', 'reply is a text, which has no order', 'write reply==TEXT or reply=~/REGEX/'],
    ['message', 'reply x', 'there is no operator behind reply', 'write reply==TEXT or reply=~/REGEX/'],
    ['message', 'reply=~PONG', 'a pattern is written between slashes', 'did you mean reply=~/PONG/?'],
    ['message', 'reply=~', 'a pattern is written between slashes', 'write reply=~/REGEX/ or reply=~/REGEX/i'],
    ['message', 'reply=~/PONG', 'the / at the end of the pattern is missing', 'did you mean reply=~/PONG/?'],
    ['message', 'reply=~/', 'the / at the end of the pattern is missing', 'write reply=~/REGEX/ or reply=~/REGEX/i'],
    ['message', 'reply=~//', 'the pattern is empty, so every text matches', 'write reply=~/REGEX/ or reply=~/REGEX/i'],
    [
      'message',
      'reply=~/x/g',
      'there is no flag "g" behind the pattern',
      'the flags are i, m, s, u and v; the last / ends the pattern',
    ],
    ['message', 'reply=~/x/ii', 'the flag i is written twice', 'write it once'],
    ['message', 'reply=~/x/uv', 'the flags u and v exclude each other', 'write one of them'],
    ...(
      [
        ['(', 'a group is not closed with )'],
        [')', 'a ) closes no group'],
        ['[', 'a character class is not closed with ]'],
        ['*', 'there is nothing to repeat before *, +, ? or {'],
        ['[z-a]', 'a range in a character class goes from the larger to the smaller'],
        ['a{3,1}', 'the numbers in { } go from the larger to the smaller'],
        ['(?<a>x)(?<a>y)', 'Duplicate capture group name'],
        ['a/: (', 'a group is not closed with )'],
      ] as const
    ).map(
      ([source, reason]) =>
        [
          'message',
          `reply=~/${source}/`,
          `the pattern is not valid: ${reason}`,
          'correct the pattern between the / /',
        ] as [ServiceName, string, string, string],
    ),
    ['message', 'replyHex==0x50', '"0x50" is not hexadecimal (0 to 9, a to f, without spaces)', HEX],
    ['message', 'replyHex==504', 'a byte has two digits, and these are 3', HEX],
    ['message', 'reply.count==', 'the value is missing', 'write reply.count==1 or reply.count<4'],
    ['message', 'reply.count==one', 'reply.count is a whole number', 'write reply.count==1 or reply.count<4'],
    ['message', 'reply.count==1.5', 'reply.count is a whole number', 'write reply.count==1 or reply.count<4'],
    ['message', 'reply.count=~/1/', 'reply.count is a count, and a pattern is for texts', COUNT],
    ['message', 'reply.count=<1', '=< is not an operator', 'did you mean <=?'],
    [
      'message',
      'noReply==false',
      'the opposite of noReply proves no answer',
      'leave it out: without --expect one answer in time is demanded',
    ],
    ['message', 'noReply==yes', 'noReply is true or false, not "yes"', 'write noReply'],
    ['dns', 'dns.aa<1', 'dns.aa is true or false', 'write dns.aa or dns.aa==false'],
    ['dns', 'dns.aa=true', '= is not an operator', 'did you mean ==?'],
    ['dns', 'dns.rcode==NXDOMAN', '"NXDOMAN" is not a response code', 'did you mean dns.rcode==NXDOMAIN?'],
    ['dns', 'dns.rcode==3', '"3" is not a response code', 'write dns.rcode==NOERROR or dns.rcode==NXDOMAIN'],
    [
      'ntp',
      'ntp.kiss==RATED',
      '"RATED" is not a kiss code of at most four letters',
      'write ntp.kiss==RATE or ntp.kiss',
    ],
    [
      'stun',
      'stun.mapped==192.0.2.1',
      '"192.0.2.1" has no port',
      String.raw`write stun.mapped=~/^192\.0\.2\.1:/ for any port`,
    ],
    [
      'stun',
      'stun.mapped==2001:db8::1:53000',
      'an IPv6 address with a port stands in brackets',
      'did you mean stun.mapped==[2001:db8::1]:53000?',
    ],
    [
      'stun',
      'stun.mapped==example.org:53',
      '"example.org:53" is not ADDRESS:PORT',
      'write stun.mapped, stun.mapped==192.0.2.1:3478 or stun.mapped==[2001:db8::1]:3478',
    ],
    [
      'quic',
      'quic.versions==v1',
      'quic.versions is a list, which is searched for a pattern',
      'write quic.versions or quic.versions=~/v1/',
    ],
  ])('%s: %s', (service, expr, reason, hint) => {
    const message = `the expectation cannot be ${JSON.stringify(expr)}: ${reason} (${hint})`
    expect(refused(() => parseQueryExpectation(expr, service))).toBe(message)
  })

  test.each<[ServiceName, string, string]>([
    ['message', 'rtt<50', 'the value of "rtt<50" cannot be "50": the unit is missing (did you mean 50ms or 50s?)'],
    [
      'message',
      'reply.length<5ms',
      'the value of "reply.length<5ms" cannot be "5ms": "ms" is not a unit of size (write 4000 or 4KiB)',
    ],
  ])('%s: %s', (service, expr, message) => {
    expect(refused(() => parseQueryExpectation(expr, service))).toBe(message)
  })
})

test('any text gives an expectation or a usage error', () => {
  const near = fc
    .tuple(
      fc.constantFrom(...QUERY_METRICS.keys(), 'nonsense', ''),
      fc.constantFrom('<', '==', '!=', '=', '=~', '!~', ' == ', '=~/', ''),
      typedText,
      fc.constantFrom('', '/', '/i', '/g'),
    )
    .map(parts => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(typedText, near), fc.constantFrom(...SERVICES), (text, service) => {
      const outcome = attempt(() => parseQueryExpectation(text, service))
      if ('value' in outcome) expect(metricsOf(service)).toContain(outcome.value.metric)
    }),
    { numRuns: 2000 },
  )
})

test('every metric of a service is accepted by it, and refused by the others', () => {
  for (const [metric, { type, service }] of QUERY_METRICS) {
    const value = { text: '==x', hex: '==00', word: '==RATE', count: '==1', duration: '<1s', size: '==1' }
    const rest = metric === 'dns.rcode' ? '==NOERROR' : type in value ? value[type as keyof typeof value] : ''
    for (const one of SERVICES) {
      const parse = (): object => parseQueryExpectation(metric + rest, one)
      if (service === undefined || service === one) expect(parse()).toMatchObject({ metric })
      else expect(refused(parse)).toContain(`${metric} is a metric of ${service}, not of ${one}`)
    }
  }
})
