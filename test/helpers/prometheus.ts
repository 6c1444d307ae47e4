import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { stringify } from 'yaml'
import { ROOT, start, type Child } from './child.ts'
import { temporaryFolder } from './tools.ts'

/** A series and its value, as a query of Prometheus returns it. */
export interface Value {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}

interface Target {
  readonly health: 'up' | 'down' | 'unknown'
  readonly lastError: string
}

/** How long a query is repeated until it has the wanted outcome, ms. */
const TIME_LIMIT_MS = 90_000

/** A real Prometheus, which scrapes once a second. It ends with the test. */
export class Prometheus {
  readonly #child: Child
  readonly #url: string

  constructor(child: Child, url: string) {
    this.#child = child
    this.#url = url
  }

  /** Starts it with these scrape jobs, and with rules of the mixin if wanted. Resolves when it answers queries. */
  static async start(jobs: readonly object[], { hasRules = false } = {}): Promise<Prometheus> {
    const folder = temporaryFolder()
    const port = await freePort()
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: hasRules ? [`${ROOT}mixin/udptool.rules.yaml`] : [],
      scrape_configs: jobs,
    }
    const file = join(folder, 'prometheus.yaml')
    writeFileSync(file, stringify(config))
    mkdirSync(join(folder, 'data'))
    const child = start('prometheus', [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ])
    await child.waitFor('stderr', /Server is ready to receive web requests/)
    return new Prometheus(child, `http://127.0.0.1:${port}`)
  }

  get pid(): number {
    return this.#child.pid
  }

  /** The present values of an expression. */
  async query(expression: string): Promise<readonly Value[]> {
    const answer = await this.#api(`query?query=${encodeURIComponent(expression)}`)
    const { result } = answer as {
      result: readonly { metric: Readonly<Record<string, string>>; value: readonly [number, string] }[]
    }
    return result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }))
  }

  /** The present values of an expression as soon as they are as wanted. */
  async until(expression: string, isWanted: (values: readonly Value[]) => boolean): Promise<readonly Value[]> {
    const end = performance.now() + TIME_LIMIT_MS
    for (;;) {
      const values = await this.query(expression)
      if (isWanted(values)) return values
      if (performance.now() > end) throw new Error(`${expression} is ${JSON.stringify(values)} at last`)
      await pause(250)
    }
  }

  /** What it scrapes, with the last error of each. */
  async targets(): Promise<readonly Target[]> {
    const { activeTargets } = (await this.#api('targets?state=active')) as { activeTargets: readonly Target[] }
    return activeTargets
  }

  async #api(path: string): Promise<unknown> {
    const response = await fetch(`${this.#url}/api/v1/${path}`)
    const { status, data, error } = (await response.json()) as { status: string; data: unknown; error?: string }
    if (status !== 'success') throw new Error(`${path}: ${error ?? status}`)
    return data
  }
}

/** A port of 127.0.0.1 that nobody has. Prometheus cannot tell which one the kernel chose. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
