import { startHttp } from '../../src/http/server.ts'
import { livePageRoute } from '../../src/cli/web/monitor-routes.ts'
import { landingPage } from '../../src/report/live/landing.ts'
import type { LandingState } from '../../src/report/live/landing-state.ts'

/** A served landing page. */
export interface FakeExporter extends AsyncDisposable {
  readonly url: string
  /** Queries of `/probe` and `/logs`, with the path. */
  readonly asked: readonly string[]
}

/** Serves a made-up state as the exporter does, with a `/probe` that only answers. */
export async function serveLanding(state: LandingState, prefix = ''): Promise<FakeExporter> {
  const asked: string[] = []
  const text = (path: string): Parameters<typeof startHttp>[1][number] => ({
    path,
    answer: ({ query }) => {
      asked.push(`${path}?${query.toString()}`)
      return { type: 'text/plain; charset=utf-8', body: `answer of ${path}\n` }
    },
  })
  const routes = [
    { path: '/', answer: () => ({ type: 'text/html; charset=utf-8', ...landingPage(state) }) },
    livePageRoute('/live', { product: 'udptool exporter', home: './' }),
    ...TEXTS.map(text),
  ]
  const server = await startHttp(
    {
      listen: [{ host: '127.0.0.1', port: 0 }],
      maxConnections: 50,
      headerTime: 5e9,
      ...(prefix === '' ? {} : { prefix }),
    },
    routes,
  )
  return {
    url: `http://127.0.0.1:${server.addresses[0].port}${prefix}/`,
    asked,
    [Symbol.asyncDispose]: async () => await server.close(),
  }
}

const TEXTS = ['/metrics', '/probe', '/logs', '/config', '/targets', '/-/healthy', '/-/ready']
