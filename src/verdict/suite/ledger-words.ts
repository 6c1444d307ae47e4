import type { Result } from '../result.ts'

type Ledger = Pick<Result['ledger'], 'scheduled' | 'fates'>

/** A short ledger: `48 of 50 intact, 2 lostForward`. */
export function ledgerWords({ scheduled, fates }: Ledger): string {
  return [`${fates.intact} of ${scheduled} intact`, ...otherFates(fates)].join(', ')
}

/** The fates other than intact: `2 lostForward`. */
export function otherFates(fates: Ledger['fates']): readonly string[] {
  return Object.entries(fates).flatMap(([fate, count]) =>
    fate !== 'intact' && (count ?? 0) > 0 ? [`${count} ${fate}`] : [],
  )
}
