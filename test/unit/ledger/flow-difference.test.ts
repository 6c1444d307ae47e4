import { expect, test } from 'vitest'
import { flowDifference, type FlowLosses } from '../../../src/ledger/flow-difference.ts'

const flow = (lost: number, settled: number, runs = lost): FlowLosses => ({ settled, lost, runs })

test('a dead flow among whole ones: the chance is that of Fisher’s exact test, times the flows', () => {
  // scipy.stats.fisher_exact([[10, 0], [0, 30]], 'greater') = 1.1797e-9, times 4 flows.
  const found = flowDifference([flow(0, 10), flow(0, 10), flow(10, 10, 1), flow(0, 10)], 1e-6)
  expect(found?.different).toEqual([2])
  expect(found?.chance).toBeCloseTo(4 * 1.179_717_548e-9, 15)
})

test('the worst flow is first', () => {
  const flows = [flow(0, 1000), flow(100, 1000, 400), flow(1000, 1000, 1), flow(700, 1000, 400)]
  expect(flowDifference(flows, 1e-6)?.different).toEqual([2, 3])
})

test('consecutive losses of a flow that is not dead are one event', () => {
  const others = Array.from({ length: 15 }, () => flow(1, 60))
  expect(flowDifference([flow(30, 60, 1), ...others], 1e-6)).toBeUndefined()
  expect(flowDifference([flow(30, 60, 30), ...others], 1e-6)?.different).toEqual([0])
})

test('nothing lost, everything lost, one flow: no difference', () => {
  expect(flowDifference([flow(0, 10), flow(0, 10)], 1)).toBeUndefined()
  expect(flowDifference([flow(10, 10), flow(10, 10)], 1)).toBeUndefined()
  expect(flowDifference([flow(5, 10)], 1)).toBeUndefined()
  expect(flowDifference([flow(3, 3), flow(0, 0)], 1)).toBeUndefined()
})
