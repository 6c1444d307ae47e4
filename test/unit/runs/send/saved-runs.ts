import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { foreignReading } from '../../../simulation/foreign.ts'
import type { Simulation } from '../../../simulation/simulate.ts'
import { encodeJournal } from '../../../../src/facts/journal.ts'
import { simulateSettled } from '../../ledger/runs.ts'
import { networkOf, probePlan, responderPlan } from '../../machines/plans.ts'
import { CONTEXT } from '../../verdict/context.ts'

interface SavedRun {
  readonly run: Simulation
  readonly expect: readonly string[]
}

/** The sources of the journals in fixtures/journals that are not recordings, by name. */
export const SAVED_RUNS: Readonly<Record<string, SavedRun>> = {
  clean: {
    run: { probe: probePlan({ count: 20 }), respond: responderPlan(), network: networkOf() },
    expect: ['loss==0', 'rtt.p99<20ms', 'loss.forward==0'],
  },
  directions: {
    run: {
      probe: probePlan({ count: 40, sizes: [64, 128, 400] }),
      respond: responderPlan(),
      network: networkOf({
        seed: 5,
        up: [{ rule: 'drop', ratio: 0.15 }],
        down: [
          { rule: 'drop', ratio: 0.15 },
          { rule: 'duplicate', ratio: 0.2 },
          { rule: 'reorder', ratio: 0.2, delay: 15 * MILLISECOND },
        ],
      }),
    },
    expect: ['loss<10%', 'loss.forward==0', 'reordered==0'],
  },
  buffers: {
    run: {
      probe: probePlan({ clients: 2, count: 24, burst: 12, interval: 40 * MILLISECOND }),
      respond: responderPlan(),
      network: networkOf({
        serverBuffer: { datagrams: 9, pause: 5 * MILLISECOND },
        clientBuffer: { datagrams: 6, pause: 5 * MILLISECOND },
      }),
    },
    expect: ['lostServerBuffer==0'],
  },
  cut: {
    run: {
      probe: probePlan({ count: 24, sizes: [512, 1472, 4000] }),
      respond: responderPlan({ mode: 'echo' }),
      recvSize: 1024,
      network: networkOf({ seed: 3, down: [{ rule: 'truncate', length: 300, ratio: 0.2 }] }),
    },
    expect: ['truncated==0'],
  },
  damaged: {
    run: {
      probe: probePlan({ count: 40, sizes: [200], timeout: 50 * MILLISECOND }),
      respond: responderPlan(),
      network: networkOf({
        seed: 9,
        up: [{ rule: 'corrupt', ratio: 0.15 }],
        down: [
          { rule: 'corrupt', ratio: 0.1 },
          { rule: 'reorder', ratio: 0.15, delay: 60 * MILLISECOND },
        ],
      }),
    },
    expect: ['corrupt==0', 'late==0'],
  },
  refused: {
    run: { probe: probePlan({ count: 12, sizes: [100, 1600] }), network: networkOf({ localMtu: 1500 }) },
    expect: ['replies==0'],
  },
  withheld: {
    run: {
      probe: probePlan({ count: 15 }),
      respond: responderPlan({ mode: 'discard' }),
      network: networkOf({ seed: 2, up: [{ rule: 'dropEvery', every: 5 }] }),
    },
    expect: [],
  },
  foreign: {
    run: {
      probe: probePlan({ count: 30, sizes: [100, 300] }),
      respond: foreignReading(256),
      network: networkOf({ seed: 4, up: [{ rule: 'dropBurst', length: 3, ratio: 0.1 }] }),
    },
    expect: ['loss.forward==0', 'truncated==0'],
  },
}

/** The journal of such a run. */
export function recordRun({ run, expect }: SavedRun): string {
  const { facts } = simulateSettled(run)
  return [...encodeJournal({ facts, context: { ...CONTEXT, expect } })].join('')
}
