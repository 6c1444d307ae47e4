import { expect, test } from 'vitest'
import { ServerTraffic } from '../../../src/machines/server-traffic.ts'

test('one socket is the whole server', () => {
  const traffic = new ServerTraffic()
  traffic.add(3)
  traffic.add(4)
  expect(traffic.total).toBe(7)
  expect(traffic.markIdle()).toBe(true)
  traffic.setBase(5)
  traffic.markBusy()
  traffic.add(1)
  expect([traffic.total, traffic.base]).toEqual([8, { traffic: 7, drops: 5 }])
  traffic.setBase(undefined)
  expect(traffic.base).toEqual({ traffic: 8, drops: undefined })
})

test('several sockets: counts are summed, and the base is of a time when all were idle', () => {
  const columns = new Float64Array(ServerTraffic.doubles(3))
  const [one, two, three] = [0, 1, 2].map(socket => new ServerTraffic(columns, socket))
  if (one === undefined || two === undefined || three === undefined) throw new Error('three sockets')
  expect([one.markIdle(), two.markIdle(), three.markIdle()]).toEqual([false, false, true])
  one.add(10)
  two.add(20)
  three.add(30)
  expect([one.total, two.total, three.total]).toEqual([60, 60, 60])
  one.markBusy()
  three.markBusy()
  expect([one.markIdle(), two.markIdle()]).toEqual([false, false])
  expect(three.markIdle()).toBe(true)
  three.setBase(7)
  expect([one.base, two.base]).toEqual([
    { traffic: 60, drops: 7 },
    { traffic: 60, drops: 7 },
  ])
})
