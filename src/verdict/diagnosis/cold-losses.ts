import { errnoName } from '../../base/errno.ts'
import type { Nanos } from '../../base/nanos.ts'
import { isReply, OUTCOME, PAGE_ROWS } from '../../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../../facts/run.ts'
import { lossCount, type Fate } from '../../ledger/fate.ts'
import type { Tally } from '../../ledger/tally.ts'

/** Number of probes of a size that must have passed after the lost ones. */
const PASSED = 3

export interface ColdLosses {
  /** The largest size of which only the first were lost. */
  readonly size: number
  readonly lost: number
  /** Of these, lost from server to client. */
  readonly lostBack: number
  readonly passed: number
}

/** The losses of a run if each is among the first probes of its size, before any reply, and without another known cause; else undefined. */
export function coldLosses(facts: RunFacts, tally: Tally): ColdLosses | undefined {
  const lost = lossCount(tally.total.fates)
  // Folded pages are gone; and with many losses some are not at the beginning.
  if (lost === 0 || facts.plan.summary || lost * PASSED > facts.plan.clients * (facts.plan.count ?? Infinity))
    return undefined
  const sizes = new Map<number, { lost: number; lostBack: number; passed: number }>()
  const error = errorKnown(facts)
  for (const [number, page] of facts.probes.pages.entries()) {
    if (page === undefined) continue
    for (let place = 0; place < page.outcome.length; place++) {
      if (page.outcome[place] === OUTCOME.unscheduled) continue
      const row = number * PAGE_ROWS + place
      const client = row % facts.plan.clients
      const size = probeSize(facts.plan, (row - client) / facts.plan.clients)
      const one = sizes.get(size) ?? { lost: 0, lostBack: 0, passed: 0 }
      sizes.set(size, one)
      if (isReply(page.outcome[place])) {
        one.passed += 1
        continue
      }
      const fate = tally.classifier.fate(page, place, size, client)
      if (one.passed > 0 || !couldBeTooBig(facts, fate, page.detail[place])) return undefined
      // When this probe left, our own kernel knew the path MTU. The return path is not its concern.
      if ((fate === 'lostForward' || fate === 'lostUnknown') && (page.sent[place] ?? 0) > error) return undefined
      one.lost += 1
      if (fate === 'lostReturn') one.lostBack += 1
    }
  }
  const cold = [...sizes].filter(([, one]) => one.lost > 0).toSorted(([a], [b]) => b - a)
  const [largest] = cold
  if (largest === undefined || cold.some(([, one]) => one.passed < PASSED || one.lost > one.passed)) return undefined
  return { size: largest[0], ...largest[1] }
}

/**
 * The time by which the first "too big" error had certainly arrived: one longest round trip after the first probe that caused one.
 * Infinity if there was none.
 */
function errorKnown({ icmp, probes }: RunFacts): Nanos {
  let [turnedBack, longest] = [Infinity, 0]
  for (const page of probes.pages) {
    if (page === undefined) continue
    for (let place = 0; place < page.outcome.length; place++) {
      const sent = page.sent[place] ?? Infinity
      if (isReply(page.outcome[place])) longest = Math.max(longest, (page.arrived[place] ?? sent) - sent)
      else if (page.outcome[place] === OUTCOME.unreachable && isTooBig(icmp, page.detail[place]))
        turnedBack = Math.min(turnedBack, sent)
    }
  }
  return turnedBack + longest
}

function isTooBig(icmp: RunFacts['icmp'], number = 0): boolean {
  return errnoName(icmp[number]?.errno ?? 0) === 'EMSGSIZE'
}

/** Whether no evidence names another reason than its size. */
function couldBeTooBig({ icmp }: RunFacts, fate: Fate, detail = 0): boolean {
  switch (fate) {
    case 'refused':
      return errnoName(detail) === 'EMSGSIZE'
    case 'unreachable':
      return isTooBig(icmp, detail)
    default:
      return fate === 'lostForward' || fate === 'lostReturn' || fate === 'lostUnknown'
  }
}
