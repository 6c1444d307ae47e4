import type { ProbeRow } from '../../../verdict/probe-row.ts'
import { FATES, type Fate } from '../../result/fates.ts'

/** The probes of a run as columns, in order of sequence. 25 bytes per probe. */
export interface ProbeSeries {
  readonly count: number
  /** Sending time. For a probe that the local kernel refused, its scheduled time. */
  readonly timeMs: Float64Array
  /** NaN if no reply came. */
  readonly rttMs: Float64Array
  /** Index into `FATES` of the report. */
  readonly fate: Uint8Array
  readonly client: Uint32Array
  readonly seq: Uint32Array
}

const FATE_NUMBER: ReadonlyMap<string, number> = new Map(FATES.map(({ fate }, index) => [fate, index]))

/** Reads the rows once. A row whose fate this version does not know is left out, because it has no lane. */
export function collectProbes(rows: Iterable<ProbeRow>): ProbeSeries {
  let room = 1024
  let count = 0
  let columns = createColumns(room)
  for (const row of rows) {
    const fate = FATE_NUMBER.get(row.fate)
    const time = row.sentMs ?? row.scheduledMs
    if (fate === undefined || time === undefined) continue
    if (count === room) {
      room *= 2
      columns = grown(columns, room)
    }
    columns.timeMs[count] = time
    columns.rttMs[count] = row.rttMs ?? NaN
    columns.fate[count] = fate
    columns.client[count] = row.client
    columns.seq[count] = row.seq
    count += 1
  }
  return {
    count,
    timeMs: columns.timeMs.subarray(0, count),
    rttMs: columns.rttMs.subarray(0, count),
    fate: columns.fate.subarray(0, count),
    client: columns.client.subarray(0, count),
    seq: columns.seq.subarray(0, count),
  }
}

/** First and last sending time. Undefined if nothing was sent. */
export function timeRange({ timeMs }: ProbeSeries): { readonly from: number; readonly to: number } | undefined {
  let from = Infinity
  let to = -Infinity
  for (const time of timeMs) {
    from = Math.min(from, time)
    to = Math.max(to, time)
  }
  return from <= to ? { from, to } : undefined
}

export function countFates({ fate }: ProbeSeries): ReadonlyMap<Fate, number> {
  const counts = new Map<Fate, number>()
  for (const number of fate) {
    const name = FATES[number]?.fate
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

export function probesOfClient(series: ProbeSeries, wanted: number): ProbeSeries {
  const rows: number[] = []
  series.client.forEach((client, row) => {
    if (client === wanted) rows.push(row)
  })
  const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, row => column[row] ?? NaN)
  return {
    count: rows.length,
    timeMs: pick(series.timeMs),
    rttMs: pick(series.rttMs),
    fate: Uint8Array.from(rows, row => series.fate[row] ?? 0),
    client: Uint32Array.from(rows, () => wanted),
    seq: Uint32Array.from(rows, row => series.seq[row] ?? 0),
  }
}

type Columns = Omit<ProbeSeries, 'count'>

function createColumns(room: number): Columns {
  return {
    timeMs: new Float64Array(room),
    rttMs: new Float64Array(room),
    fate: new Uint8Array(room),
    client: new Uint32Array(room),
    seq: new Uint32Array(room),
  }
}

function grown(columns: Columns, room: number): Columns {
  const wider = createColumns(room)
  wider.timeMs.set(columns.timeMs)
  wider.rttMs.set(columns.rttMs)
  wider.fate.set(columns.fate)
  wider.client.set(columns.client)
  wider.seq.set(columns.seq)
  return wider
}
