import type { RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun, type Analysis } from '../../../src/ledger/analysis.ts'
import type { FateCounts } from '../../../src/ledger/fate.ts'
import type { Group } from '../../../src/ledger/group.ts'
import { answered, silent, times, type CraftedRow } from './crafted.ts'

/** One answer, so that the server is known to be udptool, and then these losses. */
export function losing(forward: number, back = 0): CraftedRow[] {
  return [answered(), ...times(forward, silent('notReceived')), ...times(back, silent('answered'))]
}

/** The fates that are not zero. */
export function fatesOf({ fates }: Group): Partial<FateCounts> {
  return Object.fromEntries(Object.entries(fates).filter(([, count]) => count > 0))
}

export function total(facts: RunFacts): Partial<FateCounts> {
  return fatesOf(analyzeRun(facts).tally.total)
}

export function clientsOf({ tally }: Analysis): Partial<FateCounts>[] {
  return tally.clients.map(fatesOf)
}

export function sizesOf({ tally }: Analysis): Partial<Record<number, Partial<FateCounts>>> {
  return Object.fromEntries([...tally.sizes].map(([size, group]) => [size, fatesOf(group)]))
}
