import type { Suite, SuiteCheck } from '../../verdict/suite/suite.ts'
import { protocolFamilies } from './protocol-metrics.ts'
import { rateFamilies } from './rate-metrics.ts'
import { queryFamilies, type SamplesOf } from './query-metrics.ts'
import type { Report } from './report.ts'
import { printable } from '../text/safe.ts'
import { gauge, renderExposition, type Family, type Labels, type Sample } from './exposition.ts'

/**
 * The text exposition format of Prometheus, for the textfile collector of node_exporter. Each file holds one run. A value that was not
 * observed has no sample. Every sample is labelled with the command and the run number, so that the samples of two files in one folder
 * never collide.
 */
export function* renderPrometheus({ suite }: Report): Iterable<string> {
  const own = runLabels(suite)
  const families = [...suiteFamilies(suite), ...checkFamilies(suite)]
  const labelled = families.map(family => ({
    ...family,
    samples: Array.from(family.samples, ([labels, value]) => [visible({ ...own, ...labels }), value] as const),
  }))
  yield* renderExposition(labelled)
}

function visible(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, visibleText(value)]))
}

/** Line breaks stay, because the format escapes them. Other invisible characters are written as escapes, as in every report. */
function visibleText(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** The random run number of the first run of the suite. A suite without one is labelled with its start time. */
function runLabels({ command, file, checks, startedAt }: Suite): Labels {
  const run = checks.flatMap(({ result }) => result?.clients ?? [])[0]?.run
  return { command, ...(file === undefined ? {} : { file }), run: run ?? startedAt }
}

function suiteFamilies(suite: Suite): readonly Family<Labels>[] {
  const { passed, warned, failed, errors, skipped } = suite
  const counts = { pass: passed, warn: warned, fail: failed, error: errors, skipped }
  return [
    gauge('udptool_suite_success', '1 if the suite passed.', [[{}, Number(suite.verdict === 'pass')]]),
    gauge('udptool_suite_start_time_seconds', 'When the suite began, since 1970.', startTime(suite)),
    gauge('udptool_suite_duration_seconds', 'How long the suite took.', [[{}, suite.durationMs / 1000]]),
    gauge(
      'udptool_suite_checks',
      'Checks by verdict.',
      Object.entries(counts).map(([verdict, count]) => [{ verdict }, count]),
    ),
  ]
}

/** The start time, computed from the calendar, because a pure room has no clock. Empty if the time cannot be parsed. */
function startTime({ startedAt }: Suite): readonly Sample<Labels>[] {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d(?:\.\d+)?)Z$/u.exec(startedAt)
  if (match === null) return []
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  return [[{}, daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second]]
}

/** Days of the Gregorian calendar. Years are counted from March, so that a leap day is the last day of a year. */
function daysSince1970(year: number, month: number, day: number): number {
  const from = month > 2 ? year : year - 1
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return from * 365 + Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400) + dayOfYear - 719_468
}

function checkFamilies({ checks }: Suite): readonly Family<Labels>[] {
  const of: SamplesOf = read =>
    checks.flatMap(check =>
      read(check).flatMap(([labels, value]): readonly Sample<Labels>[] =>
        value === undefined || !Number.isFinite(value) ? [] : [[{ ...labelsOf(check), ...labels }, value]],
      ),
    )
  return [
    gauge(
      'udptool_check_success',
      '1 if the check passed, 0 if not or if it could not run; a skipped check has no sample.',
      of(({ verdict }) => (verdict === 'skipped' ? [] : [[{}, Number(verdict === 'pass')]])),
    ),
    gauge(
      'udptool_check_duration_seconds',
      'How long the check took.',
      of(({ durationMs }) => [[{}, seconds(durationMs)]]),
    ),
    gauge(
      'udptool_probes',
      'Probes by fate; their sum is what was scheduled.',
      of(({ result }) => Object.entries(result?.ledger.fates ?? {}).map(([fate, count]) => [{ fate }, count])),
    ),
    gauge(
      'udptool_loss_ratio',
      'Lost probes over scheduled.',
      of(({ result }) => [[{}, result?.loss.ratio]]),
    ),
    gauge(
      'udptool_duplicates',
      'Further copies of replies.',
      of(({ result }) => [[{}, result?.ledger.duplicates]]),
    ),
    gauge(
      'udptool_reordered',
      'Replies out of order (RFC 4737).',
      of(({ result }) => [[{}, result?.ledger.reordered]]),
    ),
    {
      name: 'udptool_rtt_seconds',
      type: 'summary',
      help: 'Round trips: quantiles without interpolation.',
      samples: of(({ result }) => [
        [{ quantile: '0' }, seconds(result?.rtt?.minMs)],
        [{ quantile: '0.5' }, seconds(result?.rtt?.p50Ms)],
        [{ quantile: '0.9' }, seconds(result?.rtt?.p90Ms)],
        [{ quantile: '0.99' }, seconds(result?.rtt?.p99Ms)],
        [{ quantile: '1' }, seconds(result?.rtt?.maxMs)],
      ]),
    },
    gauge(
      'udptool_rtt_mean_seconds',
      'Mean of the round trips.',
      of(({ result }) => [[{}, seconds(result?.rtt?.meanMs)]]),
    ),
    gauge(
      'udptool_jitter_seconds',
      'Interarrival jitter (RFC 3550), of round trips.',
      of(({ result }) => [[{}, seconds(result?.jitter?.rfc3550Ms)]]),
    ),
    ...protocolFamilies(of),
    ...rateFamilies(of),
    ...queryFamilies(of),
  ]
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000
}

/** Has the id as well, because a name may occur twice. */
function labelsOf({ id, name, target, level }: SuiteCheck): Labels {
  return { id, check: name, ...(target === undefined ? {} : { target }), level }
}
