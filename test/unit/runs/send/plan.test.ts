import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import type { SendOptions } from '../../../../src/runs/send/options.ts'
import { planSend } from '../../../../src/runs/send/plan.ts'
import { refused } from '../../../helpers/refused.ts'

const FAR = '192.0.2.1:9000'

test('the defaults: ten 128-byte probes to the usual port, ten per second', () => {
  expect(planSend({})).toEqual({
    target: { host: '127.0.0.1', port: 9000 },
    engine: 'auto',
    self: false,
    waitFor: 0,
    payload: { kind: 'text' },
    probe: {
      clients: 1,
      sizes: [128],
      count: 10,
      interval: 100 * MILLISECOND,
      burst: 1,
      timeout: SECOND,
      receipts: true,
      strayCheck: true,
      summary: false,
    },
    sockets: { recvBuffer: 4 * 2 ** 20 },
    expectations: [],
  })
})

test('IPv6 without a target: this host by its IPv6 address', () => {
  expect(planSend({ family: 6 }).target).toEqual({ host: '::1', port: 9000 })
  expect(planSend({ family: 4 }).target).toEqual({ host: '127.0.0.1', port: 9000 })
})

test('every option in its unit', () => {
  const plan = planSend({
    to: '[::1]:5000',
    family: 6,
    size: '64,1k',
    count: '5',
    interval: '20ms',
    duration: '3s',
    burst: '2',
    window: '7',
    clients: '3',
    payload: 'file:/tmp/x',
    timeout: '250ms',
    linger: '0s',
    bind: '::1',
    df: 'do',
    dscp: 'ef',
    ttl: '3',
    recvBuffer: '1MiB',
    engine: 'dgram',
    seed: '42',
    receipts: false,
    waitFor: '5s',
    summary: true,
    expect: ['loss==0', 'rtt.p99<20ms'],
  })
  expect(plan).toMatchObject({ target: { host: '::1', port: 5000 }, family: 6, engine: 'dgram', waitFor: 5 * SECOND })
  expect(plan).toMatchObject({ seed: 42, payload: { kind: 'file', path: '/tmp/x' } })
  expect(plan.probe).toEqual({
    clients: 3,
    sizes: [64, 1000],
    count: 5,
    duration: 3 * SECOND,
    interval: 20 * MILLISECOND,
    burst: 2,
    window: 7,
    timeout: 250 * MILLISECOND,
    linger: 0,
    receipts: false,
    strayCheck: true,
    summary: true,
  })
  expect(plan.sockets).toEqual({ bind: { host: '::1', port: 0 }, recvBuffer: 2 ** 20, df: 'do', tos: 184, ttl: 3 })
  expect(plan.expectations.map(({ expr }) => expr)).toEqual(['loss==0', 'rtt.p99<20ms'])
})

describe('the count', () => {
  test.each<[SendOptions, number | undefined, number | undefined]>([
    [{}, 10, undefined],
    [{ duration: '2s' }, undefined, 2 * SECOND],
    [{ duration: '2s', count: 5 }, 5, 2 * SECOND],
    [{ flood: true }, undefined, 5 * SECOND],
    [{ flood: true, count: 5 }, 5, undefined],
    [{ flood: true, duration: '1s' }, undefined, SECOND],
  ])('%j', (options, count, duration) => {
    const { probe } = planSend(options)
    expect([probe.count, probe.duration]).toEqual([count, duration])
  })
})

describe('the pace', () => {
  test.each<[SendOptions, number, number | undefined]>([
    [{ rate: '100pps' }, 10 * MILLISECOND, undefined],
    // A rate does not depend on the burst. An interval is the time between bursts.
    [{ rate: '100pps', burst: 10 }, 100 * MILLISECOND, undefined],
    [{ rate: '100pps', burst: 10, window: 3, clients: 4 }, 100 * MILLISECOND, undefined],
    [{ rate: '3pps', burst: 7 }, (7 * SECOND) / 3, undefined],
    [{ interval: '10ms', burst: 10 }, 10 * MILLISECOND, undefined],
    [{ rate: '10Mbit', burst: 10 }, 0, 10_000_000],
    [{ rate: '10Mbit' }, 0, 10_000_000],
    [{ interval: '0s' }, 0, undefined],
    [{ flood: true }, 0, undefined],
  ])('%j', (options, interval, bitRate) => {
    const { probe } = planSend(options)
    expect([probe.interval, probe.bitRate]).toEqual([interval, bitRate])
  })
})

