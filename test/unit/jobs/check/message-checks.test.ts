import { describe, expect, test } from 'vitest'
import { planSuite, type SuitePlan } from '../../../../src/jobs/check/suite-plan.ts'
import { readYaml } from '../../../../src/jobs/yaml-source.ts'
import { failure } from '../../../helpers/refused.ts'

function plan(text: string): SuitePlan {
  return planSuite(readYaml('u.yaml', text))
}

test('every preset is a check, with the options of query in camelCase', () => {
  const { checks } = plan(
    `
defaults: { run: send, target: 127.0.0.1, timeout: 2s, interval: 1ms, size: 64 }
checks:
  - { name: dns, run: message, preset: dns, query: { name: example.org, type: AAAA, recurse: false, 0x20: false, bufsize: 0 } }
  - { name: ntp, run: message, preset: ntp, query: { samples: 3 }, expect: ntp.offset<50ms }
  - { name: stun, run: message, preset: stun, expect: [stun.mapped, rtt<1s] }
  - { name: quic, run: message, preset: quic, retries: 2, count: 3, waitFor: 5s, bind: 127.0.0.1, ipv4: true }
  - { name: sip, run: message, preset: sip, query: { uri: "sip:a@example.org" }, expect: sip.status==200 }
  - { name: coap, run: message, preset: coap, level: warn, tags: [iot], retryFor: 3s }
  - { name: text, run: message, send: 007, expect: "reply=~/^0[0-9]+$/" }
  - { name: hex, run: message, sendHex: 0000, expect: replyHex==0000 }
  - { name: base64, run: message, sendBase64: aGk=, serve: { mode: echo } }
  - { name: explicit, run: message, preset: message, send: hi, expect: noReply }
`.replace('run: send, ', ''),
  )
  expect(checks.map(({ name, plan: { expected } }) => [name, expected])).toEqual([
    ['dns', 'an answer in time'],
    ['ntp', 'ntp.offset<50ms'],
    ['stun', 'stun.mapped, rtt<1s'],
    ['quic', 'an answer in time'],
    ['sip', 'sip.status==200'],
    ['coap', 'an answer in time'],
    ['text', 'reply=~/^0[0-9]+$/'],
    ['hex', 'replyHex==0000'],
    ['base64', 'an answer in time'],
    ['explicit', 'noReply'],
  ])
  expect(checks[5]).toMatchObject({ level: 'warn', tags: ['iot'], retryFor: 3e9, target: '127.0.0.1' })
  expect(checks[8]).toMatchObject({ serve: { respond: { mode: 'echo' } } })
})

const AT = 'checks: [{ name: a, target: h, run: message, '

describe('a mistake has its place and a hint', () => {
  test.each<readonly [string, string, string | RegExp]>([
    ['preset: dsn }]', '1:54: preset cannot be "dsn": it is dns, ntp', 'did you mean dns?'],
    ['preset: dns }]', '1:10: query is missing', /write query/u],
    ['preset: dns, query: { type: A } }]', '1:66: name is missing', /write name/u],
    ['preset: dns, query: { name: a..b } }]', '1:74: name cannot be "a..b"', ''],
    ['preset: dns, query: { name: a, tpye: A } }]', '1:77: there is no key "tpye"', 'did you mean type?'],
    ['preset: dns, query: { name: a, type: AAAAA } }]', '1:83: type cannot be "AAAAA"', ''],
    ['preset: dns, query: { name: a, recurse: no } }]', '1:86: recurse cannot be "no": it is true or false', ''],
    [
      'preset: dns, type: A, query: { name: a } }]',
      '1:59: there is no key "type" for',
      'type is a key below query, of preset: dns',
    ],
    ['preset: ntp, query: { samples: 0 } }]', '1:77: samples cannot be "0"', ''],
    ['preset: stun, send: hi }]', '1:60: there is no key "send" for', 'send is a key of run: message without preset'],
    [
      'preset: stun, interval: 1ms }]',
      '1:60: there is no key "interval" for',
      'interval is a key of run: send, sweep, mtu and stamp',
    ],
    ['query: { name: a } }]', '1:46: there is no key "query" for', 'add preset: dns'],
    ['sendHex: abc }]', '1:55: sendHex cannot be "abc"', /two digits/u],
    ['sendBase64: "a" }]', '1:58: sendBase64 cannot be "a"', /base64/u],
    ['send: a, sendHex: 61 }]', 'send and sendHex exclude each other', /leave/u],
    ['}]', '1:10: the check has neither a message nor a preset', /write send/u],
    ['send: true }]', '1:52: send cannot be true: it is one text or number', 'did you mean "true"?'],
    ['send: [a] }]', '1:52: send cannot be ["a"]: it is one text or number', ''],
    ['send: a, timeout: 5 }]', '1:64: timeout cannot be "5"', /5s/u],
    ['send: a, expect: loss==0 }]', '1:63: ', ''],
    ['send: a, expect: "ntp.offset<1s" }]', '1:63: ', /./u],
    ['send: a, expect: "reply=~/(/" }]', '1:63: ', ''],
  ])('%s', (rest, message, hint) => {
    const { code, message: told, hint: meant = '' } = failure(() => plan(AT + rest))
    expect(code).toBe('usage')
    expect(told).toContain(message)
    if (typeof hint === 'string') expect(meant).toContain(hint)
    else expect(meant).toMatch(hint)
  })

  test.each([
    ['preset: dns', 'preset is a key of run: message'],
    ['send: hi', 'send is a key of run: message'],
    ['retries: 1', 'retries is a key of run: message'],
  ])('%s without run: message', (key, hint) => {
    expect(failure(() => plan(`checks: [{ name: a, serve: {}, ${key} }]`)).hint).toBe(hint)
  })

  test('a misspelled run', () => {
    expect(failure(() => plan('checks: [{ name: a, target: h, run: mesage, send: a }]')).hint).toBe(
      'did you mean message?',
    )
  })
})
