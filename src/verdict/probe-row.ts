/** One probe, for the formats with one row per probe. A field that was not observed is absent. */
export interface ProbeRow {
  readonly seq: number
  readonly client: number
  readonly size: number
  /** Since the start of the run, like `arrivedMs` and `scheduledMs`. Absent if our kernel refused it. */
  readonly sentMs?: number | undefined
  readonly fate: string
  readonly rttMs?: number | undefined
  readonly arrivedMs?: number | undefined
  readonly scheduledMs?: number | undefined
  /** Duplicates of the reply. */
  readonly copies: number
  /** The length of a truncated reply. */
  readonly cutAt?: number | undefined
  /** Where it was cut or damaged. */
  readonly side?: string | undefined
  /** The first wrong byte, the errno, the ICMP error. */
  readonly detail?: string | undefined
}

export const PROBE_COLUMNS = [
  'seq',
  'client',
  'size',
  'sentMs',
  'fate',
  'rttMs',
  'arrivedMs',
  'scheduledMs',
  'copies',
  'cutAt',
  'side',
  'detail',
] as const satisfies readonly (keyof ProbeRow)[]
