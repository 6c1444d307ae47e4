import { formatAddress } from '../../base/address.ts'
import type { WebPlan } from '../../jobs/monitor/plan.ts'
import type { MonitorRun } from '../../jobs/monitor/run.ts'
import { watchListeningEvent } from '../../report/formats/watch-events.ts'
import { watchListeningLine } from '../../report/terminal/watch-lines.ts'
import { formatLocalTime } from '../../runs/local-time.ts'
import { write } from '../output/streams.ts'
import type { Session } from '../subcommand.ts'
import { startWeb } from '../web/start-web.ts'

/** The page of a monitor. */
export interface WatchPage {
  readonly url: string
  /** Resolves when the port is free. */
  close(): Promise<void>
}

/** Serves the page, and prints its address unless a screen shows it. Rejects with a UdptoolError if it cannot bind. */
export async function serveWatchPage(
  plan: WebPlan,
  run: MonitorRun,
  { onStdout, files }: Session,
  hasScreen: boolean,
): Promise<WatchPage> {
  const web = await startWeb(plan, run)
  const { address } = web
  try {
    await files['--port-file']?.write([`${address.port}\n`])
    const view = run.view()
    if (onStdout === 'json')
      await write(process.stdout, watchListeningEvent(address, view, formatLocalTime(Date.now())))
    else if (onStdout === 'table' && !hasScreen)
      await write(process.stdout, watchListeningLine(formatAddress(address), view))
  } catch (error) {
    await web.close()
    throw error
  }
  return { url: `http://${formatAddress(address)}/`, close: async () => web.close() }
}
