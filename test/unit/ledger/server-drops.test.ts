import { describe, expect, test } from 'vitest'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { serverDrops } from '../../../src/ledger/server-drops.ts'
import { answered, crafted, silent, times, withTotals } from './crafted.ts'

/** Totals for one client: its own datagrams at its server, those of others there, and the server's drops. */
type ClientTotals = readonly [own: number, strangers: number, drops: number | undefined]

function dropsOf(...clients: readonly ClientTotals[]): number | undefined {
  const { clients: facts } = crafted([], {
    plan: { clients: clients.length },
    clients: clients.map(([distinct, strangers, drops]) => withTotals({ distinct, strangers, drops })),
  })
  return serverDrops(facts)
}

describe('drops of the servers of a run', () => {
  test.each<[string, ClientTotals[], number | undefined]>([
    ['one client', [[100, 0, 7]], 7],
    ['one client among strangers', [[100, 50, 7]], 7],
    [
      'three clients of one server',
      [
        [50, 70, 7],
        [30, 90, 7],
        [40, 80, 7],
      ],
      7,
    ],
    [
      'two servers, one client each',
      [
        [50, 0, 7],
        [30, 0, 5],
      ],
      12,
    ],
    [
      'two servers with equal counts',
      [
        [50, 50, 7],
        [50, 50, 7],
        [50, 50, 7],
        [50, 50, 7],
      ],
      14,
    ],
    [
      'two servers, three and one client',
      [
        [10, 50, 7],
        [20, 40, 7],
        [30, 30, 7],
        [40, 0, 5],
      ],
      12,
    ],
    [
      'two servers, one with a stranger: only the larger counter is proved',
      [
        [50, 1, 7],
        [30, 0, 5],
      ],
      7,
    ],
    [
      'a client without received datagrams',
      [
        [0, 100, 7],
        [100, 0, 7],
      ],
      7,
    ],
    ['no server reports drops', [[50, 0, undefined]], undefined],
  ])('%s', (_, clients, drops) => {
    expect(dropsOf(...clients)).toBe(drops)
  })
})

test('losses at two servers are booked on both buffers', () => {
  // Rows alternate between the clients: 20 whole and 3 lost of the first, 21 whole and 2 lost of the second.
  const rows = [...times(40, answered()), silent('notReceived'), silent('notReceived'), silent('notReceived')]
  const facts = crafted([...rows, silent('notReceived'), silent('notReceived'), answered()], {
    plan: { clients: 2 },
    clients: [withTotals({ distinct: 20, drops: 3 }), withTotals({ distinct: 21, drops: 2 })],
  })
  const { tally, drops } = analyzeRun(facts)
  expect(tally.total.fates).toMatchObject({ intact: 41, lostServerBuffer: 5, lostForward: 0 })
  expect(drops).toMatchObject({ server: 5, shared: false })
})
