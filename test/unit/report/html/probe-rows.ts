import type { ProbeRow } from '../../../../src/verdict/probe-row.ts'

/** Rows of a run with one probe per ms, by default of one client and 100 bytes. */
export function rows(count: number, each: (seq: number) => Partial<ProbeRow> & { readonly fate: string }): ProbeRow[] {
  return Array.from({ length: count }, (_, seq) => {
    return { seq, client: 0, size: 100, sentMs: seq, scheduledMs: seq, copies: 0, ...each(seq) }
  })
}
