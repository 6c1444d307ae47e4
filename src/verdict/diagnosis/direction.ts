import type { Tally } from '../../ledger/tally.ts'
import type { SizeRecord } from './sizes.ts'

/** On which way the probes of these sizes were lost, as far as receipts prove it: ` on the way there`, or nothing. */
export function direction(records: readonly SizeRecord[], { sizes }: Tally): string {
  const fates = records.flatMap(({ size }) => sizes.get(size)?.fates ?? [])
  const sum = (name: 'lostForward' | 'lostReturn' | 'lostUnknown'): number =>
    fates.reduce((all, one) => all + one[name], 0)
  if (sum('lostUnknown') > 0) return ''
  if (sum('lostReturn') === 0) return ' on the way there'
  return sum('lostForward') === 0 ? ' on the way back' : ' both ways'
}
