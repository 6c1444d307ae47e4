import { createFateCounts, FATES, lossCount, type FateCounts } from '../ledger/fate.ts'
import { isSizeSearch } from './search/search.ts'
import type { Result, ResultDelay, ResultLedger, ResultLoss } from './result.ts'

/** Documents have ten digits after the point, old ones six. */
const ROUNDING = 1e-6

/**
 * The first contradiction in a saved Result, as a clause such as `ledger: its fates add up to 9, but 10 were scheduled`; undefined: none. It
 * checks every sum that a reader could check.
 */
export function contradictionIn(result: Result): string | undefined {
  return firstOf(
    ledgerFault('ledger', result.ledger, result.loss, result.rtt),
    ...result.sizes.map(({ size, ledger, loss, rtt, truncation }) =>
      firstOf(
        ledgerFault(`size ${size}`, ledger, loss, rtt),
        truncation.count === (ledger.fates.truncated ?? 0) ? undefined : `size ${size}: its truncated replies differ`,
      ),
    ),
    ...result.clients.map(({ ledger, loss, rtt }, index) => ledgerFault(`client ${index}`, ledger, loss, rtt)),
    partsFault(
      'sizes',
      result,
      result.sizes.map(({ ledger }) => ledger),
      // A search does not list the sizes of its controls.
      !isSizeSearch(result),
    ),
    partsFault(
      'clients',
      result,
      result.clients.map(({ ledger }) => ledger),
      result.clientsOmitted === undefined,
    ),
    kindsFault(result),
    ...[result.rttNetwork, result.rttScheduled].map(delay => delayFault('a round trip', delay, result.ledger.replies)),
    intervalsFault(result),
    verdictFault(result),
  )
}

function firstOf(...faults: readonly (string | undefined)[]): string | undefined {
  return faults.find(fault => fault !== undefined)
}

function ledgerFault(
  name: string,
  ledger: ResultLedger,
  loss: ResultLoss,
  rtt: ResultDelay | undefined,
): string | undefined {
  const { scheduled, sent, replies, received, duplicates, foreign, unidentified, reordered } = ledger
  const fates = fatesOf(ledger)
  const { answered = 0 } = ledger.fates
  const all = Object.values(fates).reduce((sum, count) => sum + count, answered)
  const came = fates.intact + fates.late + fates.truncated + fates.corrupt + answered
  const lost = lossCount(fates)
  const mismatch = (text: string): string => `${name}: ${text}`
  if (all !== scheduled) return mismatch(`its fates add up to ${all}, but ${scheduled} were scheduled`)
  if (sent !== scheduled - fates.refused)
    return mismatch(`${sent} were sent of ${scheduled}, ${fates.refused} of them refused`)
  if (replies !== came) return mismatch(`it has ${replies} replies, but its fates have ${came}`)
  const arrivals = replies + duplicates + foreign + unidentified
  if (received !== arrivals)
    return mismatch(`${received} datagrams were received, but their kinds add up to ${arrivals}`)
  if (reordered > replies) return mismatch('more replies were reordered than came')
  if (loss.count !== lost) return mismatch(`its loss is ${loss.count}, but its fates have ${lost}`)
  const ratio = scheduled === 0 ? undefined : lost / scheduled
  if (Math.abs((loss.ratio ?? -1) - (ratio ?? -1)) > ROUNDING)
    return mismatch('its loss ratio does not match its counts')
  if (loss.forward !== undefined && loss.forward !== fates.lostForward) return mismatch('its loss.forward differs')
  if (loss.return !== undefined && loss.return !== fates.lostReturn) return mismatch('its loss.return differs')
  if (loss.unknown !== undefined && loss.unknown !== fates.lostUnknown) return mismatch('its loss.unknown differs')
  if (loss.longestRun > lost || loss.outages.some(outage => outage.lost > loss.longestRun))
    return mismatch('a run of losses is longer than its losses')
  if (loss.outages.reduce((sum, outage) => sum + outage.lost, 0) > lost)
    return mismatch('its outages have more losses than it has')
  return delayFault(name, rtt, replies)
}

/** The fates of probes; an absent one is 0. */
function fatesOf({ fates }: ResultLedger): FateCounts {
  const counts = createFateCounts()
  for (const fate of FATES) counts[fate] = fates[fate] ?? 0
  return counts
}

