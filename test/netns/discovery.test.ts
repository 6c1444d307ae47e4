import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Child } from '../helpers/child.ts'
import { connectHosts, Host, requireNamespaces } from '../helpers/namespace.ts'
import { Names } from '../helpers/names.ts'
import { temporaryFolder } from '../helpers/tools.ts'
import { summaryOf } from '../helpers/watch.ts'
import { Zone, type Records } from '../helpers/zone.ts'

/** Starts `watch` on a host with echo servers at these addresses, port 9000, with the targets of a group. */
async function startWatch(
  host: Host,
  addresses: readonly string[],
  group: Readonly<Record<string, unknown>>,
): Promise<Child> {
  for (const address of addresses) await host.peer('echo', '--host', address, '--port', '9000')
  const file = join(temporaryFolder(), 'watch.json')
  const modules = { quick: { interval: '50ms', timeout: '10s' } }
  writeFileSync(file, JSON.stringify({ modules, groups: [{ module: 'quick', ...group }] }))
  return new Names(host).udptool(['watch', '--config.file', file, '--report-interval', '200ms', '--json'])
}

/** Waits until a target of the monitor got a reply. */
async function replied(watch: Child, target: string): Promise<void> {
  const pattern = target.replaceAll(/[.[\]]/gu, String.raw`\$&`)
  await watch.waitFor('stdout', new RegExp(`"target":"${pattern}".*"lastFate":"intact"`, 'u'))
}

async function ended(watch: Child): Promise<readonly string[]> {
  watch.signal('SIGINT')
  const finished = await watch.finished
  expect(finished.code).toBe(0)
  return summaryOf(finished).map(({ target }) => target)
}

const MESH = { name: 'mesh.test', port: 9000, refresh: '1s' } as const
const TWO: Records = { 'mesh.test A': ['127.0.0.3', '127.0.0.2'] }

describe.runIf(requireNamespaces())('the targets of a DNS name', () => {
  test('A: come and go with the answers, and stay without one', async () => {
    const host = new Host()
    const zone = await Zone.start(host, TWO)
    const watch = await startWatch(host, ['127.0.0.2', '127.0.0.3', '127.0.0.4'], { dns: MESH })
    await replied(watch, '127.0.0.2:9000')
    await replied(watch, '127.0.0.3:9000')
    zone.set({})
    await watch.waitFor(
      'stderr',
      /cannot resolve the name of targets: .*mesh\.test: the name has no address.*targets 2/u,
    )
    zone.set({ 'mesh.test A': ['127.0.0.3', '127.0.0.4'] })
    await watch.waitFor('stderr', /the name of targets is resolved again .*targets 2/u)
    await replied(watch, '127.0.0.4:9000')
    expect(await ended(watch)).toEqual(['127.0.0.3:9000', '127.0.0.4:9000'])
  })

  test('A: a name that has its first address later', async () => {
    const host = new Host()
    const zone = await Zone.start(host, {})
    const watch = await startWatch(host, ['127.0.0.2'], { dns: MESH })
    await watch.waitFor('stderr', /cannot resolve the name of targets/u)
    zone.set({ 'mesh.test A': ['127.0.0.2'] })
    await replied(watch, '127.0.0.2:9000')
    expect(await ended(watch)).toEqual(['127.0.0.2:9000'])
  })

  test('AAAA', async () => {
    const host = new Host()
    host.ip('addr add 2001:db8::2/128 dev lo')
    await Zone.start(host, { ...TWO, 'mesh.test AAAA': ['2001:db8::2'] })
    const watch = await startWatch(host, ['2001:db8::2'], { dns: { ...MESH, type: 'AAAA' } })
    await replied(watch, '[2001:db8::2]:9000')
    expect(await ended(watch)).toEqual(['[2001:db8::2]:9000'])
  })

  test('SRV: each record has a host and a port, and the targets keep the names', async () => {
    const host = new Host()
    const records = {
      '_echo._udp.mesh.test SRV': ['9000 b.test', '9000 a.test'],
      'a.test A': ['127.0.0.2'],
      'b.test A': ['127.0.0.3'],
    }
    const zone = await Zone.start(host, records)
    const dns = { name: '_echo._udp.mesh.test', type: 'SRV', refresh: '1s' }
    const watch = await startWatch(host, ['127.0.0.2', '127.0.0.3'], { dns })
    await replied(watch, 'a.test:9000')
    await replied(watch, 'b.test:9000')
    zone.set({ ...records, '_echo._udp.mesh.test SRV': [] })
    await watch.waitFor('stderr', /_echo\._udp\.mesh\.test: the name has no SRV record/u)
    zone.set({ 'a.test A': ['127.0.0.2'], 'b.test A': ['127.0.0.3'] })
    await watch.waitFor('stderr', /_echo\._udp\.mesh\.test: there is no such name/u)
    zone.set({ ...records, '_echo._udp.mesh.test SRV': ['9000 b.test'] })
    await watch.waitFor('stderr', /resolved again .*targets 1/u)
    expect(await ended(watch)).toEqual(['b.test:9000'])
  })

  test('skipSelf leaves out the addresses of this host', async () => {
    const host = new Host()
    const other = new Host()
    connectHosts(host, other, ['left', '10.0.0.1/24'], ['right', '10.0.0.2/24'])
    await other.peer('echo', '--host', '10.0.0.2', '--port', '9000')
    await Zone.start(host, { 'mesh.test A': ['10.0.0.1', '10.0.0.2'] })
    const watch = await startWatch(host, ['10.0.0.1'], { dns: MESH, skipSelf: true })
    await replied(watch, '10.0.0.2:9000')
    expect(await ended(watch)).toEqual(['10.0.0.2:9000'])
  })

  test('a silent name server holds up neither the start nor the end', async () => {
    const host = new Host()
    await Zone.start(host, { 'mesh.test A': null })
    const watch = await startWatch(host, ['127.0.0.2'], { targets: ['127.0.0.2:9000'], dns: MESH })
    await replied(watch, '127.0.0.2:9000')
    expect(await ended(watch)).toEqual(['127.0.0.2:9000'])
  })
})

describe.runIf(requireNamespaces())('an exporter whose name server is silent', () => {
  test('serves at once, and is ready when the lookup has failed', async () => {
    const host = new Host()
    await Zone.start(host, { 'mesh.test A': null })
    const file = join(temporaryFolder(), 'exporter.json')
    writeFileSync(file, JSON.stringify({ groups: [{ dns: MESH }] }))
    const args = ['exporter', '--config.file', file, '--web.listen-address', '127.0.0.1:0']
    const exporter = new Names(host).udptool(args, { env: { RES_OPTIONS: 'timeout:15 attempts:1' } })
    const [, at = ''] = await exporter.waitFor('stdout', /^listening http (\S+) targets=0 /mu)
    const status = (path: string): string =>
      host.run('curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', `http://${at}${path}`)
    expect(['/-/healthy', '/metrics', '/-/ready'].map(status)).toEqual(['200', '200', '503'])
    await exporter.waitFor('stderr', /cannot resolve the name of targets/u)
    expect(status('/-/ready')).toBe('200')
    exporter.signal('SIGTERM')
    expect((await exporter.finished).code).toBe(0)
  })
})
