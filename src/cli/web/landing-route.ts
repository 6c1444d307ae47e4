import { present } from '../../base/present.ts'
import { HTML } from '../../http/content-type.ts'
import type { Route } from '../../http/route.ts'
import type { Exporter } from '../../jobs/exporter/exporter.ts'
import { landingPage } from '../../report/live/landing.ts'
import { formatLocalTime } from '../../runs/local-time.ts'

/** The landing page of an exporter. `metrics`: the path of the metrics. */
export function landingRoute(exporter: Exporter, metrics: string, version: string): Route {
  return {
    path: '/',
    answer() {
      const { monitor, config, configFile: file, reloadState, searchResults, desk } = exporter
      const { modules = [...config.modules.keys()], allow } = config.probe
      const page = landingPage({
        version,
        view: monitor.view(),
        metrics: `.${metrics}`,
        probe: { modules, ...present({ allow }) },
        searches: searchResults,
        probes: desk.recent,
        localTime: formatLocalTime,
        ...present({ config: file === undefined ? undefined : { file, ...present({ failure: reloadState.failure }) } }),
      })
      return { type: HTML, ...page }
    },
  }
}
