import type { Route } from '../../http/route.ts'
import { type Family, renderExposition } from '../../report/formats/exposition.ts'

/** The text format of Prometheus. */
const METRICS = 'text/plain; version=0.0.4; charset=utf-8'

/** Metrics at a path. `families` gives the present ones. */
export function metricsRoute(path: string, families: () => readonly Family[]): Route {
  return { path, answer: () => ({ type: METRICS, body: [...renderExposition(families())].join('') }) }
}
