import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { PRESETS } from '../../../../src/runs/query/options.ts'
import { planQuery } from '../../../../src/runs/query/plan.ts'
import type { Service } from '../../../../src/wire/services/service.ts'
import { failure, refused } from '../../../helpers/refused.ts'

const ENDS = {
  local: { address: '192.0.2.7', port: 40_000, family: 'udp4' },
  target: { address: '192.0.2.1', port: 5060, family: 'udp4' },
} as const

function textOf(service: Service): string {
  return Buffer.from(service.request(length => new Uint8Array(length), ENDS).bytes).toString('latin1')
}

describe('the port of each service (the IANA registry of port numbers)', () => {
  test.each([
    ['dns', 53, { name: 'example.org' }],
    ['ntp', 123, {}],
    ['stun', 3478, {}],
    ['quic', 443, {}],
    ['sip', 5060, {}],
    ['coap', 5683, {}],
    ['message', 9000, { send: 'x' }],
  ] as const)('%s is at %i unless the target names one', (preset, port, options) => {
    expect(planQuery(preset, 'host', options).target).toEqual({ host: 'host', port })
    expect(planQuery(preset, '::1', options).target).toEqual({ host: '::1', port })
    expect(planQuery(preset, '[::1]:7', options).target).toEqual({ host: '::1', port: 7 })
    expect(planQuery(preset, 'host', options).service.name).toBe(preset)
  })

  test('all presets are tested', () => {
    expect(PRESETS).toHaveLength(7)
  })
})

test('the defaults', () => {
  const { service: _, ...plan } = planQuery('stun', 'host', {})
  expect(plan).toMatchObject({ timeout: SECOND, retries: 0, count: 1, samples: 1, waitFor: 0, expectations: [] })
  expect(plan).not.toHaveProperty('bind')
  expect(plan).not.toHaveProperty('family')
  expect(plan.options).toEqual({ to: 'host:3478', timeoutMs: 1000, retries: 0, count: 1, expect: [] })
})

test('every option is in the plan and in the effective options', () => {
  const plan = planQuery('dns', 'host:5353', {
    name: 'Bücher.example.',
    type: 'aaaa',
    class: 'CLASS3',
    recurse: false,
    dnssec: true,
    bufsize: '4096',
    '0x20': false,
    timeout: '2s',
    retries: 2,
    count: '3',
    waitFor: '1m',
    bind: '192.0.2.7:5000',
    expect: ['dns.aa', 'rtt<1s'],
    family: 4,
  })
  expect(plan).toMatchObject({
    target: { host: 'host', port: 5353 },
    family: 4,
    bind: { host: '192.0.2.7', port: 5000 },
    timeout: 2 * SECOND,
    retries: 2,
    count: 3,
    waitFor: 60 * SECOND,
  })
  expect(plan.expectations.map(({ expr }) => expr)).toEqual(['dns.aa', 'rtt<1s'])
  expect(plan.options).toEqual({
    to: 'host:5353',
    family: 4,
    name: 'xn--bcher-kva.example.',
    type: 'AAAA',
    class: 'CH',
    recurse: false,
    dnssec: true,
    bufsize: 4096,
    '0x20': false,
    timeoutMs: 2000,
    retries: 2,
    count: 3,
    waitForMs: 60_000,
    bind: '192.0.2.7:5000',
    expect: ['dns.aa', 'rtt<1s'],
  })
})

test('samples are requests of one question', () => {
  expect(planQuery('ntp', 'host', { samples: 4 })).toMatchObject({ samples: 4, count: 1, options: { samples: 4 } })
})

test.each([
  ['sip.example.org', 'sip:sip.example.org'],
  ['sip.example.org:5080', 'sip:sip.example.org:5080'],
  ['bücher.example', 'sip:xn--bcher-kva.example'],
  // By its address, which the service knows.
  ['192.0.2.1', 'sip:192.0.2.1'],
])('a SIP server %s is asked about %s', (target, uri) => {
  expect(textOf(planQuery('sip', target, {}).service).split('\r\n')[0]).toContain(`OPTIONS ${uri}`)
})

test.each([{ send: 'a' }, { sendHex: '61' }, { sendBase64: 'YQ==' }])('the message of %j', options => {
  expect(textOf(planQuery('message', 'host', options).service)).toBe('a')
})

test('an empty text is an empty datagram', () => {
  expect(planQuery('message', 'host', { send: '' }).options).toMatchObject({ sendHex: '' })
  expect(textOf(planQuery('message', 'host', { send: '' }).service)).toBe('')
})

describe('mistakes name their option and say what to do', () => {
  test.each<[string, string, () => unknown]>([
    ['query dns needs --name (add --name example.org)', 'name', () => planQuery('dns', 'host', {})],
    [
      "query message needs something to send (add --send 'hello' or --send-hex 68656c6c6f)",
      'send',
      () => planQuery('message', 'host', {}),
    ],
    [
      '--send and --send-base64 exclude each other (leave one of them out)',
      'send',
      () => planQuery('message', 'host', { send: 'a', sendBase64: 'YQ==' }),
    ],
    [
      '--dnssec needs EDNS, and --bufsize 0 leaves it out (leave one of them out)',
      'dnssec',
      () => planQuery('dns', 'host', { name: 'a', dnssec: true, bufsize: 0 }),
    ],
    [
      'the target cannot be "host:": the port is missing behind the colon (write host:53)',
      'target',
      () => planQuery('dns', 'host:', { name: 'a' }),
    ],
  ])('%s', (error, option, plan) => {
    expect(refused(plan)).toBe(error)
    expect(failure(plan).option).toBe(option)
  })

  test('a metric of another preset', () => {
    expect(refused(() => planQuery('stun', 'host', { expect: 'dns.aa' }))).toContain('dns.aa')
  })
})
