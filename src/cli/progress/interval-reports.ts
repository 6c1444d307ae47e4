import { MILLISECOND, SECOND, type Nanos } from '../../base/nanos.ts'
import type { RunFacts } from '../../facts/run.ts'
import { parseOption } from '../../options/parse-options.ts'
import type { Options } from '../../options/raw-options.ts'
import { REPORT_INTERVAL_OPTION } from '../../options/report-interval.ts'
import { intervalEvent } from '../../report/formats/interval-event.ts'
import { intervalLine } from '../../report/terminal/interval-line.ts'
import { IntervalReporter, type IntervalReport } from '../../verdict/interval-report.ts'
import { isInCi } from '../ci.ts'
import { formatLocalTime } from '../../runs/local-time.ts'
import { write } from '../output/streams.ts'
import type { Session } from '../subcommand.ts'

/** The interval in CI, where a job without output may be taken for one that hangs. */
const CI_INTERVAL: Nanos = 30 * SECOND

/** How often a command reports while it runs. */
export interface ReportInterval {
  readonly every: Nanos
  /** Nobody asked for it. */
  readonly isAutomatic: boolean
}

/** `--report-interval`, or the interval in CI. Undefined: no reports. Throws a `usage` error. */
export function readReportInterval(options: Options): ReportInterval | undefined {
  const given = parseOption('reportInterval', REPORT_INTERVAL_OPTION, options['reportInterval'])
  if (given !== undefined) return given === 0 ? undefined : { every: given, isAutomatic: false }
  return isInCi() && options['quiet'] !== true ? { every: CI_INTERVAL, isAutomatic: true } : undefined
}

interface ReportSurroundings {
  /** Whether standard output has a JSON object a line. */
  readonly printsEvents?: boolean
  /** A clock, ms. */
  readonly now?: () => number
}

/** A run, or a check by its name. */
interface Subject {
  readonly reporter: IntervalReporter
  readonly beganMs: number
  isReported: boolean
}

/**
 * Reports on one run, or on the checks that run, once each interval: a line on standard error, and where a user asks for reports and NDJSON goes
 * to standard output, or events as those of `ping --json`, an object among them.
 */
export class IntervalReports {
  readonly #interval: ReportInterval
  readonly #line: Session['line']
  readonly #printsEvents: boolean
  readonly #now: () => number
  readonly #subjects = new Map<string | undefined, Subject>()
  /** When the first run began. Waiting for a target is no part of it. */
  #beganMs: number | undefined
  #dueMs: number

  constructor(
    interval: ReportInterval,
    session: Pick<Session, 'line' | 'onStdout'>,
    { printsEvents = session.onStdout === 'ndjson', now = (): number => performance.now() }: ReportSurroundings = {},
  ) {
    this.#interval = interval
    this.#line = session.line
    this.#printsEvents = printsEvents && !interval.isAutomatic
    this.#now = now
    this.#dueMs = interval.every / MILLISECOND
  }

  /** A round of a search begins. */
  beginRound(number: number, check?: string): void {
    this.#open(check).reporter.beginRound(number)
  }

  /** Call it with every progress of a run, and after it has closed. */
  advance(facts: RunFacts, now: Nanos | undefined, check?: string): void {
    this.#open(check).reporter.advance(facts, now ?? -Infinity)
    const elapsedMs = this.#now() - (this.#beganMs ?? 0)
    if (elapsedMs < this.#dueMs) return
    const everyMs = this.#interval.every / MILLISECOND
    this.#dueMs = (Math.floor(elapsedMs / everyMs) + 1) * everyMs
    for (const [name, subject] of this.#subjects) {
      subject.isReported = true
      this.#print(subject.reporter.report(this.#now() - subject.beganMs), name)
    }
  }

  /** The run of a command with only one is done: reports the rest of the last interval, if a user asked for reports. */
  finish(): void {
    this.#end(undefined)
  }

  /** A check is done: reports the rest, if it was reported on before. A suite of short checks has no line for each. */
  endCheck(check: string): void {
    const isReported = this.#subjects.get(check)?.isReported === true
    if (isReported) this.#end(check)
    this.#subjects.delete(check)
  }

  #open(check: string | undefined): Subject {
    let subject = this.#subjects.get(check)
    if (subject === undefined) {
      subject = { reporter: new IntervalReporter(), beganMs: this.#now(), isReported: false }
      this.#beganMs ??= subject.beganMs
      this.#subjects.set(check, subject)
    }
    return subject
  }

  #end(check: string | undefined): void {
    const subject = this.#subjects.get(check)
    if (subject === undefined || this.#interval.isAutomatic) return
    const report = subject.reporter.report(this.#now() - subject.beganMs)
    const { sent, replies, settled } = report.interval
    // Nothing is left if the run ended with an interval.
    if (sent !== 0 || replies !== 0 || settled !== 0) this.#print(report, check)
  }

  #print(report: IntervalReport, check: string | undefined): void {
    const at = formatLocalTime(Date.now())
    this.#line.report(intervalLine(report, at, check))
    if (this.#printsEvents) void write(process.stdout, intervalEvent(report, at, check))
  }
}
