import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { onCleanup } from '../helpers/lifetime.ts'
import { readSamples, valueOf, type ScrapedSample } from '../helpers/exporter.ts'
import { openPath, requireNamespaces, sharedPath, type Host } from '../helpers/namespace.ts'
import { writtenYaml } from '../helpers/promtool.ts'

const SERVER = '10.2.0.1'
const TARGET = `${SERVER}:9000`
const MTU = 'udptool_path_mtu_bytes'
const BLACK_HOLE = 'udptool_path_mtu_black_hole'
const ENDED = 'udptool_path_mtu_search_timestamp_seconds'
const LABELS = { target: TARGET, module: 'mtu', site: 'fra' }
const PORT = '19000'

/** Starts an exporter that searches the path MTU to the server. It ends with the host. */
async function startExporter(client: Host, interval = '10m'): Promise<void> {
  const file = writtenYaml({
    modules: { mtu: { run: 'mtu', interval } },
    groups: [{ module: ['default', 'mtu'], targets: [TARGET], labels: { site: 'fra' } }],
  })
  const child = client.startHosted('exporter', '--config.file', file, '--web.listen-address', `127.0.0.1:${PORT}`)
  onCleanup(async () => {
    child.signal('SIGTERM')
    await child.finished
  })
  await child.waitFor('stdout', /^listening http/m)
}

/** Scrapes until the samples are as wanted. */
async function scrapeUntil(
  client: Host,
  isWanted: (samples: readonly ScrapedSample[]) => boolean,
): Promise<readonly ScrapedSample[]> {
  const script = `fetch('http://127.0.0.1:${PORT}/metrics').then(async answer => process.stdout.write(await answer.text()))`
  for (;;) {
    const samples = readSamples(client.run(process.execPath, '-e', script))
    if (isWanted(samples)) return samples
    await pause(200)
  }
}

/** What the kernel says about an interface. */
function linkMtu(host: Host, device: string): number {
  return Number(/ mtu (\d+) /.exec(host.run('ip', '-o', 'link', 'show', 'dev', device))?.[1])
}

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('the path MTU at /metrics', () => {
  test('is the smallest MTU of the interfaces on the path, and there is no black hole', async () => {
    const { client, router, server } = sharedPath(1400)
    await server.serve('--host', SERVER, '--port', '9000')
    const before = Date.now()
    await startExporter(client)
    const samples = await scrapeUntil(client, all => valueOf(all, MTU) !== undefined)
    const links = [linkMtu(client, 'c0'), linkMtu(router, 'r0'), linkMtu(router, 'r1'), linkMtu(server, 's0')]
    expect(valueOf(samples, MTU, LABELS)).toBe(Math.min(...links))
    expect(valueOf(samples, BLACK_HOLE, LABELS)).toBe(0)
    const ended = (valueOf(samples, ENDED, LABELS) ?? NaN) * 1000
    expect(ended).toBeGreaterThanOrEqual(before)
    expect(ended).toBeLessThanOrEqual(Date.now())
  })

  test('has a black hole where a firewall drops larger packets silently', async () => {
    const { client, router, server } = sharedPath(1500)
    router.filter(`table inet t {
      counter large { }
      chain c {
        type filter hook forward priority 0
        ip daddr ${SERVER} ip length > 1337 counter name large drop
      }
    }`)
    await server.serve('--host', SERVER, '--port', '9000')
    await startExporter(client)
    const samples = await scrapeUntil(client, all => valueOf(all, MTU) !== undefined)
    expect(valueOf(samples, MTU, LABELS)).toBe(1337)
    expect(valueOf(samples, BLACK_HOLE, LABELS)).toBe(1)
    expect(router.counted('large')).toBeGreaterThan(0)
  })

  test('follows the path, and is absent after a search without an answer', async () => {
    const { client, router, server } = openPath(1500)
    const echo = await server.serve('--host', SERVER, '--port', '9000')
    await startExporter(client, '1s')
    const first = await scrapeUntil(client, all => valueOf(all, MTU) === 1500)
    router.ip('link set r1 mtu 1300')
    server.ip('link set s0 mtu 1300')
    const second = await scrapeUntil(client, all => valueOf(all, MTU) === 1300)
    expect(valueOf(second, ENDED)).toBeGreaterThan(valueOf(first, ENDED) ?? Infinity)
    echo.signal('SIGTERM')
    await echo.finished
    const last = await scrapeUntil(client, all => valueOf(all, MTU) === undefined)
    expect(valueOf(last, BLACK_HOLE)).toBeUndefined()
    expect(valueOf(last, ENDED)).toBeGreaterThan(valueOf(second, ENDED) ?? Infinity)
  })
})
