import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FATES } from '../../../../../src/report/result/fates.ts'
import { type FlowLink, type FlowNode, layFlow } from '../../../../../src/report/html/pictures/flow-layout.ts'

const SPACING = { flow: 200, least: 1.5, gap: 20, label: 40 }
const counts = fc
  .record(
    Object.fromEntries(
      FATES.map(({ fate }) => [fate, fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000_000 }))]),
    ),
  )
  .filter(fates => Object.values(fates).some(count => count > 0))

function total(links: readonly FlowLink[]): number {
  return links.reduce((sum, { height }) => sum + height, 0)
}

describe('the flow', () => {
  test('the links into a node and out of it are as high as the node, and counts add up', () => {
    fc.assert(
      fc.property(counts, fates => {
        const { nodes, links } = layFlow(fates, SPACING)
        for (const node of nodes) {
          const into = links.filter(({ to }) => to === node)
          const out = links.filter(({ from }) => from === node)
          if (node.column > 0) expect(total(into)).toBeCloseTo(node.height, 6)
          const last = node.column === 3
          if (!last) expect(total(out)).toBeCloseTo(node.height, 6)
          for (const link of [...into, ...out]) expect(link.height).toBeGreaterThanOrEqual(SPACING.least)
        }
        const all = Object.values(fates).reduce((sum, count) => sum + count, 0)
        for (const column of [0, 1, 2, 3]) {
          const here = nodes.filter(node => node.column === column)
          expect(here.reduce((sum, { count }) => sum + count, 0)).toBe(all)
        }
      }),
    )
  })

  test('nodes of a column do not touch, and all are inside the picture', () => {
    fc.assert(
      fc.property(counts, fates => {
        const { nodes, height } = layFlow(fates, SPACING)
        for (const column of [0, 1, 2, 3]) {
          let free = -1e-6
          for (const node of nodes.filter(one => one.column === column)) {
            expect(node.top).toBeGreaterThanOrEqual(free)
            free = node.top + node.height
            expect(free).toBeLessThanOrEqual(height + 1e-6)
          }
        }
      }),
    )
  })

  test('heights are proportional to counts, with a least height', () => {
    const { nodes } = layFlow({ intact: 90, lostForward: 10, lostUnknown: 0 }, SPACING)
    const heights = (nodesOf: readonly FlowNode[]): unknown => nodesOf.map(({ name, height }) => [name, height])
    expect(heights(nodes)).toEqual([
      ['scheduled', 200],
      ['whole', 180],
      ['lost', 20],
      ['sent', 200],
      ['intact', 180],
      ['lostForward', 20],
    ])
    expect(layFlow({ intact: 999_999, corrupt: 1 }, SPACING).nodes.find(({ name }) => name === 'corrupt')?.height).toBe(
      1.5,
    )
  })

  test('probes that the local kernel refused count as not sent', () => {
    const { nodes, links } = layFlow({ intact: 5, refused: 5 }, SPACING)
    expect(nodes.map(({ name, column, count }) => [name, column, count])).toEqual([
      ['scheduled', 0, 10],
      ['whole', 2, 5],
      ['not sent', 2, 5],
      ['sent', 1, 5],
      ['not sent', 1, 5],
      ['intact', 3, 5],
      ['refused', 3, 5],
    ])
    expect(links.filter(({ group }) => group === 'not sent').map(({ from, to }) => `${from.name}→${to.name}`)).toEqual([
      'scheduled→not sent',
      'not sent→not sent',
      'not sent→refused',
    ])
  })

  test('no picture for an empty ledger', () => {
    expect(layFlow({}, SPACING)).toEqual({ nodes: [], links: [], height: 0 })
  })
})
