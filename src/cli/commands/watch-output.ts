import type { MonitorRun } from '../../jobs/monitor/run.ts'
import { watchChangeEvent, watchIntervalEvent, watchStartEvent } from '../../report/formats/watch-events.ts'
import { watchEventLine, watchHeader, watchLine, withdrawnLine } from '../../report/terminal/watch-lines.ts'
import { formatLocalTime } from '../../runs/local-time.ts'
import { EventChanges, type EventChange } from '../../verdict/monitor/event-changes.ts'
import type { MonitorView } from '../../verdict/monitor/view.ts'
import { write } from '../output/streams.ts'
import type { Session } from '../subcommand.ts'

/** How often events are looked for, ms; with many targets, a view of all of them costs more. */
const LOOK_MS = 250
const LOOK_MANY_MS = 1000
const MANY = 100

export interface WatchOutputOptions {
  /** Time between two lines of a target, ms. */
  readonly every: number
  /** Print the slots of each target, too. */
  readonly isVerbose: boolean
}

/** A monitor as lines or as NDJSON on standard output: each event at once, and each target once an interval. */
export class WatchOutput {
  readonly #run: MonitorRun
  readonly #session: Session
  readonly #options: WatchOutputOptions
  readonly #changes = new EventChanges()

  constructor(run: MonitorRun, session: Session, options: WatchOutputOptions) {
    this.#run = run
    this.#session = session
    this.#options = options
  }

  /** Prints until `end` is aborted. Aborts it if nobody reads. */
  async printUntil(end: AbortController): Promise<void> {
    const { onStdout, isLive } = this.#session
    const prints = isLive || onStdout === 'json'
    const print = async (text: string): Promise<void> => {
      this.#session.line.clear()
      if (prints && !(await write(process.stdout, text))) end.abort()
    }
    const { targets } = this.#run.view()
    void print(this.#begin())
    const started = performance.now()
    let due = this.#options.every
    const timer = setInterval(
      () => {
        const view = this.#run.view()
        const events = this.#events(view)
        const elapsed = performance.now() - started
        let lines = ''
        if (elapsed >= due) {
          lines = this.#targets(view)
          due = (Math.floor(elapsed / this.#options.every) + 1) * this.#options.every
        }
        void print(events + lines)
      },
      Math.min(this.#options.every, targets.length > MANY ? LOOK_MANY_MS : LOOK_MS),
    )
    await aborted(end.signal)
    clearInterval(timer)
  }

  /** What happened since, up to the end, when each fate is final. */
  async finish(): Promise<void> {
    const { onStdout, isLive } = this.#session
    if (isLive || onStdout === 'json') await write(process.stdout, this.#events(this.#run.view()))
  }

  #begin(): string {
    const view = this.#run.view()
    if (this.#session.onStdout === 'json') return watchStartEvent(view, formatLocalTime(Date.now()))
    return `${watchHeader(view.targets, view.engine)}\n`
  }

  #events(view: MonitorView): string {
    return this.#changes
      .take(view)
      .map(change => this.#event(change))
      .join('')
  }

  #event({ target, event, isWithdrawn }: EventChange): string {
    if (this.#session.onStdout === 'json') return watchChangeEvent(target, event, isWithdrawn, formatLocalTime)
    const line = isWithdrawn ? withdrawnLine : watchEventLine
    return `${line(target, event, formatLocalTime(Date.now()), formatLocalTime)}\n`
  }

  #targets({ targets, now }: MonitorView): string {
    const at = formatLocalTime(now)
    const { isVerbose } = this.#options
    return targets
      .map(target =>
        this.#session.onStdout === 'json'
          ? watchIntervalEvent(target, at, isVerbose, formatLocalTime)
          : `${watchLine(target, at, formatLocalTime)}\n`,
      )
      .join('')
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>(resolve => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
