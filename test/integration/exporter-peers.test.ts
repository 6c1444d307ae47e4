import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { shared } from '../helpers/lifetime.ts'
import { start } from '../helpers/child.ts'
import { freePort } from '../helpers/prometheus.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'
import { startExporter } from '../helpers/exporter.ts'

/** The exporters of Debian that people know, asked the same questions as ours. */
const hasPeers = requireTool('prometheus-blackbox-exporter') && requireTool('prometheus-smokeping-prober')

type Name = 'udptool' | 'blackbox' | 'smokeping'

interface Exporter {
  readonly url: string
  readonly file: string
}

const OURS = {
  modules: { once: { count: 1 } },
  groups: [{ targets: ['127.0.0.1:10009'] }],
  probe: { allow: ['127.0.0.1/32'] },
}
const BLACKBOX = 'modules:\n  once:\n    prober: tcp\n    timeout: 1s\n'
const SMOKEPING = 'targets:\n  - hosts: [127.0.0.1]\n    interval: 1s\n'

async function startPeer(name: string, config: string): Promise<Exporter> {
  const file = join(temporaryFolder(), 'config.yaml')
  writeFileSync(file, config)
  const port = await freePort()
  const child = start(name, [`--config.file=${file}`, `--web.listen-address=127.0.0.1:${port}`])
  await child.waitFor('stderr', /[Ll]istening on/)
  return { url: `http://127.0.0.1:${port}`, file }
}

async function startOurs(): Promise<Exporter> {
  const { port, file } = await startExporter(OURS)
  return { url: `http://127.0.0.1:${port}`, file }
}

describe.runIf(hasPeers)('the same questions as to blackbox_exporter and smokeping_prober', () => {
  const exporters = shared(async (): Promise<Readonly<Record<Name, Exporter>>> => ({
    udptool: await startOurs(),
    blackbox: await startPeer('prometheus-blackbox-exporter', BLACKBOX),
    smokeping: await startPeer('prometheus-smokeping-prober', SMOKEPING),
  }))

  async function ask(name: Name, path: string, init: RequestInit = {}): Promise<Response> {
    return await fetch(`${exporters()[name].url}${path}`, init)
  }

  /** The status of the answer, and whether Prometheus could read it. */
  async function status(name: Name, path: string, init?: RequestInit): Promise<number> {
    const response = await ask(name, path, init)
    await response.arrayBuffer()
    return response.status
  }

  const POST = { method: 'POST' }
  test.each<{
    readonly what: string
    readonly peers: readonly Name[]
    readonly path: string
    readonly init?: RequestInit
  }>([
    { what: 'no target', peers: ['blackbox'], path: '/probe' },
    { what: 'an unknown module', peers: ['blackbox'], path: '/probe?target=127.0.0.1:10009&module=nope' },
    { what: 'a target that does not answer', peers: ['blackbox'], path: '/probe?target=127.0.0.1:10009&module=once' },
    { what: 'alive', peers: ['blackbox', 'smokeping'], path: '/-/healthy' },
    { what: 'the configuration', peers: ['blackbox'], path: '/config' },
    { what: 'the landing page', peers: ['blackbox', 'smokeping'], path: '/' },
    { what: 'metrics', peers: ['blackbox', 'smokeping'], path: '/metrics' },
    // smokeping_prober 0.6.1 reloads for GET, too.
    { what: 'GET reloads nothing', peers: ['blackbox'], path: '/-/reload' },
    { what: 'a reload', peers: ['blackbox', 'smokeping'], path: '/-/reload', init: POST },
  ])('$what', async ({ peers, path, init }) => {
    const ours = await status('udptool', path, init)
    for (const peer of peers) expect(await status(peer, path, init), peer).toBe(ours)
  })

  test('a failed probe is no failed scrape: the same six metrics say so', async () => {
    const names = async (name: Name): Promise<readonly string[]> => {
      const text = await (await ask(name, '/probe?target=127.0.0.1:10009&module=once')).text()
      expect(text).toMatch(/^probe_success 0$/m)
      return [...text.matchAll(/^# TYPE (probe_(?!udp_)\w+ \w+)$/gm)].map(([, declared = '']) => declared)
    }
    const [ours, theirs] = [await names('udptool'), await names('blackbox')]
    expect(ours).toHaveLength(6)
    // It came to blackbox_exporter after the 0.23 of Debian.
    const later = 'probe_timeout_seconds gauge'
    expect([...theirs, later]).toEqual(expect.arrayContaining([...ours]))
  })

  test('the address of a probe has the same hash', async () => {
    const hash = async (name: Name): Promise<string | undefined> => {
      const text = await (await ask(name, '/probe?target=127.0.0.1:10009&module=once')).text()
      return /^probe_ip_addr_hash (\S+)$/m.exec(text)?.[1]
    }
    const [ours, theirs] = [await hash('udptool'), await hash('blackbox')]
    expect(Number(ours)).toBeGreaterThan(0)
    expect(Number(ours)).toBe(Number(theirs))
  })

  test('metrics have the type of content that Prometheus asks for', async () => {
    const type = async (name: Name): Promise<string | null> => (await ask(name, '/metrics')).headers.get('content-type')
    expect(await type('udptool')).toBe('text/plain; version=0.0.4; charset=utf-8')
    for (const peer of ['blackbox', 'smokeping'] as const)
      expect((await type(peer))?.replaceAll(' ', '')).toBe('text/plain;version=0.0.4;charset=utf-8')
  })

  // smokeping_prober 0.6.1 takes this file.
  test('a broken file is refused, the old configuration stays, and a metric says so', async () => {
    for (const name of ['udptool', 'blackbox'] as const) {
      const { file } = exporters()[name]
      const config = readFileSync(file, 'utf8')
      writeFileSync(file, `${config}\nnope: [`)
      expect(await status(name, '/-/reload', POST), name).toBe(500)
      const metrics = await (await ask(name, '/metrics')).text()
      expect(metrics, name).toMatch(/_config_last_reload_successful 0$/m)
      writeFileSync(file, config)
      expect(await status(name, '/-/reload', POST), name).toBe(200)
    }
  })
})
