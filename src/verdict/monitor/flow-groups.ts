import type { FlowView, WindowFigures } from './view.ts'

/** What became of the probes of a flow in the last minute. */
type FlowOutcome = 'everything' | 'some' | 'nothing' | 'unknown'

/** Flows with the same outcome. */
export interface FlowGroup<Flow> {
  readonly outcome: FlowOutcome
  readonly flows: readonly Flow[]
}

/** The worst first. */
const OUTCOMES: readonly FlowOutcome[] = ['everything', 'some', 'unknown', 'nothing']

const WORDS: Readonly<Record<FlowOutcome, string>> = {
  everything: 'lost everything in the last minute',
  some: 'lost some probes in the last minute',
  unknown: 'sent nothing that is settled in the last minute',
  nothing: 'lost nothing in the last minute',
}

/**
 * Flows by outcome, the worst first; of those that lose some of their probes the one with the largest share first, of others the order given, so
 * that they stay in their places.
 */
export function groupFlows<Flow extends Pick<FlowView, 'minute'>>(flows: readonly Flow[]): readonly FlowGroup<Flow>[] {
  return OUTCOMES.flatMap(outcome => {
    const own = flows.filter(({ minute }) => outcomeOf(minute) === outcome)
    if (own.length === 0) return []
    const ranked = outcome === 'some' ? own.toSorted((a, b) => shareOf(b.minute) - shareOf(a.minute)) : own
    return [{ outcome, flows: ranked }]
  })
}

/** `3 of 16 flows lost everything in the last minute`. */
export function groupText({ outcome, flows }: FlowGroup<unknown>, all: number): string {
  const count = flows.length === all ? `all ${all} flows` : `${flows.length} of ${all} flows`
  return `${count} ${WORDS[outcome]}`
}

function outcomeOf({ settled, lost }: WindowFigures): FlowOutcome {
  if (settled === 0) return 'unknown'
  if (lost === 0) return 'nothing'
  return lost === settled ? 'everything' : 'some'
}

function shareOf({ settled, lost }: WindowFigures): number {
  return lost / settled
}
