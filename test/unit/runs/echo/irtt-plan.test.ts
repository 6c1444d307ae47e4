import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { planEcho } from '../../../../src/runs/echo/plan.ts'
import { refused } from '../../../helpers/refused.ts'
import { temporaryFolder } from '../../../helpers/tools.ts'

test('without --irtt there is no second server', () => {
  expect(planEcho({})).not.toHaveProperty('irtt')
  expect(planEcho({ irtt: false })).not.toHaveProperty('irtt')
})

test('the defaults: port 2112, as irtt’s own server limits', () => {
  const { irtt } = planEcho({ irtt: true })
  expect(irtt?.sockets).toEqual({ host: '127.0.0.1', port: 2112, recvBuffer: 4 * 2 ** 20, workers: 1 })
  expect(irtt?.respond.protocol).toEqual({
    name: 'irtt',
    isAuthenticated: false,
    maxSessions: 65_536,
    maxDuration: Infinity,
    minInterval: 10 * MILLISECOND,
    maxLength: 65_507,
  })
})

test('guards hold for both servers, and answers only for the echo server', () => {
  const { irtt, respond } = planEcho({
    irtt: '0',
    irttMaxDuration: '1m',
    irttMinInterval: '0s',
    mode: 'discard',
    reply: 'x',
    delay: '1s',
    recvSize: 9,
    workers: 2,
    engine: 'dgram',
    allow: ['10.0.0.0/8'],
    deny: ['10.1.0.0/16'],
    maxRate: '9pps',
    maxRatePerSource: '5pps',
    maxPeers: 7,
    duration: '3s',
    maxIdle: '4s',
    maxDatagrams: 8,
  })
  expect(irtt).toMatchObject({ engine: 'dgram', sockets: { port: 0, workers: 2 } })
  expect(irtt?.sockets).not.toHaveProperty('recvSize')
  expect(irtt?.respond).toEqual({
    mode: 'echo',
    delay: 0,
    sourceCap: { answers: 5, onLoopback: true },
    maxPeers: 7,
    allow: ['10.0.0.0/8'],
    deny: ['10.1.0.0/16'],
    maxRate: 9,
    duration: 3 * SECOND,
    protocol: expect.objectContaining({ maxDuration: 60 * SECOND, minInterval: 0 }) as unknown,
  })
  // They count what both received (server-pair.ts).
  expect(respond).toMatchObject({ maxIdle: 4 * SECOND, maxDatagrams: 8 })
})

test('the key of a file', () => {
  const irttKeyFile = join(temporaryFolder(), 'key')
  writeFileSync(irttKeyFile, '0x00ff\n', { mode: 0o600 })
  const { irtt } = planEcho({ irtt: true, irttKeyFile })
  expect(irtt?.respond.protocol.isAuthenticated).toBe(true)
  expect(irtt?.sockets.keys).toEqual([{ id: '0', secret: Uint8Array.of(0, 255) }])
})

test('what is refused', () => {
  expect(refused(() => planEcho({ irtt: 9000 }))).toBe(
    '--irtt and --port cannot both be 9000: each has a socket of its own (choose another port)',
  )
  expect(refused(() => planEcho({ irtt: '70000' }))).toContain('--irtt cannot be "70000"')
  expect(refused(() => planEcho({ irttKeyFile: 'key' }))).toContain('--irtt-key-file needs --irtt')
  // Each has a port of its own.
  expect(planEcho({ port: 0, irtt: 0 }).irtt?.sockets.port).toBe(0)
})