describe('the window', () => {
  test.each<[SendOptions, number | undefined]>([
    [{}, undefined],
    [{ window: 3 }, 3],
    [{ flood: true }, 1024],
    [{ flood: true, window: 5 }, 5],
    [{ interval: '0s' }, 1024],
    [{ rate: '10Mbit' }, undefined],
    // Too small for a sequence: one at a time, whatever was requested.
    [{ size: 12 }, 1],
    [{ size: 13 }, undefined],
    [{ size: 0 }, 1],
    [{ size: '128,4', window: 9 }, 1],
    [{ size: 1, flood: true }, 1],
  ])('%j', (options, window) => {
    expect(planSend(options).probe.window).toBe(window)
  })
})

describe('off loopback, more than 1000 per second needs an explicit rate', () => {
  test.each<SendOptions>([
    { to: FAR, clients: 101 },
    { to: FAR, burst: 101 },
    { to: 'example.org', clients: 11, burst: 10 },
  ])('%j', options => {
    expect(refused(() => planSend(options))).toMatch(/datagrams a second off loopback.*--rate, --interval or --flood/)
  })

  test.each<SendOptions>([
    { to: FAR, clients: 100 },
    { to: FAR, clients: 1000, interval: '100ms' },
    { to: FAR, rate: '50kpps' },
    { to: FAR, flood: true },
    { clients: 1000 },
    { to: 'localhost', burst: 1000 },
    { self: true, clients: 1000 },
  ])('%j is asked for, or quiet, or at home', options => {
    expect(planSend(options).probe.clients).toBeGreaterThan(0)
  })
})

describe('the source address', () => {
  test.each<[string, { readonly host: string; readonly port: number }]>([
    ['127.0.0.1', { host: '127.0.0.1', port: 0 }],
    ['::1', { host: '::1', port: 0 }],
    ['127.0.0.1:4000', { host: '127.0.0.1', port: 4000 }],
    ['[::1]:4000', { host: '::1', port: 4000 }],
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
  ])('%s', (bind, local) => {
    expect(planSend({ bind }).sockets.bind).toEqual(local)
  })

  test('a fixed port allows one client only', () => {
    expect(refused(() => planSend({ bind: '127.0.0.1:4000', clients: 2 }))).toMatch(/one port.*2 clients/)
    expect(planSend({ bind: '127.0.0.1', clients: 2 }).probe.clients).toBe(2)
  })
})

describe('do not fragment', () => {
  test.each<[SendOptions['df'], 'do' | 'probe' | undefined]>([
    [undefined, undefined],
    [false, undefined],
    [true, 'probe'],
    ['probe', 'probe'],
    ['do', 'do'],
  ])('%s', (df, mode) => {
    expect(planSend(df === undefined ? {} : { df }).sockets.df).toBe(mode)
  })
})

test('an embedded server replaces the target', () => {
  expect(planSend({ self: true })).toMatchObject({ self: true })
  expect(refused(() => planSend({ self: true, to: FAR }))).toMatch(/--self.*--to/)
})

describe('invalid options', () => {
  test.each<[SendOptions, RegExp]>([
    [{ to: 'http://x' }, /--to/],
    [{ to: '127.0.0.1:0' }, /--to/],
    [{ size: '-1' }, /--size/],
    [{ size: '64..9000/0' }, /--size/],
    [{ count: '0' }, /--count/],
    [{ count: 'many' }, /--count/],
    [{ interval: '100' }, /--interval.*ms/],
    [{ rate: '100' }, /--rate/],
    [{ interval: '1ms', rate: '10pps' }, /--interval and --rate/],
    [{ flood: true, interval: '1ms' }, /--flood/],
    [{ flood: true, rate: '10pps' }, /--flood/],
    [{ duration: '0s' }, /--duration/],
    [{ burst: '0' }, /--burst/],
    [{ window: '0' }, /--window/],
    [{ clients: '0' }, /--clients/],
    [{ clients: '60001' }, /--clients/],
    [{ payload: 'txt' }, /--payload.*text/],
    [{ timeout: '0s' }, /--timeout/],
    [{ linger: 'x' }, /--linger/],
    [{ bind: 'nonsense:x' }, /--bind/],
    [
      { bind: 'localhost:0' },
      /--bind cannot be "localhost:0": "localhost" is a name, and a socket is bound to an address/,
    ],
    [{ df: 'maybe' }, /--df/],
    [{ tos: '256' }, /--tos/],
    [{ dscp: 'eff' }, /--dscp.*ef/],
    [{ tos: '1', dscp: 'ef' }, /--tos and --dscp/],
    [{ ttl: '0' }, /--ttl/],
    [{ ttl: '256' }, /--ttl/],
    [{ recvBuffer: '' }, /--recv-buffer/],
    [{ engine: 'memory' }, /--engine/],
    [{ seed: 'x' }, /--seed/],
    [{ waitFor: '5' }, /--wait-for/],
    [{ expect: 'los<1%' }, /los<1%.*loss/],
  ])('%j', (options, error) => {
    expect(refused(() => planSend(options))).toMatch(error)
  })
})
