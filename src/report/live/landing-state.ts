import type { SearchResult } from '../../verdict/monitor/search-result.ts'
import type { MonitorView } from '../../verdict/monitor/view.ts'
import type { RecentProbe } from '../../verdict/recent-probe.ts'

/** What the landing page of an exporter shows. */
export interface LandingState {
  readonly version: string
  readonly view: MonitorView
  /** Where the metrics are, relative to this page: `./metrics`. */
  readonly metrics: string
  /** The configuration file. Absent: there is none. */
  readonly config?: {
    readonly file: string
    /** Why the last reload failed; the configuration before it stays. Absent: it did not. */
    readonly failure?: string
  }
  /** What `/probe` may run. */
  readonly probe: {
    /** Names of modules. */
    readonly modules: readonly string[]
    /** Targets, as written: `10.0.0.0/8`, `host:port`, `*.suffix:port`. Absent: those that are always probed. */
    readonly allow?: readonly string[]
  }
  /** The last result of each target that is searched periodically. */
  readonly searches: readonly SearchResult[]
  /** The last runs of `/probe`, the newest first. */
  readonly probes: readonly RecentProbe[]
  /** A moment (ms since 1970) in ISO 8601 with the local offset from UTC. */
  readonly localTime: (ms: number) => string
}
