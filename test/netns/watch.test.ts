import { describe, expect, test } from 'vitest'
import type { Child } from '../helpers/child.ts'
import { eventsIn } from '../helpers/documented-events.ts'
import { Host, requireNamespaces } from '../helpers/namespace.ts'
import { Names } from '../helpers/names.ts'
import { changesIn, summaryOf } from '../helpers/watch.ts'

/** A timeout that no reply misses, however busy the machine is, and events often enough to follow. */
const CALM = ['-i', '50ms', '--timeout', '10s', '--report-interval', '200ms', '--json'] as const

/** Ends an echo.py. Returns the number of datagrams that it received. */
async function received(echo: Child): Promise<number> {
  echo.end()
  const { stdout } = await echo.finished
  return (JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { readonly received: number }).received
}

const ENGINES = ['kernel', 'dgram'] as const

describe.runIf(requireNamespaces())('watch', () => {
  test.each(ENGINES)('follows a name that changes its address, on the %s engine', async engine => {
    const host = new Host()
    const first = await host.peer('echo', '--host', '127.0.0.1', '--port', '9000')
    const second = await host.peer('echo', '--host', '127.0.0.2', '--port', '9000')
    const names = new Names(host, { 'edge.test': ['127.0.0.1'] })
    const watch = names.udptool(['watch', 'edge.test', '--refresh', '1s', '--engine', engine, ...CALM])
    await watch.waitFor('stdout', /"address":"127\.0\.0\.1",.*"lastFate":"intact"/u)
    names.set({ 'edge.test': ['127.0.0.2'] })
    await watch.waitFor('stdout', /"kind":"addressChanged"/u)
    await watch.waitFor('stdout', /"address":"127\.0\.0\.2",.*\n/u)
    // A name without an address is probed where it was.
    names.set({})
    await watch.waitFor('stdout', /"kind":"resolveFailed"/u)
    const { length } = eventsIn(watch.stdout.slice(0, watch.stdout.lastIndexOf('\n')))
    await watch.waitFor('stdout', new RegExp(`^(?:.*\\n){${length}}(?:.*"event":"interval".*\\n){2}`, 'u'))
    names.set({ 'edge.test': ['127.0.0.2'] })
    await watch.waitFor('stdout', /is 127\.0\.0\.2 again/u)
    watch.signal('SIGINT')
    const finished = await watch.finished
    const [target, ...others] = summaryOf(finished)
    expect(finished.code).toBe(0)
    expect(others).toEqual([])
    expect(target).toMatchObject({ target: 'edge.test:9000', address: '127.0.0.2' })
    expect(target?.ledger.scheduled).toBe((await received(first)) + (await received(second)))
    expect(target?.ledger.fates).toEqual({ intact: target?.ledger.scheduled })
    expect(changesIn(finished.stdout).map(({ kind, text }) => `${String(kind)}: ${String(text)}`)).toEqual([
      'resolved: edge.test is 127.0.0.1',
      'addressChanged: edge.test is 127.0.0.2 now, was 127.0.0.1',
      expect.stringMatching(/^resolveFailed: edge\.test cannot be resolved: .*; 127\.0\.0\.2 is still probed$/u),
      'resolved: edge.test is 127.0.0.2 again',
    ])
  })

  test.each(ENGINES)('probes a name that has its address later, on the %s engine', async engine => {
    const host = new Host()
    const echo = await host.peer('echo', '--host', '127.0.0.1', '--port', '9000')
    const names = new Names(host)
    const watch = names.udptool(['watch', 'late.test', '--engine', engine, ...CALM])
    await watch.waitFor('stdout', /"kind":"resolveFailed"/u)
    await watch.waitFor('stdout', /"event":"interval".*"idle":"late\.test cannot be resolved: /u)
    names.set({ 'late.test': ['127.0.0.1'] })
    await watch.waitFor('stdout', /"lastFate":"intact"/u)
    watch.signal('SIGINT')
    const finished = await watch.finished
    const [target] = summaryOf(finished)
    expect(finished.code).toBe(0)
    expect(target?.idle).toBeUndefined()
    expect(target?.ledger.scheduled).toBe(await received(echo))
  })

  test.each(ENGINES)(
    'tries a socket again that cannot be opened, and probes the others, on the %s engine',
    async engine => {
      const host = new Host()
      const echo = await host.peer('echo', '--host', '127.0.0.1', '--port', '9000')
      const watch = new Names(host).udptool(['watch', '127.0.0.1', '192.0.2.1', '--engine', engine, ...CALM])
      await watch.waitFor('stdout', /"target":"192\.0\.2\.1:9000".*"kind":"socketFailed"/u)
      await watch.waitFor('stdout', /"target":"127\.0\.0\.1:9000".*"lastFate":"intact"/u)
      host.ip('addr add 192.0.2.1/32 dev lo')
      const other = await host.peer('echo', '--host', '192.0.2.1', '--port', '9000')
      await watch.waitFor('stdout', /"target":"192\.0\.2\.1:9000".*"lastFate":"intact"/u)
      watch.signal('SIGINT')
      const finished = await watch.finished
      const targets = summaryOf(finished)
      expect(finished.code).toBe(0)
      expect(targets.map(({ idle }) => idle)).toEqual([undefined, undefined])
      expect(targets.map(({ ledger: { fates } }) => fates['intact'])).toEqual([
        await received(echo),
        await received(other),
      ])
    },
  )

  test('ends with Ctrl-C while the name server does not answer', async () => {
    const host = new Host()
    await host.peer('dns_server', 'silent', '0')
    const watch = new Names(host).udptool(['watch', 'never.test', ...CALM])
    await watch.waitFor('stdout', /"event":"interval".*"idle":"never\.test is being resolved"/u)
    watch.signal('SIGINT')
    const finished = await watch.finished
    expect(finished.code).toBe(1)
    expect(summaryOf(finished)[0]?.ledger.scheduled).toBe(0)
  })
})
