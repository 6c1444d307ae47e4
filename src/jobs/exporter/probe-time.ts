import { MICROSECOND, SECOND, type Nanos } from '../../base/nanos.ts'
import { parseOption } from '../../options/parse-options.ts'
import { FLOOD, SEND_OPTIONS } from '../../runs/send/options.ts'
import type { Values } from '../file-options.ts'

/** How long a run may take if its client names no scrape timeout. blackbox_exporter has the same. */
const WITHOUT_SCRAPE: Nanos = 120 * SECOND
/** The longest time of a run, whatever its client says: a duration of a run has an end too. */
const LONGEST: Nanos = 24 * 3600 * SECOND
/**
 * Part of the time that is left for the start of threads, the analysis and the answer, and its bounds. On a busy machine with two cores they took
 * 150 ms, of a sweep 600 ms.
 */
const SPARE_SHARE = 0.15
const LEAST_SPARE: Nanos = SECOND / 4
const MOST_SPARE: Nanos = SECOND
/** The most of the time that is left for them. */
const MOST_SPARE_SHARE = 1 / 3
/** Part of the time after the last timeout for copies and receipts, and at most this. An exchange of receipts takes a few round trips. */
const CLOSING_SHARE = 0.1
const MOST_CLOSING: Nanos = SECOND
/** The most of the time that the timeout of one probe may take. */
const TIMEOUT_SHARE = 0.75

/**
 * How long a run may take: the scrape timeout in seconds less the time that the answer needs, at least half of it, and at most a day. A
 * scrape that ends too late is lost as a whole.
 */
export function timeBudget(scrapeTimeout: number | undefined, offset: Nanos): Nanos {
  if (scrapeTimeout === undefined) return WITHOUT_SCRAPE
  const whole = Math.min(scrapeTimeout * SECOND, LONGEST)
  return Math.max(whole - offset, whole / 2)
}

/** A run that ends within a time. */
export interface FittedRun {
  /** Raw options. */
  readonly options: Values
  /** From now on: when nothing waits any more for copies and receipts. */
  readonly closeAfter: Nanos
  /** From now on: when a search must be interrupted, so that its last probes have their timeout. `send` ends by its duration. */
  readonly stopAfter: Nanos
  /** Number of probes that `send` wants to send. Absent: as many as fit into its duration, or it is a search. */
  readonly wanted?: number
  /** The timeout, or a duration without a count, is shorter than the module wants. */
  readonly isCut: boolean
}

/**
 * Fits a run into the time that is left: fewer probes, rather than probes with a shorter timeout. The options are valid.
 */
export function fitRun(run: 'send' | 'sweep' | 'mtu', raw: Values, left: Nanos): FittedRun {
  const spare = Math.min(MOST_SPARE, Math.max(LEAST_SPARE, SPARE_SHARE * left), MOST_SPARE_SHARE * left)
  const closeAfter = left - spare
  const wantedTimeout = parseOption('timeout', SEND_OPTIONS.timeout, raw['timeout'])
  const timeout = Math.min(wantedTimeout, TIMEOUT_SHARE * closeAfter)
  const sending = closeAfter - timeout - Math.min(CLOSING_SHARE * closeAfter, MOST_CLOSING)
  const waitFor = Math.min(parseOption('waitFor', SEND_OPTIONS.waitFor, raw['waitFor']) ?? 0, sending / 2)
  const common = {
    ...raw,
    timeout: written(timeout),
    ...(waitFor > 0 ? { waitFor: written(waitFor) } : {}),
  }
  const fitted = { closeAfter, stopAfter: sending }
  const isCut = timeout < wantedTimeout
  if (run !== 'send') return { ...fitted, options: common, isCut }
  const { count, duration, clients } = sendingOf(raw)
  const granted = Math.min(duration ?? Infinity, sending - waitFor)
  return {
    ...fitted,
    options: { ...common, duration: written(granted), ...(count === undefined ? {} : { count: String(count) }) },
    ...(count === undefined ? {} : { wanted: count * clients }),
    isCut: isCut || (count === undefined && granted < (duration ?? Infinity)),
  }
}

/** How much a run of `send` sends. A module that groups use has no end, so it gets the default count. */
export function sendingOf(raw: Values): {
  readonly clients: number
  /** Of each client. */
  readonly count: number | undefined
  readonly duration: Nanos | undefined
} {
  const clients = parseOption('clients', SEND_OPTIONS.clients, raw['clients'])
  const isFlood = raw['flood'] === true && raw['count'] === undefined
  const duration = parseOption(
    'duration',
    SEND_OPTIONS.duration,
    raw['duration'] ?? (isFlood ? FLOOD.duration : undefined),
  )
  const hasCount = raw['count'] !== undefined || duration === undefined
  return { clients, duration, count: hasCount ? parseOption('count', SEND_OPTIONS.count, raw['count']) : undefined }
}

/** As an option is written: whole microseconds, at least one. */
function written(duration: Nanos): string {
  return `${Math.max(1, Math.floor(duration / MICROSECOND))}us`
}
