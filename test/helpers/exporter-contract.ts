import { readFileSync } from 'node:fs'
import { ROOT } from './child.ts'

/** A sample of the text format: `name{labels} value`. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly type: string
}

/** The samples of a text in the format of Prometheus, with the type of their metric. */
export function samplesOf(text: string): readonly Sample[] {
  let type = 'untyped'
  return text.split('\n').flatMap(line => {
    type = /^# TYPE \S+ (\S+)$/u.exec(line)?.[1] ?? type
    const [, name, inside = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/u.exec(line) ?? []
    if (name === undefined) return []
    const labels = [...inside.matchAll(/(\w+)="([^"]*)"/gu)].map(([, key = '', value = '']) => [key, value] as const)
    return [{ name, type, labels: Object.fromEntries(labels) }]
  })
}

/** One sample at least of each metric that `udptool exporter` has at `/metrics` and at `/probe`. */
export const METRICS = readFileSync(`${ROOT}fixtures/exporter/metrics.prom`, 'utf8')
export const PROBE_METRICS = readFileSync(`${ROOT}fixtures/exporter/probe.prom`, 'utf8')

/** Flags of `udptool exporter`. */
export const EXPORTER_FLAGS = [
  '--config.file',
  '--config.check',
  '--web.listen-address',
  '--web.config.file',
  '--web.telemetry-path',
  '--web.route-prefix',
  '--web.external-url',
  '--timeout-offset',
  '--log.level',
  '--log.format',
  '--max-targets',
  '--report-interval',
  '--engine',
  '--public',
  '--exit-with-parent',
  '--port-file',
  '--json',
] as const

/** Paths that its HTTP server answers. */
export const EXPORTER_PATHS = ['/metrics', '/probe', '/-/healthy', '/-/ready', '/-/reload'] as const
