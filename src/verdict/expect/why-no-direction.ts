import type { RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'

const NO_RECEIPTS =
  'no receipts: the server is not udptool, or its answer was lost, so the direction of losses is unknown'
const SHORT_RECEIPTS =
  'some of the lost probes were sent before the time from which the server certainly remembers the run, so the direction of their loss is unknown'
const VOID_RECEIPTS = "the server's receipts do not cover the whole run, so they are not used"
const STATELESS = 'the reflector is stateless: it does not count probes, so the direction of losses is unknown'
const UNPROVED =
  'the reflector is not proved to count probes: too few copies of a probe were answered, so the direction of losses is unknown'
const NOT_KEPT = 'with --summary the numbers of the reflector are not kept, so the direction of losses is unknown'
const NO_REPORTS = 'the irtt server does not report what it received, so the direction of losses is unknown'

/** Why the losses of a run have no direction. */
export function whyNoDirection({ plan }: RunFacts, { receipts, tally, reflector }: Analysis): string {
  switch (plan.protocol?.name) {
    case 'stamp':
      if (plan.summary) return NOT_KEPT
      return reflector?.kind === 'stateless' ? STATELESS : UNPROVED
    case 'irtt':
      return NO_REPORTS
    default:
      if (receipts === 'void') return VOID_RECEIPTS
      return tally.beyondMemory > 0 ? SHORT_RECEIPTS : NO_RECEIPTS
  }
}

/** Why the drops of the server's buffer and what it withheld are unknown in a run of another protocol. */
export const ONLY_RECEIPTS = 'only receipts of a udptool echo server prove it, and this protocol has none'
