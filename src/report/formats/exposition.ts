import { printable } from '../text/safe.ts'

export type Labels = Readonly<Record<string, string>>
/** `suffix`: what follows the name of the family, as `_bucket` of a histogram. */
export type Sample = readonly [labels: Labels, value: number, suffix?: string]

/** A metric with its samples. */
export interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary'
  readonly help: string
  readonly samples: readonly Sample[]
}

export function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: 'gauge', help, samples }
}

export function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: 'counter', help, samples }
}

/**
 * The text exposition format of Prometheus, version 0.0.4. A family without samples is left out. No sample has a timestamp.
 */
export function* renderExposition(families: readonly Family[]): Iterable<string> {
  for (const { name, type, help, samples } of families) {
    if (samples.length === 0) continue
    yield `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
    for (const [labels, value, suffix = ''] of samples) yield `${name}${suffix}${labelSet(labels)} ${written(value)}\n`
  }
}

function labelSet(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${labelValue(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/** Keeps line breaks, which the format can escape. Other invisible characters are escaped twice, so that they stay visible. */
function labelValue(value: string): string {
  const lines = value.split('\n').map(line =>
    printable(line)
      .replaceAll('\\', '\\\\')
      .replaceAll('"', String.raw`\"`),
  )
  return lines.join(String.raw`\n`)
}

function written(value: number): string {
  return String(Number(value.toPrecision(15)))
}
