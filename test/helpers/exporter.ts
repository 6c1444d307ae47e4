import type { Child } from './child.ts'
import { onCleanup } from './lifetime.ts'
import { exchange, get } from './raw-http.ts'
import { writtenYaml } from './promtool.ts'
import { startUdptool, type CommandOptions } from './udptool.ts'

/** A sample of a scrape. */
export interface ScrapedSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** An exporter with this configuration on a free port of 127.0.0.1. It ends with the test. */
export async function startExporter(
  config: object,
  options: CommandOptions = {},
  ...args: readonly string[]
): Promise<{ readonly child: Child; readonly port: number; readonly file: string }> {
  const file = writtenYaml(config)
  const all = ['exporter', '--config.file', file, '--web.listen-address', '127.0.0.1:0', ...args]
  const child = startUdptool(all, { timeoutSeconds: 110, ...options })
  onCleanup(async () => await child[Symbol.asyncDispose]())
  const [, port = ''] = await child.waitFor('stdout', /^listening http 127\.0\.0\.1:(\d+) /m)
  return { child, port: Number(port), file }
}

/** The samples at /metrics. */
export async function scrape(port: number): Promise<readonly ScrapedSample[]> {
  const { status, body } = await exchange(port, get('/metrics'))
  if (status !== 200) throw new Error(`/metrics answered ${status}`)
  return readSamples(body)
}

/** The samples of a text in the format of Prometheus, for labels without escaped characters. */
export function readSamples(text: string): readonly ScrapedSample[] {
  return Array.from(text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm), ([, name = '', inside = '', value]) => {
    const labels = Array.from(inside.matchAll(/(\w+)="([^"\\]*)"/g), ([, key = '', text = '']) => [key, text] as const)
    return { name, labels: Object.fromEntries(labels), value: Number(value) }
  })
}

/** The value of the one sample with this name and these labels, among others. Undefined: there is none. */
export function valueOf(
  samples: readonly ScrapedSample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = samples.filter(
    sample => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )
  if (found.length > 1) throw new Error(`${found.length} samples of ${name} have ${JSON.stringify(labels)}`)
  return found[0]?.value
}
