import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import type { StampPlan } from '../../../../src/facts/protocol.ts'
import { effectiveOptions } from '../../../../src/runs/send/effective.ts'
import type { SendPlan } from '../../../../src/runs/send/plan.ts'
import type { StampSendOptions } from '../../../../src/jobs/stamp-send/options.ts'
import { planStampSend } from '../../../../src/jobs/stamp-send/plan.ts'
import { failure, refused } from '../../../helpers/refused.ts'

const ONE = '1'.repeat(64)
const TWO = '2'.repeat(64)

let folder = ''
let keys = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stamp-send-'))
  keys = join(folder, 'keys')
  writeFileSync(keys, `A ${ONE}\n3 ${TWO}\n`, { mode: 0o600 })
})
afterAll(() => rmSync(folder, { recursive: true }))

function plan(options: StampSendOptions, environment: Readonly<Record<string, string>> = {}): SendPlan {
  return planStampSend(options, environment)
}

function protocol(options: StampSendOptions): StampPlan {
  const planned = plan(options).probe.protocol
  if (planned?.name !== 'stamp') throw new Error('no STAMP plan')
  return planned
}

test('the defaults: ten packets of 44 bytes with TTL 255 to port 862, with random padding', () => {
  expect(plan({})).toEqual({
    command: 'stamp send',
    target: { host: '127.0.0.1', port: 862 },
    engine: 'auto',
    self: false,
    waitFor: 0,
    payload: { kind: 'random' },
    probe: {
      clients: 1,
      sizes: [44],
      count: 10,
      interval: 100 * MILLISECOND,
      burst: 1,
      timeout: SECOND,
      receipts: false,
      strayCheck: true,
      summary: false,
      protocol: { name: 'stamp', isAuthenticated: false, ssid: 0, timestamps: 'ntp', isLight: false, tlvs: [] },
    },
    sockets: { recvBuffer: 4 * 2 ** 20, ttl: 255 },
    expectations: [],
  })
})

describe('the target', () => {
  test.each<[StampSendOptions, string, number]>([
    [{ to: 'router' }, 'router', 862],
    [{ to: 'router:9000' }, 'router', 9000],
    [{ to: '[2001:db8::1]' }, '2001:db8::1', 862],
    [{ to: '2001:db8::1' }, '2001:db8::1', 862],
    [{ family: 6 }, '::1', 862],
    [{ family: 6, to: 'router' }, 'router', 862],
  ])('%j', (options, host, port) => {
    expect(plan(options).target).toEqual({ host, port })
  })

  test('of --self is its own reflector', () => {
    expect(plan({ self: true }).self).toBe(true)
    expect(refused(() => plan({ self: true, to: 'router' }))).toContain('--self starts its own server')
  })
})

test('options of send have their meaning', () => {
  const { probe, sockets, expectations, seed, payload, family } = plan({
    to: '[::1]',
    family: 6,
    size: '44,1000',
    rate: '100pps',
    duration: '3s',
    burst: 2,
    window: 7,
    clients: 3,
    payload: 'zeros',
    timeout: '250ms',
    linger: '0s',
    bind: '::1',
    dscp: 'ef',
    ttl: 3,
    seed: 42,
    summary: true,
    expect: 'loss==0',
  })
  expect({ seed, payload, family }).toEqual({ seed: 42, payload: { kind: 'zeros' }, family: 6 })
  expect(probe).toMatchObject({
    sizes: [44, 1000],
    interval: 20 * MILLISECOND,
    duration: 3 * SECOND,
    burst: 2,
    window: 7,
  })
  expect(probe).toMatchObject({ clients: 3, timeout: 250 * MILLISECOND, linger: 0, summary: true })
  expect(probe).not.toHaveProperty('count')
  expect(sockets).toEqual({ bind: { host: '::1', port: 0 }, recvBuffer: 4 * 2 ** 20, tos: 184, ttl: 3 })
  expect(expectations.map(({ expr }) => expr)).toEqual(['loss==0'])
})

test('options of STAMP', () => {
  expect(protocol({ ssid: 7, timestamps: 'ptp', tlv: ['direct', 'followup,timestamp'] })).toEqual({
    name: 'stamp',
    isAuthenticated: false,
    ssid: 7,
    timestamps: 'ptp',
    isLight: false,
    tlvs: ['direct', 'followup', 'timestamp'],
  })
})

test('a port of --bind is noted, because a reflector may know it', () => {
  expect(protocol({ bind: '127.0.0.1:4000' })).toMatchObject({ hasFixedPort: true })
  expect(protocol({ bind: '127.0.0.1' })).not.toHaveProperty('hasFixedPort')
})

describe('the DSCP wanted for the replies', () => {
  test.each<[StampSendOptions, number | undefined]>([
    [{}, undefined],
    [{ dscp: 'ef' }, undefined],
    [{ tlv: 'cos' }, 0],
    [{ tlv: 'cos', dscp: 'ef' }, 46],
    [{ tlv: 'cos', tos: '184' }, 46],
    [{ tlv: 'cos', dscp: 'ef', replyDscp: 'cs1' }, 8],
    [{ tlv: 'cos', replyDscp: '63' }, 63],
  ])('%j', (options, expected) => {
    expect(protocol(options).replyDscp).toBe(expected)
  })
})

