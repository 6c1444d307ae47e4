import { expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { expectedMs, otherSize, planRate, ratePps } from '../../../../src/jobs/rate/plan.ts'
import { refused } from '../../../helpers/refused.ts'

test('by default it searches for 1200 bytes on loopback, from 100 datagrams a second without a bound', () => {
  expect(planRate({})).toMatchObject({
    sizes: [1200],
    duration: 2 * SECOND,
    fromRate: { unit: 'packets', perSecond: 100 },
    toRate: undefined,
    maxLoss: 0.001,
    burst: undefined,
    send: { target: { host: '127.0.0.1', port: 9000 }, self: false },
  })
})

test('off loopback it needs a bound or consent, because it loads the path', () => {
  expect(refused(() => planRate({ to: '192.0.2.7' }))).toContain('--to-rate')
  expect(refused(() => planRate({ to: 'host.example' }))).toContain('--yes')
  expect(planRate({ to: '192.0.2.7', yes: true }).toRate).toBeUndefined()
  expect(planRate({ to: '192.0.2.7', toRate: '5Mbit' }).toRate).toEqual({ unit: 'bits', perSecond: 5e6 })
  for (const to of ['127.0.0.9:7', '[::1]:7', 'localhost']) expect(planRate({ to }).toRate).toBeUndefined()
})

test('a loss of 0 is allowed', () => {
  expect(planRate({ maxLoss: '0' }).maxLoss).toBe(0)
  expect(planRate({ maxLoss: '1%' }).maxLoss).toBe(0.01)
  expect(refused(() => planRate({ maxLoss: '5' }))).toContain('did you mean 5%?')
})

test('each size is searched once, and must carry a check', () => {
  expect(planRate({ size: '1200,256,1200' }).sizes).toEqual([1200, 256])
  expect(refused(() => planRate({ size: 12 }))).toContain('--size 34')
  expect(refused(() => planRate({ size: '100..1000' }))).toContain('--size')
})

test('the bounds are in order for every size', () => {
  expect(refused(() => planRate({ fromRate: '60pps', toRate: '50pps' }))).toContain('--to-rate is below --from-rate')
  expect(refused(() => planRate({ fromRate: '1Mbit', toRate: '200pps', size: '1200,100' }))).toContain('--to-rate')
  expect(planRate({ toRate: '50pps' }).toRate).toEqual({ unit: 'packets', perSecond: 50 })
})

test('a rate in bits counts payload, as --rate of send', () => {
  expect(ratePps({ unit: 'bits', perSecond: 9_600_000 }, 1200)).toBe(1000)
  expect(ratePps({ unit: 'packets', perSecond: 1000 }, 64)).toBe(1000)
})

test('the other size is half or twice as large, has room for evidence, and is never fragmented', () => {
  expect([34, 117, 200, 234, 1200, 1472, 9000, 65_507].map(otherSize)).toEqual([
    117, 234, 400, 117, 600, 736, 1232, 1232,
  ])
})

test('the expected time grows with sizes, duration and bursts', () => {
  const common = { sizes: [1200], duration: 2 * SECOND, burst: undefined }
  expect(expectedMs(common)).toBe(19_000)
  expect(expectedMs({ ...common, sizes: [1200, 64] })).toBe(38_000)
  expect(expectedMs({ ...common, burst: 128 })).toBeGreaterThan(expectedMs(common))
})
