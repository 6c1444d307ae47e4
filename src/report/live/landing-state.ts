import type { MonitorView } from '../../verdict/monitor/view.ts'

/** A run of `/probe` that has ended. */
export interface LandingProbe {
  /** Its log is `/logs?id=N`. */
  readonly id: number
  /** When it began: ms since 1970. */
  readonly at: number
  readonly target: string
  readonly module: string
  readonly isSuccess: boolean
  readonly durationMs: number
  /** Why there was no result, in a few words. Absent: the run ended with one. */
  readonly failure?: string
}

/** A search that a group repeats (path MTU, sweep). */
export interface LandingSearch {
  /** As configured: host:port. */
  readonly target: string
  readonly module: string
  readonly labels: Readonly<Record<string, string>>
  readonly run: 'mtu' | 'sweep'
  readonly isRunning: boolean
  /** The last one that ended. Absent: none has. */
  readonly last?: {
    /** ms since 1970. */
    readonly at: number
    /** What it found, or why it failed, in a few words: `path MTU 1500 bytes`. */
    readonly outcome: string
    readonly isFailed: boolean
  }
}

/** What the landing page of an exporter shows. */
export interface LandingState {
  readonly version: string
  readonly view: MonitorView
  /** Where the metrics are, relative to this page: `metrics`. */
  readonly metrics: string
  /** The configuration file. Absent: there is none. */
  readonly config?: {
    readonly file: string
    /** Why the last reload failed; the configuration before it stays. Absent: it did not. */
    readonly failure?: string
  }
  /** Names of the modules that `/probe` runs. */
  readonly modules: readonly string[]
  readonly searches: readonly LandingSearch[]
  /** The last runs of `/probe`, the newest first. */
  readonly probes: readonly LandingProbe[]
  /** A moment (ms since 1970) in ISO 8601 with the local offset from UTC. */
  readonly localTime: (ms: number) => string
}