describe('the key', () => {
  const key = (options: StampSendOptions, environment: Readonly<Record<string, string>> = {}): string | undefined => {
    const planned = plan(options, environment)
    expect(planned.probe.protocol).toMatchObject({ isAuthenticated: planned.sockets.key !== undefined })
    return planned.sockets.key?.id
  }

  test('is the first of the file, or the one with the ID', () => {
    expect(key({ auth: true, keyFile: keys })).toBe('A')
    expect(key({ keyFile: keys })).toBe('A')
    expect(key({ keyFile: keys, keyId: 3 })).toBe('3')
  })

  test('comes from the file of UDPTOOL_KEY_FILE if an option asks for authentication', () => {
    const environment = { UDPTOOL_KEY_FILE: keys }
    expect(key({}, environment)).toBeUndefined()
    expect(key({ auth: true }, environment)).toBe('A')
    expect(key({ keyId: '3' }, environment)).toBe('3')
  })

  test('is needed for authentication', () => {
    const hint = '(name a file of keys: --key-file FILE, or the variable UDPTOOL_KEY_FILE)'
    expect(refused(() => plan({ auth: true }))).toBe(`--auth needs a key ${hint}`)
    expect(refused(() => plan({ keyId: '1' }))).toBe(`--key-id needs a key ${hint}`)
    expect(refused(() => plan({ keyFile: keys, keyId: '7' }))).toBe(`${keys} has no key 7 (name one of its keys: A, 3)`)
  })

  test('is in no option of the Result, which names its ID', () => {
    const planned = plan({ keyFile: keys })
    const effective = effectiveOptions(planned)
    expect(effective).toMatchObject({ auth: true, keyId: 'A' })
    const secret = Buffer.from(ONE, 'hex')
    for (const encoding of ['hex', 'base64', 'latin1'] as const)
      expect(JSON.stringify(effective)).not.toContain(secret.toString(encoding))
  })
})

describe('the options of the Result', () => {
  test('name those of STAMP', () => {
    expect(effectiveOptions(plan({ ssid: 9, tlv: 'cos', dscp: 'ef' }))).toEqual({
      to: '127.0.0.1:862',
      sizes: [52],
      count: 10,
      intervalMs: 100,
      burst: 1,
      clients: 1,
      payload: 'random',
      timeoutMs: 1000,
      summary: false,
      self: false,
      engine: 'auto',
      recvBuffer: 4 * 2 ** 20,
      tos: 184,
      ttl: 255,
      ssid: 9,
      auth: false,
      timestamps: 'ntp',
      tlv: ['cos'],
      replyDscp: 46,
      twampLight: false,
      expect: [],
    })
  })
})

describe('TWAMP-Light has', () => {
  test('the same size by default, so that a reply is not longer', () => {
    expect(plan({ twampLight: true }).probe).toMatchObject({ sizes: [44], protocol: { isLight: true } })
  })

  test.each<[StampSendOptions, string, string]>([
    [{ tlv: 'cos' }, 'no TLVs (leave --tlv or --twamp-light out)', 'tlv'],
    [{ ssid: 3 }, 'no session identifiers (leave --ssid or --twamp-light out)', 'ssid'],
    [{ timestamps: 'ptp' }, 'NTP timestamps only (leave --timestamps ptp or --twamp-light out)', 'timestamps'],
  ])('not %j', (options, message, option) => {
    expect(refused(() => plan({ ...options, twampLight: true }))).toBe(`TWAMP-Light has ${message}`)
    expect(failure(() => plan({ ...options, twampLight: true })).option).toBe(option)
  })

  test('no authentication of STAMP', () => {
    expect(refused(() => plan({ keyFile: keys, twampLight: true }))).toBe(
      'TWAMP-Light has another HMAC than STAMP (leave the key or --twamp-light out)',
    )
  })
})

test.each<[StampSendOptions, string, string]>([
  [{ tlv: 'coss' }, '--tlv cannot be "coss": it is cos, direct, followup or timestamp (did you mean cos?)', 'tlv'],
  [{ tlv: ['cos', 'cos'] }, '--tlv names cos twice (a packet has one TLV of a kind: name it once)', 'tlv'],
  [{ tlv: '' }, '--tlv cannot be "": it is cos, direct, followup or timestamp (write --tlv cos)', 'tlv'],
  [{ replyDscp: 'ef' }, '--reply-dscp needs --tlv (leave --reply-dscp out, or add --tlv)', ''],
  [{ replyDscp: 'ef', tlv: 'direct' }, '--reply-dscp needs the TLV cos (add it: --tlv cos)', 'replyDscp'],
  [{ ssid: 0 }, '--ssid cannot be 0: the least is 1 (write a number from 1 to 65535)', 'ssid'],
  [{ ssid: 65_536 }, '--ssid cannot be 65536: the most is 65535 (write a number from 1 to 65535)', 'ssid'],
  [{ timestamps: 'utc' }, '--timestamps cannot be "utc": it is ntp or ptp (write --timestamps ntp)', 'timestamps'],
  [
    { keyId: ONE },
    '--key-id is not one digit 0-9 or A-F (write the ID of a line of the key file: --key-id 0)',
    'keyId',
  ],
])('%j is refused', (options, message, option) => {
  expect(refused(() => plan(options))).toBe(message)
  expect(failure(() => plan(options)).option ?? '').toBe(option)
})
