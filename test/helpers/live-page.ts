import { startWeb, type RunningWeb } from '../../src/cli/web/start-web.ts'
import type { HistoryPoint, MonitorView } from '../../src/verdict/monitor/view.ts'
import { hourOfHistory } from './monitor-view.ts'

/** The live page of a view that a test replaces. */
export interface FakeWatch extends AsyncDisposable {
  view: MonitorView
  history: readonly HistoryPoint[]
  readonly url: string
  readonly port: number
}

/** Serves a made-up view as the command does. */
export async function serveView(view: MonitorView, port = 0): Promise<FakeWatch> {
  const fake = { view, history: hourOfHistory }
  const web: RunningWeb = await startWeb(
    { host: '127.0.0.1', port },
    {
      engine: view.engine,
      countsDrops: true,
      view: () => fake.view,
      measure: () => [],
      history: (_, since) => fake.history.filter(({ at }) => at >= since),
      isReady: () => true,
    },
  )
  return Object.assign(fake, {
    url: `http://127.0.0.1:${web.address.port}/`,
    port: web.address.port,
    [Symbol.asyncDispose]: async () => await web.close(),
  })
}
