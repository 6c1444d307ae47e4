import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { start } from '../helpers/child.ts'
import { exchange, get } from '../helpers/raw-http.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'
import { startUdptool } from '../helpers/udptool.ts'

const BLACKBOX = 'prometheus-blackbox-exporter'

/** Ports of udptool and blackbox_exporter with the same flags. */
async function startPair(flags: readonly string[]): Promise<readonly [ours: number, theirs: number]> {
  const config = join(temporaryFolder(), 'blackbox.yml')
  writeFileSync(config, 'modules: {}\n')
  const theirs = start(BLACKBOX, [`--config.file=${config}`, '--web.listen-address=127.0.0.1:0', ...flags])
  const ours = startUdptool(['exporter', '127.0.0.1:9', '--web.listen-address', '127.0.0.1:0', ...flags])
  const [, port = ''] = await ours.waitFor('stdout', /^listening http 127\.0\.0\.1:(\d+) /m)
  const [, other = ''] = await theirs.waitFor('stderr', /msg="?Listening on"? address=127\.0\.0\.1:(\d+)/)
  return [Number(port), Number(other)]
}

describe.runIf(requireTool(BLACKBOX))('behind a proxy, udptool and blackbox_exporter have the same paths', () => {
  test.each<[readonly string[], Readonly<Record<string, readonly [number, string?]>>]>([
    [
      ['--web.external-url=https://probes.example/udp/'],
      {
        '/': [302, 'https://probes.example/udp/'],
        '/udp/': [200],
        '/udp/metrics': [200],
        '/udp/-/healthy': [200],
        '/metrics': [404],
        '/-/healthy': [404],
      },
    ],
    [
      ['--web.external-url=https://probes.example/udp/', '--web.route-prefix=/'],
      { '/': [200], '/metrics': [200], '/-/healthy': [200] },
    ],
    [['--web.route-prefix=/inner/part'], { '/inner/part/': [200], '/inner/part/metrics': [200], '/metrics': [404] }],
  ])('%j', async (flags, expected) => {
    const ports = await startPair(flags)
    for (const [path, [status, location]] of Object.entries(expected))
      for (const port of ports) {
        const { status: found, headers } = await exchange(port, get(path))
        // blackbox_exporter leaves the last slash out, and redirects once more.
        expect([path, found, headers['location']?.replace(/\/?$/u, '/')]).toEqual([path, status, location])
      }
  })

  test('a foreign Host is refused here, and that of the external URL is not', async () => {
    const [ours] = await startPair(['--web.external-url=https://probes.example/udp/'])
    expect((await exchange(ours, get('/udp/metrics', { Host: 'probes.example' }))).status).toBe(200)
    expect((await exchange(ours, get('/udp/metrics', { Host: 'evil.example' }))).status).toBe(403)
    const own = { Host: 'probes.example', Origin: 'https://probes.example' }
    expect((await exchange(ours, get('/udp/-/reload', own, 'POST'))).status).toBe(200)
    expect(
      (await exchange(ours, get('/udp/-/reload', { ...own, Origin: 'https://evil.example' }, 'POST'))).status,
    ).toBe(403)
  })
})
