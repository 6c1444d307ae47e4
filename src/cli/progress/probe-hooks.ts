import { formatAddress } from '../../base/address.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { RoundHooks } from '../../jobs/size-rounds.ts'
import type { SendPlan } from '../../runs/send/plan.ts'
import type { IntervalReports } from './interval-reports.ts'
import { probeProgress } from './probe-progress.ts'
import type { Session } from '../subcommand.ts'
import { waitingLine } from './waiting-line.ts'

interface ShownRun {
  /** The run of a command that has only one. */
  readonly probe?: SendPlan['probe']
  readonly reports?: IntervalReports | undefined
}

/** Shows the progress of runs of probes and the address of a name on standard error. */
export function probeHooks({ signals: { signal }, line }: Session, { probe, reports }: ShownRun = {}): RoundHooks {
  let show: ((facts: RunFacts) => void) | undefined
  let named: string | undefined
  const begin = (round: SendPlan['probe']): void => {
    line.clear()
    show = probeProgress(round, line, signal)
  }
  if (probe !== undefined) begin(probe)
  return {
    signal,
    onWait: waitingLine(line),
    onStart({ target, name }) {
      line.clear()
      const address = formatAddress(target)
      // Later rounds use the address itself.
      if (name !== undefined && address !== named) line.note(`${name} is ${address}`)
      named = address
    },
    onRound(round, number) {
      begin(round)
      reports?.beginRound(number)
    },
    onProgress(facts, now) {
      reports?.advance(facts, now)
      show?.(facts)
    },
  }
}