/** Percentiles must ascend, and no delay may be negative. */
function delayFault(name: string, delay: ResultDelay | undefined, replies: number): string | undefined {
  if (delay === undefined) return undefined
  const { count, minMs, meanMs, p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs } = delay
  if (count === 0 || count > replies) return `${name}: it has ${count} delays of ${replies} replies`
  const ascending = [0, minMs, p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs]
  // Percentiles of a histogram are within 1/256.
  const isAscending = ascending.every(
    (value, index) => index === 0 || value >= (ascending[index - 1] ?? 0) * (1 - 1 / 128),
  )
  const room = ROUNDING * maxMs
  return isAscending && meanMs >= minMs - room && meanMs <= maxMs + room
    ? undefined
    : `${name}: its delays are not in order`
}

const COUNTS = ['scheduled', 'sent', 'replies', 'duplicates'] as const

/** Sizes and clients must add up to the whole run. */
function partsFault(
  name: string,
  { ledger, sizes, clients }: Result,
  parts: readonly ResultLedger[],
  isComplete: boolean,
): string | undefined {
  // Messages have neither.
  if (sizes.length === 0 && clients.length === 0) return undefined
  const differs = (sum: number, whole: number): boolean => (isComplete ? sum !== whole : sum > whole)
  for (const count of COUNTS) {
    const sum = parts.reduce((all, part) => all + part[count], 0)
    if (differs(sum, ledger[count])) return `${name}: their ${count} add up to ${sum}, but the run has ${ledger[count]}`
  }
  const whole = fatesOf(ledger)
  for (const fate of FATES) {
    const sum = parts.reduce((all, part) => all + fatesOf(part)[fate], 0)
    if (differs(sum, whole[fate])) return `${name}: their ${fate} add up to ${sum}, but the run has ${whole[fate]}`
  }
  return undefined
}

/** Fates that are also listed by cause. */
function kindsFault({ ledger, truncation, corruption, unreachable, refused, messages }: Result): string | undefined {
  const { fates } = ledger
  if (messages !== undefined) {
    if (messages.length !== ledger.scheduled) return `messages: there are ${messages.length} of ${ledger.scheduled}`
    for (const [fate, count] of Object.entries(fates)) {
      const listed = messages.filter(message => message.fate === fate).length
      if (listed !== count) return `messages: ${listed} are ${fate}, but the ledger has ${count}`
    }
    return undefined
  }
  if (truncation.count !== (fates.truncated ?? 0) || sumOf(truncation.cutAt) > truncation.count)
    return 'truncation: its counts differ from the ledger'
  const { count = 0, request = 0, reply = 0, unknown = 0 } = corruption ?? {}
  if (count !== (fates.corrupt ?? 0) || request + reply + unknown !== count)
    return 'corruption: its counts differ from the ledger'
  if (sumOf(unreachable) !== (fates.unreachable ?? 0)) return 'unreachable: its counts differ from the ledger'
  return sumOf(refused) === (fates.refused ?? 0) ? undefined : 'refused: its counts differ from the ledger'
}

function intervalsFault({ confidence, durationMs }: Result): string | undefined {
  if (durationMs < 0) return 'its duration is negative'
  const isReversed = Object.values(confidence?.intervals ?? {}).some(
    interval => interval !== undefined && interval.lowMs > (interval.highMs ?? Infinity),
  )
  return isReversed ? 'confidence: an interval ends before it begins' : undefined
}

/** The verdict follows from the expectations, or without any from whether a reply came. */
function verdictFault({ verdict, expectations, baseline, ledger, messages }: Result): string | undefined {
  if (verdict === 'fail') return undefined
  if (baseline?.verdict === 'fail') return 'it passes, but is worse than its baseline'
  const failed = expectations.find(({ passed }) => !passed)
  if (failed !== undefined) return `it passes, but the expectation ${failed.expr} does not`
  if (expectations.length > 0) return undefined
  const came = messages === undefined ? ledger.fates.intact : ledger.replies
  return came > 0 ? undefined : 'it passes, but nothing came back'
}

function sumOf(list: readonly { readonly count: number }[] = []): number {
  return list.reduce((sum, { count }) => sum + count, 0)
}
