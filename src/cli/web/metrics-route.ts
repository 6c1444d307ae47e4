import { METRICS } from '../../http/content-type.ts'
import type { Route } from '../../http/route.ts'
import { type Family, renderExposition } from '../../report/formats/exposition.ts'
import { joinInTurns } from './in-turns.ts'
import type { ProcessMetrics } from './process-metrics.ts'

/**
 * Metrics at a path. `families` gives the present ones; those of the process follow. A scrape that comes while another is being made gets the
 * same text, so many at once cost as much as one.
 */
export function metricsRoute(path: string, families: () => readonly Family[], process?: ProcessMetrics): Route {
  let shared: Promise<Buffer> | undefined
  const render = async (): Promise<Buffer> => joinInTurns(textOf(families(), (await process?.text()) ?? ''))
  return {
    path,
    async answer() {
      shared ??= render().finally(() => (shared = undefined))
      return { type: METRICS, body: await shared }
    },
  }
}

function* textOf(families: readonly Family[], others: string): Iterable<string> {
  yield* renderExposition(families)
  if (others !== '') yield others
}
