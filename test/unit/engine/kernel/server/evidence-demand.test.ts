import { expect, test } from 'vitest'
import { SECOND } from '../../../../../src/base/nanos.ts'
import { EvidenceDemand } from '../../../../../src/engine/kernel/server/evidence-demand.ts'

/** A demand, and its changes of the kernel's setting. */
function bench() {
  const told: boolean[] = []
  return { told, demand: new EvidenceDemand(asked => told.push(asked)) }
}

test('plain data that keeps the server busy has no evidence until the server is idle', () => {
  const { told, demand } = bench()
  for (let n = 0; n < 3; n++) demand.took(64, 0, n)
  expect(told).toEqual([])
  for (let n = 3; n < 50; n++) demand.took(64, 0, n)
  expect(told).toEqual([false])
  demand.rest()
  demand.rest()
  expect(told).toEqual([false, true])
})

test('a server that is idle between its batches gets evidence for all', () => {
  const { told, demand } = bench()
  for (let n = 0; n < 1000; n++) {
    demand.took(64, 0, n)
    demand.rest()
  }
  expect(told).toEqual([])
})

test('one probe is enough, for two seconds', () => {
  const { told, demand } = bench()
  for (let n = 0; n < 10; n++) demand.took(64, 0, n)
  expect(told).toEqual([false])
  demand.took(64, 1, SECOND)
  expect(told).toEqual([false, true])
  for (let n = 0; n < 100; n++) demand.took(64, 0, 3 * SECOND - n)
  expect(told).toEqual([false, true])
  demand.took(64, 0, 3 * SECOND + 1)
  expect(told).toEqual([false, true, false])
})
