import type { ProbeOutcome } from '../verdict/probe-outcome.ts'
import { renderExposition } from './formats/exposition.ts'
import { probeFamilies } from './formats/probe-metrics.ts'
import { renderTerminal } from './terminal/terminal.ts'
import { printable, printableJson } from './text/safe.ts'

/** Columns of the report of a run in a log. */
const WIDTH = 100

/** The metrics of a probe, in the text format of Prometheus. */
export function probeMetrics(outcome: ProbeOutcome): string {
  return [...renderExposition(probeFamilies(outcome))].join('')
}

/** The log of a probe: its steps, the report of its run, its metrics, and the settings of its module. */
export function probeLog(outcome: ProbeOutcome): string {
  const { target, module, result, isSuccess, startedAt, timeoutSeconds, steps } = outcome
  const verdict = isSuccess ? 'succeeded' : 'failed'
  const sections = [
    [
      `Probe of ${printable(target)} with module ${printable(module.name)}: ${verdict}`,
      `Started at ${startedAt}, with ${timeoutSeconds} s of time`,
    ],
    ['Steps:', ...steps.map(({ at, message }) => `${at.toFixed(3).padStart(8)} s  ${printable(message)}`)],
    ...(result === undefined
      ? []
      : [['Report of the run:', '', renderTerminal(result, { width: WIDTH, color: false, verbose: true }).trimEnd()]]),
    ['Metrics that would have been returned:', '', probeMetrics(outcome).trimEnd()],
    ['Settings of the module:', '', ...Object.entries({ run: module.run, ...module.settings }).map(setting)],
  ]
  return `${sections.map(lines => lines.join('\n')).join('\n\n\n')}\n`
}

/** A line of YAML, of which JSON is a part. */
function setting([key, value]: readonly [string, unknown]): string {
  return `${printable(key)}: ${printableJson(JSON.stringify(value))}`
}
