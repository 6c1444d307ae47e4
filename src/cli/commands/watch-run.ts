import { counted } from '../../base/counted.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { startTimer } from '../../engine/long-timer.ts'
import type { WatchPlan } from '../../jobs/monitor/plan.ts'
import { startMonitor, type MonitorRun } from '../../jobs/monitor/run.ts'
import { formatLocalTime } from '../../runs/local-time.ts'
import { watchSummary, watchSummaryEvent } from '../../report/formats/watch-events.ts'
import { asSaved } from '../../report/formats/json.ts'
import { watchSummaryTable } from '../../report/terminal/watch-summary.ts'
import type { MonitorView } from '../../verdict/monitor/view.ts'
import { canShowScreen, showWatch } from '../screen/show-watch.ts'
import type { Ending, Session } from '../subcommand.ts'
import { NoteLog } from './note-log.ts'
import { WatchOutput } from './watch-output.ts'
import { serveWatchPage, type WatchPage } from './watch-page.ts'

/** How often the wait for the last replies is shown, ms. */
const WAIT_MS = 200

/** `udptool watch`: probes until q, Ctrl-C or the end of `--duration`, then prints the ledgers. */
export async function runWatch(plan: WatchPlan, isVerbose: boolean, session: Session): Promise<Ending> {
  const { signals, line } = session
  const { searches } = plan
  if (searches.length > 0)
    line.note(
      `udptool: without ${counted(searches.length, 'module')} that ${searches.length === 1 ? 'is a search' : 'are searches'}, for udptool exporter: ${searches.join(', ')}`,
    )
  const hasScreen = session.isLive && canShowScreen()
  const notes = new NoteLog(line, hasScreen && process.stderr.isTTY)
  const run = await start(plan, notes, session)
  // Aborted when no further probe is sent.
  const end = new AbortController()
  const stop = (): void => end.abort()
  const cancel = signals.onFirst(stop)
  const timer = plan.duration === undefined ? undefined : startTimer(stop, plan.duration)
  // The thread of the monitor has failed.
  void run.done.then(stop, stop)
  let page: WatchPage | undefined
  try {
    if (plan.web !== undefined) page = await serveWatchPage(plan.web, run, session, hasScreen)
    const output = await show(plan, run, end, { url: page?.url, isVerbose, hasScreen }, session)
    run.stop()
    notes.release()
    await lastReplies(run, session)
    await output?.finish()
    return ending(run.view(), isVerbose)
  } finally {
    timer?.cancel()
    cancel()
    run.stop()
    await Promise.all([run.done, page?.close()])
  }
}

async function start(plan: WatchPlan, { log }: NoteLog, { signals: { signal } }: Session): Promise<MonitorRun> {
  if (plan.discovery === undefined) return startMonitor(plan.monitor)
  const { followTargets } = await import('./watch-targets.ts')
  return followTargets(plan.monitor, plan.discovery, { log, signal })
}

interface Shown {
  readonly url: string | undefined
  readonly isVerbose: boolean
  readonly hasScreen: boolean
}

/** Shows the monitor until `end`, or until the user quits or nobody reads any more. */
async function show(
  plan: WatchPlan,
  run: MonitorRun,
  end: AbortController,
  { url, isVerbose, hasScreen }: Shown,
  session: Session,
): Promise<WatchOutput | undefined> {
  if (hasScreen) {
    await showWatch(run, session, { url, until: end.signal })
    return undefined
  }
  const output = new WatchOutput(run, session, { every: plan.reportInterval / MILLISECOND, isVerbose })
  await output.printUntil(end)
  return output
}

/** Waits until each fate is final, and says so. */
async function lastReplies(run: MonitorRun, { line, signals }: Session): Promise<void> {
  const shown = setInterval(() => {
    const open = run.view().targets.reduce((sum, { ledger: { inFlight } }) => sum + inFlight, 0)
    const hint = `Ctrl-C ${signals.received === undefined ? 'twice' : 'again'} ends at once`
    line.show(`waiting for the last replies: ${counted(open, 'probe')} without a final fate; ${hint}`)
  }, WAIT_MS)
  try {
    await run.done
  } finally {
    clearInterval(shown)
    line.clear()
  }
}

function ending(view: MonitorView, isVerbose: boolean): Ending {
  const { targets } = view
  const verdict = targets.length > 0 && targets.every(({ ledger: { fates } }) => fates.intact > 0) ? 'pass' : 'fail'
  return {
    content: asSaved(watchSummary(view, { verdict, hasStrips: isVerbose, localTime: formatLocalTime })),
    *table(shown) {
      yield watchSummaryTable(view, shown)
    },
    jsonEnd: () => watchSummaryEvent(view, { verdict, hasStrips: isVerbose, localTime: formatLocalTime }),
    verdict,
    endsByInterrupt: true,
  }
}
