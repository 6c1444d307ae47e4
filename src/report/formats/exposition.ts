export type Labels = Readonly<Record<string, string>>

/**
 * `labels`: names and values, or their text as `labelText` writes it, so that many samples with the same labels share it. `suffix`: what
 * follows the name of the family, as `_bucket` of a histogram.
 */
export type Sample<L = Labels | string> = readonly [labels: L, value: number, suffix?: string]

/** A metric with its samples. */
export interface Family<L = Labels | string> {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary'
  readonly help: string
  readonly samples: Iterable<Sample<L>>
}

export function gauge(name: string, help: string, samples: Iterable<Sample<Labels>>): Family<Labels>
export function gauge(name: string, help: string, samples: Iterable<Sample>): Family
export function gauge(name: string, help: string, samples: Iterable<Sample>): Family {
  return { name, type: 'gauge', help, samples }
}

export function counter(name: string, help: string, samples: Iterable<Sample>): Family {
  return { name, type: 'counter', help, samples }
}

/** Lines of a piece: few enough that other work of a thread goes on between two pieces. */
const PIECE = 500

/**
 * The text exposition format of Prometheus, version 0.0.4, in pieces. A family without samples is left out. No sample has a timestamp. A
 * value that is no finite number is no observation, so it has no sample.
 */
export function* renderExposition(families: Iterable<Family>): Iterable<string> {
  let lines: string[] = []
  for (const { name, type, help, samples } of families) {
    let hasHead = false
    for (const sample of samples) {
      const [labels, value] = sample
      if (!Number.isFinite(value)) continue
      if (!hasHead) lines.push(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`)
      hasHead = true
      const pairs = typeof labels === 'string' ? labels : labelText(labels)
      const full = sample.length === 3 ? name + sample[2] : name
      lines.push(pairs === '' ? `${full} ${written(value)}\n` : `${full}{${pairs}} ${written(value)}\n`)
      if (lines.length < PIECE) continue
      yield lines.join('')
      lines = []
    }
  }
  if (lines.length > 0) yield lines.join('')
}

/**
 * Labels without the braces around them. A reader of the format gets the same values back, whatever characters they have; only NUL, with
 * which Prometheus refuses the whole text, is written as `\x00`.
 */
export function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapedValue(value)}"`)
    .join(',')
}

/** Label text with one more label, whose value needs no escape. */
export function withLabel(text: string, name: string, value: string): string {
  return text === '' ? `${name}="${value}"` : `${text},${name}="${value}"`
}

function escapedValue(value: string): string {
  if (!/["\\\n\0]/u.test(value)) return value
  return value
    .replaceAll('\0', String.raw`\x00`)
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)
}

function written(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(15)))
}
