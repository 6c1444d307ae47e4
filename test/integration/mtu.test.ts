import { expect, test } from 'vitest'
import type * as Source from '../../src/index.ts'
import { ROOT } from '../helpers/child.ts'
import { sumOfFates } from '../helpers/document.ts'
import { startEcho } from '../helpers/peers.ts'
import { runHosted, udptool } from '../helpers/udptool.ts'

const { mtu } = (await import(`${ROOT}dist/index.js`)) as typeof Source

/** A timeout that no reply misses, however busy the machine is. */
const LONG_TIMEOUT = ['--timeout', '20s'] as const
/** Loopback carries IPv4 packets of every size. */
const LOOPBACK = { payload: 65_507 }

test('over loopback, finds the largest UDP datagram with a plain echo server', async () => {
  await using echo = await startEcho()
  const run = await udptool(['mtu', echo.at, ...LONG_TIMEOUT, '--json'])
  expect(run.code).toBe(0)
  expect(run.json().mtu).toMatchObject(LOOPBACK)
  expect(sumOfFates(run.json().ledger)).toBe(run.json().ledger.scheduled)
  expect((await echo.stop()).received).toBe(run.json().ledger.sent)
})

test('a server that truncates: its answers prove that the probes arrived, and large replies are not tested', async () => {
  await using echo = await startEcho('--read', '1024')
  const run = await runHosted(['mtu', echo.at, ...LONG_TIMEOUT])
  expect(run.stdout).toContain('65507 B')
  expect(run.stdout).toContain('cut at 1024 B')
  await echo.stop()
})

test('the dgram engine reports no path MTU, and an expectation about it fails with the reason', async () => {
  const run = await runHosted([
    'mtu',
    '--self',
    ...LONG_TIMEOUT,
    '--engine',
    'dgram',
    '--json',
    '--expect',
    'mtu>=1280',
  ])
  expect(run.code).toBe(1)
  expect(run.json().mtu).toMatchObject({ ...LOOPBACK, method: 'fragments' })
  expect(run.json().mtu).not.toHaveProperty('path')
  expect(run.json().expectations).toMatchObject([{ passed: false, reason: expect.stringContaining('dgram') }])
})

test('as a library', async () => {
  const result = await mtu({ self: true, size: [4000], timeout: '20s' })
  expect(result.mtu).toMatchObject(LOOPBACK)
})
