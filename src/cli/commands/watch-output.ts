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
  /** Time between two lines of a target, ms. Infinity: no lines. */
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
    const { every } = this.#options
    const { targets } = this.#run.view()
    const started = performance.now()
    let due = every
    let isWriting = false
    const print = async (text: string): Promise<void> => {
      isWriting = true
      this.#session.line.clear()
      if (!(await write(process.stdout, text))) end.abort()
      isWriting = false
    }
    if (this.#prints) void print(this.#begin())
    const look = (): void => {
      // Nothing piles up for a slow reader.
      if (!this.#prints || isWriting) return
      const view = this.#run.view()
      const elapsed = performance.now() - started
      const isDue = elapsed >= due
      if (isDue) due = (Math.floor(elapsed / every) + 1) * every
      void print(this.#events(view) + (isDue ? this.#targets(view) : ''))
    }
    const timer = setInterval(look, Math.min(every, targets.length > MANY ? LOOK_MANY_MS : LOOK_MS))
    await aborted(end.signal)
    clearInterval(timer)
  }

  /** What happened since, up to the end, when each fate is final. */
  async finish(): Promise<void> {
    if (this.#prints) await write(process.stdout, this.#events(this.#run.view()))
  }

  get #prints(): boolean {
    return this.#session.isLive || this.#session.onStdout === 'json'
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
