import { formatAddress } from '../../base/address.ts'
import type { Fate, FateCounts } from '../../ledger/fate.ts'
import type { SlotState, TargetView } from '../../verdict/monitor/view.ts'

/** A target in `/targets` and in the unnamed events of `/events` (docs/watch.md). Σ fates + inFlight = scheduled. */
export interface TargetRow {
  readonly target: string
  readonly module: string
  /** Of a module with several sizes, each of which has a row of its own. */
  readonly size?: number
  readonly labels: Readonly<Record<string, string>>
  /** Absent: the name has no address yet. */
  readonly address?: string
  /** Fate of the last settled probe, `lostUnknown` until the direction of a loss is known. Absent: none is settled. */
  readonly lastFate?: Fate
  readonly inFlight: number
  readonly ledger: { readonly scheduled: number; readonly fates: FateCounts }
}

export function targetRow({ target, module, size, labels, address, lastFate, ledger }: TargetView): TargetRow {
  const fate = settledFate(lastFate)
  return {
    target,
    module,
    ...(size === undefined ? {} : { size }),
    labels,
    ...(address === undefined ? {} : { address: formatAddress(address) }),
    ...(fate === undefined ? {} : { lastFate: fate }),
    inFlight: ledger.inFlight,
    ledger: { scheduled: ledger.scheduled, fates: ledger.fates },
  }
}

function settledFate(state: SlotState | undefined): Fate | undefined {
  if (state === 'lost') return 'lostUnknown'
  return state === 'waiting' || state === 'missed' || state === 'paused' ? undefined : state
}
