import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import type { EchoOptions } from '../../../../src/runs/echo/options.ts'
import { planEcho } from '../../../../src/runs/echo/plan.ts'
import { refused } from '../../../helpers/refused.ts'

test('the defaults: loopback, the usual port, upper case, no other hosts', () => {
  expect(planEcho({})).toEqual({
    engine: 'auto',
    respond: {
      mode: 'upper',
      delay: 0,
      sourceCap: { answers: 1000, bytes: 2_097_152, onLoopback: false },
      maxPeers: 65_536,
      allow: [],
      deny: [],
    },
    sockets: { host: '127.0.0.1', port: 9000, recvBuffer: 4 * 2 ** 20, workers: 1 },
  })
})

test('every option in its unit', () => {
  const { respond, sockets, engine } = planEcho({
    host: '::1',
    port: '0',
    mode: 'echo',
    reply: 'grüß',
    recvSize: '1KiB',
    delay: '20ms',
    engine: 'dgram',
    workers: '4',
    recvBuffer: '64k',
    maxRate: '1kpps',
    maxRatePerSource: '10pps',
    maxPeers: '5',
    allow: ['10.0.0.0/8'],
    deny: ['10.1.0.0/16', '::1'],
    duration: '2s',
    maxIdle: '500ms',
    maxDatagrams: '7',
  })
  expect(engine).toBe('dgram')
  expect(sockets).toEqual({ host: '::1', port: 0, recvBuffer: 64_000, workers: 4, recvSize: 1024 })
  expect(respond).toEqual({
    mode: 'echo',
    reply: new TextEncoder().encode('grüß'),
    delay: 20 * MILLISECOND,
    maxRate: 1000,
    sourceCap: { answers: 10, onLoopback: true },
    maxPeers: 5,
    allow: ['10.0.0.0/8'],
    deny: ['10.1.0.0/16', '::1'],
    duration: 2 * SECOND,
    maxIdle: 500 * MILLISECOND,
    maxDatagrams: 7,
  })
})

describe('a bind that others can reach needs --public', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1', 'example.org'])('%s', host => {
    expect(refused(() => planEcho({ host }))).toMatch(/needs --public/)
    expect(planEcho({ host, public: true }).sockets.host).toBe(host)
  })

  test.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('%s does not', host => {
    expect(planEcho({ host }).sockets.host).toBe(host)
  })
})

describe('invalid options', () => {
  test.each<[EchoOptions, RegExp]>([
    [{ mode: 'uper' }, /--mode.*upper/],
    [{ engine: 'kernal' }, /--engine.*kernel/],
    [{ port: '65536' }, /--port/],
    [{ port: '-1' }, /--port/],
    [{ workers: '0' }, /--workers/],
    [{ maxPeers: '0' }, /--max-peers/],
    [{ maxDatagrams: '0' }, /--max-datagrams/],
    [{ recvSize: '1.5' }, /--recv-size/],
    [{ recvBuffer: 'big' }, /--recv-buffer/],
    [{ delay: '20' }, /--delay.*ms/],
    [{ duration: 'soon' }, /--duration/],
    [{ maxIdle: '-1s' }, /--max-idle/],
    [{ maxRate: '10Mbit' }, /--max-rate .*pps/],
    [{ maxRatePerSource: '10' }, /--max-rate-per-source .*10Mbit/s],
    [{ allow: ['10.0.0.0/33'] }, /--allow/],
    [{ deny: ['10.0.0.0/8', 'nobody'] }, /--deny/],
    [{ reply: 'UDT1' }, /--reply .*"UDT1"/],
    [{ reply: 'UDT2 and more' }, /--reply .*"UDT2"/],
    [{ reply: 'udt1 and more' }, /--reply .*"udt1"/],
  ])('%j', (options, error) => {
    expect(refused(() => planEcho(options))).toMatch(error)
  })
})
