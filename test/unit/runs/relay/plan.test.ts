import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import type { RelayOptions } from '../../../../src/runs/relay/options.ts'
import { planRelay } from '../../../../src/runs/relay/plan.ts'
import { planSelf } from '../../../../src/jobs/relay-self/run.ts'
import type { SelfOptions } from '../../../../src/jobs/relay-self/options.ts'
import { refused } from '../../../helpers/refused.ts'

test('the defaults: the port next to the server’s, no impairment, a random seed', () => {
  const { relay, ...rest } = planRelay({})
  expect(rest).toEqual({
    listen: { host: '127.0.0.1', port: 9001 },
    to: { host: '127.0.0.1', port: 9000 },
    recvBuffer: 4 * 2 ** 20,
  })
  expect(relay).toEqual({
    up: [],
    down: [],
    seed: expect.stringMatching(/^\d{1,6}$/u),
    queue: 64 * 2 ** 20,
    maxClients: 4096,
    idle: 120 * SECOND,
    sourceCap: { answers: 1000, bytes: 2 * 2 ** 20, onLoopback: false },
  })
})

test('every option in its unit', () => {
  expect(
    planRelay({
      listen: '[::1]:0',
      to: '10.0.0.7:53',
      up: ['drop=5%', 'dup=2%'],
      down: 'delay=20ms~5ms corrupt=1%',
      seed: '7',
      idle: '500ms',
      maxClients: '3',
      maxRatePerSource: '8Mbit',
      servicePorts: true,
      queue: '1MiB',
      recvBuffer: '64k',
      duration: '2s',
    }),
  ).toEqual({
    listen: { host: '::1', port: 0 },
    to: { host: '10.0.0.7', port: 53 },
    recvBuffer: 64_000,
    relay: {
      up: [
        { rule: 'drop', ratio: 0.05 },
        { rule: 'duplicate', ratio: 0.02 },
      ],
      down: [
        { rule: 'delay', base: 20 * MILLISECOND, jitter: 5 * MILLISECOND },
        { rule: 'corrupt', ratio: 0.01 },
      ],
      seed: '7',
      queue: 2 ** 20,
      maxClients: 3,
      idle: 500 * MILLISECOND,
      sourceCap: { bytes: 1_000_000, onLoopback: true },
      servicePorts: true,
      duration: 2 * SECOND,
    },
  })
})

test('numbers, as a program passes them', () => {
  const { relay, listen } = planRelay({ port: 0, seed: 0, maxClients: 2, queue: 4096 })
  expect(listen).toEqual({ host: '127.0.0.1', port: 0 })
  expect(relay).toMatchObject({ seed: '0', maxClients: 2, queue: 4096 })
})

test('--port is used instead of the port in --listen, and with a host without a port', () => {
  expect(planRelay({ listen: '127.0.0.2:5000', port: '6000' }).listen).toEqual({ host: '127.0.0.2', port: 6000 })
  expect(planRelay({ listen: '127.0.0.2' }).listen).toEqual({ host: '127.0.0.2', port: 9000 })
})

describe('a bind that others can reach needs --public', () => {
  test.each(['0.0.0.0:9001', '[::]:9001', '192.0.2.1:9001', 'example.org:9001'])('%s', listen => {
    expect(refused(() => planRelay({ listen }))).toMatch(/^--listen .* needs --public/u)
    expect(planRelay({ listen, public: true }).listen.port).toBe(9001)
  })

  test.each(['127.0.0.1:9001', '127.9.9.9:9001', '[::1]:9001', 'localhost:9001'])('%s does not', listen => {
    expect(planRelay({ listen }).listen.port).toBe(9001)
  })
})

describe('invalid options', () => {
  test.each<[RelayOptions, RegExp]>([
    [{ listen: '127.0.0.1:9000' }, /--to 127\.0\.0\.1:9000 is the relay itself/u],
    [{ port: 9000 }, /is the relay itself/u],
    [{ listen: '127.0.0.1:65536' }, /--listen/u],
    [{ listen: '' }, /--listen/u],
    [{ port: '65536' }, /--port/u],
    [{ port: -1 }, /--port/u],
    [{ port: 1.5 }, /--port/u],
    [{ to: '127.0.0.1:0' }, /--to/u],
    [{ to: ':' }, /--to/u],
    [{ up: 'dpu=2%' }, /--up.*did you mean dup\?/u],
    [{ down: ['drop=5%', 'drop=5'] }, /--down.*5%/u],
    [{ seed: '-1' }, /--seed/u],
    [{ seed: 'x' }, /--seed/u],
    [{ seed: 0.5 }, /--seed/u],
    [{ queue: '10pps' }, /--queue/u],
    [{ maxClients: '0' }, /--max-clients/u],
    [{ maxClients: 60_001 }, /--max-clients/u],
    [{ idle: '20' }, /--idle.*20ms or 20s/u],
    [{ duration: 'soon' }, /--duration/u],
    [{ recvBuffer: 'big' }, /--recv-buffer/u],
  ])('%j', (options, error) => {
    expect(refused(() => planRelay(options))).toMatch(error)
  })
})

describe('--self', () => {
  test('a relay on a free port, and a sender with the flags’ own defaults', () => {
    const { relay, send } = planSelf({ up: 'drop=5%', seed: 3 })
    expect(relay).toMatchObject({ listen: { host: '127.0.0.1', port: 0 }, relay: { seed: '3', down: [] } })
    expect(send.probe).toMatchObject({
      sizes: [128],
      count: 200,
      interval: 5 * MILLISECOND,
      clients: 1,
      timeout: SECOND,
    })
  })

  test('options for both', () => {
    const { relay, send } = planSelf({
      queue: '1k',
      size: '64,1472',
      count: 5,
      interval: '1ms',
      clients: '3',
      timeout: '2s',
    })
    expect(relay.relay.queue).toBe(1000)
    expect(send.probe).toMatchObject({
      sizes: [64, 1472],
      count: 5,
      interval: MILLISECOND,
      clients: 3,
      timeout: 2 * SECOND,
    })
  })

  test.each<[SelfOptions, RegExp]>([
    [{ up: 'drop=5' }, /--up/u],
    [{ queue: 'x' }, /--queue/u],
    [{ size: '70000' }, /--size/u],
    [{ count: '0' }, /--count/u],
    [{ interval: '5' }, /--interval/u],
    [{ clients: '0' }, /--clients/u],
    [{ timeout: 'x' }, /--timeout/u],
  ])('%j', (options, error) => {
    expect(refused(() => planSelf(options))).toMatch(error)
  })
})
