import { counter, gauge, type Family } from './exposition.ts'

/** What an exporter knows about itself. */
export interface ExporterFacts {
  /** Versions of the program and of Node.js. */
  readonly version: string
  readonly node: string
  readonly engine: string
  readonly reload: {
    /** When a configuration was last taken, ms since 1970. */
    readonly succeededAt: number
    /** Why the last attempt failed. Absent: it did not. */
    readonly failure?: string
  }
  readonly probes: {
    /** Answers of `/probe` since the start. `module` is empty if the request names none that exists. */
    readonly requests: readonly { readonly module: string; readonly code: number; readonly count: number }[]
    readonly moduleUnknown: number
  }
  /** Names of the modules that `/probe` may run. */
  readonly modules: readonly string[]
}

/** Statuses of `/probe` for a module that exists, apart from one of a client that went away. */
const PROBE_CODES = [200, 400, 403, 503]

/** The metrics of an exporter as a whole (docs/exporter.md). */
export function exporterFamilies(facts: ExporterFacts): readonly Family[] {
  const { version, node, engine, reload, probes } = facts
  return [
    gauge('udptool_build_info', 'Version of udptool and of Node.js, and the engine that probes.', [
      [{ version, node, engine }, 1],
    ]),
    gauge('udptool_exporter_config_last_reload_successful', 'Whether the last reload of the configuration succeeded.', [
      [{}, Number(reload.failure === undefined)],
    ]),
    gauge(
      'udptool_exporter_config_last_reload_success_timestamp_seconds',
      'When a configuration was last taken, at the start or by a reload.',
      [[{}, reload.succeededAt / 1000]],
    ),
    counter(
      'udptool_exporter_probe_requests_total',
      'Answers of /probe by module and HTTP status.',
      requestCounts(facts).map(({ module, code, count }) => [{ module, code: String(code) }, count] as const),
    ),
    counter('udptool_exporter_module_unknown_total', 'Requests of /probe for a module that does not exist.', [
      [{}, probes.moduleUnknown],
    ]),
  ]
}

/** With a count of 0 for what has not happened yet, because `increase` needs a first sample. */
function requestCounts({ modules, probes }: ExporterFacts): ExporterFacts['probes']['requests'] {
  const { requests } = probes
  const isCounted = (module: string, code: number): boolean =>
    requests.some(request => request.module === module && request.code === code)
  const missing = modules.flatMap(module =>
    PROBE_CODES.filter(code => !isCounted(module, code)).map(code => ({ module, code, count: 0 })),
  )
  return [...requests, ...missing]
}
