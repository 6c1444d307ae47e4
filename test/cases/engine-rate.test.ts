import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { send } from '../../src/index.ts'
import { cases } from '../helpers/cases.ts'
import { startEcho } from '../helpers/peers.ts'
import { temporaryFolder } from '../helpers/tools.ts'
import { runHosted } from '../helpers/udptool.ts'

/** Half a second at 100 pps in bursts of 10: five bursts, at 0, 100, 200, 300 and 400 ms. */
const HALF_A_SECOND = 50

/** The number of datagrams that a Python server receives from this run. */
async function received(send: (at: string) => Promise<unknown>): Promise<number> {
  await using echo = await startEcho()
  await send(echo.at)
  return (await echo.stop()).received
}

async function sent(...args: readonly string[]): Promise<number> {
  return await received(
    async at =>
      await runHosted(['send', '--to', at, '--duration', '500ms', '--timeout', '20s', '--no-receipts', ...args]),
  )
}

const BEFORE = 'ten times as many'

cases([
  {
    fault: 'A16',
    what: '--rate 100pps --burst 10 for 500 ms',
    before: BEFORE,
    right: '50 datagrams',
    shows: async () => expect(await sent('--rate', '100pps', '--burst', '10')).toBe(HALF_A_SECOND),
  },
  {
    fault: 'A16',
    what: '--rate 100pps --burst 10 --clients 3 on the dgram engine',
    before: BEFORE,
    right: '50 for each client',
    shows: async () => {
      const args = ['--rate', '100pps', '--burst', '10', '--clients', '3', '--engine', 'dgram']
      // The last burst of the third client is due 67 ms after the first client's.
      expect(await sent(...args)).toBe(3 * HALF_A_SECOND)
    },
  },
  {
    fault: 'A16',
    what: 'the same rate in bits: 128 bytes at 102.4 kbit/s',
    before: '50 datagrams',
    right: '50 datagrams',
    shows: async () => expect(await sent('--rate', '102.4kbit', '--burst', '10')).toBe(HALF_A_SECOND),
  },
  {
    fault: 'A16',
    what: '--rate 100pps --burst 10 --window 20: the window may delay probes, but adds none',
    before: BEFORE,
    right: 'at most 50 datagrams',
    shows: async () => {
      const count = await sent('--rate', '100pps', '--burst', '10', '--window', '20')
      expect(count).toBeGreaterThan(0)
      expect(count).toBeLessThanOrEqual(HALF_A_SECOND)
    },
  },
  {
    fault: 'A16',
    what: '--interval 100ms --burst 10: the interval is between bursts',
    before: '50 datagrams',
    right: '50 datagrams',
    shows: async () => expect(await sent('--interval', '100ms', '--burst', '10')).toBe(HALF_A_SECOND),
  },
  {
    fault: 'A16',
    what: 'rate and burst in a check file',
    before: BEFORE,
    right: '50 datagrams',
    shows: async () => {
      const file = join(temporaryFolder(), 'udptool.yaml')
      const check = (at: string): string =>
        `checks: [{ name: paced, target: '${at}', rate: 100pps, burst: 10, duration: 500ms, timeout: 20s, receipts: false, expect: [loss==0] }]\n`
      const count = await received(async at => {
        writeFileSync(file, check(at))
        return await runHosted(['check', file])
      })
      expect(count).toBe(HALF_A_SECOND)
    },
  },
  {
    fault: 'A16',
    what: 'rate and burst by the library',
    before: BEFORE,
    right: '50 datagrams',
    shows: async () => {
      const options = {
        rate: '100pps',
        burst: 10,
        duration: '500ms',
        timeout: '20s',
        receipts: false,
        engine: 'dgram',
      } as const
      expect(await received(async to => await send({ ...options, to }))).toBe(HALF_A_SECOND)
    },
  },
  {
    fault: 'A17',
    what: 'a burst of 200 on the default engine',
    before: 'one send time for 64 probes: 10 540/s, where the wire had 15 969/s',
    right: 'at most 8 probes have the same send time',
    shows: async () => {
      await using echo = await startEcho()
      const burst = ['--count', '200', '--burst', '200', '--no-receipts', '--format', 'csv']
      const { stdout } = await runHosted(['send', '--to', echo.at, ...burst])
      const [header = '', ...rows] = stdout.trim().split('\n')
      const column = header.split(',').indexOf('sentMs')
      const times = new Map<string, number>()
      for (const row of rows)
        times.set(row.split(',')[column] ?? '', (times.get(row.split(',')[column] ?? '') ?? 0) + 1)
      expect(rows).toHaveLength(200)
      expect(Math.max(...times.values())).toBeLessThanOrEqual(8)
    },
  },
])
