import { formatAddress } from '../base/address.ts'
import type { RunFacts } from '../facts/run.ts'
import type { RoundHooks } from '../jobs/size-rounds.ts'
import type { SendPlan } from '../runs/send/plan.ts'
import { probeProgress } from './probe-progress.ts'
import type { Session } from './subcommand.ts'
import { waitingLine } from './waiting-line.ts'

/** Shows the progress of runs of probes and the address of a name on standard error. `probe` is the run of a command that has only one. */
export function probeHooks({ signals: { signal }, line }: Session, probe?: SendPlan['probe']): RoundHooks {
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
    onRound: begin,
    onProgress: facts => show?.(facts),
  }
}
