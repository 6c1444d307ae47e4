import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { ROOT, start, type Child } from '../helpers/child.ts'
import { Host, requireNamespaces } from '../helpers/namespace.ts'
import { startEcho } from '../helpers/peers.ts'
import { startRelay } from '../helpers/relay.ts'
import { builtKernelEngine } from './kernel-engine.ts'

const SCRIPT = `${ROOT}test/helpers/monitor-process.mjs`
const namespaces = requireNamespaces()
const engines = (await builtKernelEngine()) === undefined ? ['dgram'] : ['kernel', 'dgram']

/** What the process printed at its end. */
interface Counts {
  readonly whole?: number
  readonly waiting?: number
  readonly refused?: number
  readonly missed: number
  readonly begun: number
  readonly closed: number
}

async function endOf(child: Child): Promise<Counts> {
  child.end()
  const { stdout } = await child.finished
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Counts
}

/** The number behind `name=` in the line printed last. */
function latest(child: Child, name: string): number {
  return Number([...child.stdout.matchAll(new RegExp(`\\b${name}=(\\d+)`, 'g'))].at(-1)?.[1] ?? 0)
}

describe.each(engines)('a monitor on the engine %s in a process of its own', engine => {
  test('a suspension loses no reply: it misses slots', async () => {
    const echo = await startEcho('--mode', 'echo')
    // So replies are always on the way.
    const relay = await startRelay(echo.at, '--down', 'delay=1000')
    const child = start('node', [SCRIPT, engine, '127.0.0.1', `${relay.port}`], { stdin: 'socket' })
    await child.waitFor('stdout', /whole=(?:[5-9]|\d\d)/)
    child.signal('SIGSTOP')
    // The time of the suspension is what is tested.
    await sleep(3000)
    child.signal('SIGCONT')
    const before = latest(child, 'whole')
    await expect.poll(() => latest(child, 'whole'), { timeout: 40_000 }).toBeGreaterThan(before + 20)
    const counts = await endOf(child)
    const { up } = await relay.stop()
    expect(counts.whole).toBe(up.seen)
    expect(counts.missed).toBeGreaterThanOrEqual(20)
    expect(counts.closed).toBe(counts.begun)
  })

  test.runIf(namespaces)('a route that vanishes refuses probes, and the monitor goes on', async () => {
    const host = new Host()
    host.ip('link add left type veth peer name right')
    // Without ARP, datagrams leave although nobody has the address.
    host.ip('link set left up arp off')
    host.ip('link set right up')
    host.ip('address add 198.51.100.1/24 dev left')
    const args = ['netns', 'exec', host.name, 'node', SCRIPT, engine, '198.51.100.2', '9']
    const child = start('ip', args, { stdin: 'socket' })
    await child.waitFor('stdout', /waiting=(?:[3-9]|\d\d)/)
    host.ip('link set left down')
    await child.waitFor('stdout', /refused=(?:[3-9]|\d\d)/)
    host.ip('link set left up')
    const before = latest(child, 'waiting')
    await expect.poll(() => latest(child, 'waiting'), { timeout: 40_000 }).toBeGreaterThan(before + 3)
    const counts = await endOf(child)
    expect(counts.refused).toBeGreaterThanOrEqual(3)
    expect(counts.closed).toBe(counts.begun)
  })
})
