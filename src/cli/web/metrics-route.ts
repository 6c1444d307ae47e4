import type { Route } from '../../http/route.ts'
import { type Family, renderExposition } from '../../report/formats/exposition.ts'
import { joinInTurns } from './in-turns.ts'
import type { ProcessMetrics } from './process-metrics.ts'

/** The text format of Prometheus. */
const METRICS = 'text/plain; version=0.0.4; charset=utf-8'

/** Metrics at a path. `families` gives the present ones; those of the process follow. */
export function metricsRoute(path: string, families: () => readonly Family[], process?: ProcessMetrics): Route {
  return {
    path,
    answer: async () => {
      const [own, others] = [await joinInTurns(renderExposition(families())), await process?.text()]
      return { type: METRICS, body: others === undefined ? own : own + others }
    },
  }
}
