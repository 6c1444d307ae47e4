import type { ClientFacts } from '../facts/run.ts'

/** Counters that every client has, and those that may be missing (NaN). */
const COUNTS = [
  'scheduled',
  'replies',
  'duplicates',
  'foreign',
  'unidentified',
  'answeredArrivals',
  'damagedArrivals',
  'echoedArrivals',
  'longestTrain',
  'firstSent',
  'lastSent',
] as const
const OPTIONAL = ['dropsBefore', 'dropsAfter', 'serverBase'] as const
const COLUMNS = COUNTS.length + OPTIONAL.length

/** The counters of all clients in shared memory. For ten thousand clients a message would be too large. */
export function createCounters(clients: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(clients * COLUMNS * 8))
}

export function writeCounters(counters: Float64Array, clients: readonly ClientFacts[]): void {
  let at = 0
  for (const client of clients) {
    for (const name of COUNTS) counters[at++] = client[name]
    for (const name of OPTIONAL) counters[at++] = client[name] ?? NaN
  }
}

export function readCounters(counters: Float64Array, clients: readonly ClientFacts[]): void {
  let at = 0
  for (const client of clients) {
    for (const name of COUNTS) client[name] = counters[at++] ?? 0
    for (const name of OPTIONAL) {
      const value = counters[at++] ?? NaN
      if (!Number.isNaN(value)) client[name] = value
    }
  }
}
