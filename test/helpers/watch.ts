import { expect } from 'vitest'
import type { Finished } from './child.ts'
import { documentedEvents, eventsIn, expectDocumented, type Event } from './documented-events.ts'

const PAGE = documentedEvents('watch.md')

/** A target in an event `interval` or in the summary of `watch --json`. */
export interface WatchTarget {
  readonly target: string
  readonly module: string
  readonly labels?: Readonly<Record<string, string>>
  readonly address?: string
  readonly idle?: string
  readonly sinceStart: { readonly settled: number; readonly lost: number; readonly missed: number }
  readonly minute: WatchTarget['sinceStart']
  readonly ledger: {
    readonly scheduled: number
    readonly fates: Readonly<Record<string, number>>
    readonly inFlight: number
    readonly lost: number
    readonly missed: number
  }
  readonly flows?: readonly (Pick<WatchTarget, 'ledger'> & { readonly port: number })[]
  readonly strip?: readonly { readonly at: string; readonly state: string; readonly rttMs?: number }[]
}

/** The targets at the end of `watch --json`. Each event is as documented, and all figures agree with each other. */
export function summaryOf({ stdout }: Pick<Finished, 'stdout'>): readonly WatchTarget[] {
  const events = eventsIn(stdout)
  for (const event of events) {
    expectDocumented(event, PAGE)
    if (event.event === 'interval') expectConsistent(event as unknown as WatchTarget)
  }
  const last = events.at(-1)
  expect(last?.event).toBe('summary')
  const targets = last?.['targets'] as readonly WatchTarget[]
  for (const target of targets) {
    expectConsistent(target)
    // Each fate is final.
    expect(target.ledger.inFlight).toBe(0)
    expect(target.sinceStart.settled).toBe(target.ledger.scheduled)
  }
  return targets
}

/** The changes of a target by the events of `watch --json`, in the order in which they were printed. */
export function changesIn(stdout: string, target?: string): readonly Event[] {
  return eventsIn(stdout).filter(one => one.event === 'change' && (target === undefined || one['target'] === target))
}

function expectConsistent({ ledger, sinceStart, minute, flows = [] }: WatchTarget): void {
  const final = Object.values(ledger.fates).reduce((sum, count) => sum + count, 0)
  expect(final + ledger.inFlight).toBe(ledger.scheduled)
  expect(sinceStart.settled).toBeLessThanOrEqual(ledger.scheduled)
  expect(sinceStart.lost).toBeLessThanOrEqual(sinceStart.settled)
  expect(minute.settled).toBeLessThanOrEqual(sinceStart.settled)
  expect(ledger.lost).toBeLessThanOrEqual(ledger.inFlight)
  if (flows.length > 0) expect(flows.reduce((sum, flow) => sum + flow.ledger.scheduled, 0)).toBe(ledger.scheduled)
}
