import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Address } from '../../src/base/address.ts'
import { MILLISECOND, SECOND, toMs } from '../../src/base/nanos.ts'
import type { Engine, ProberSockets, RunningMonitor } from '../../src/engine/port.ts'
import type { EpochFacts, PathPlan, PathUpdate } from '../../src/facts/path.ts'
import { OUTCOME } from '../../src/facts/probe-table.ts'
import { formatRun } from '../../src/facts/run.ts'
import { analyzeRun } from '../../src/ledger/analysis.ts'
import type { Fate } from '../../src/ledger/fate.ts'
import { onCleanup, shared } from '../helpers/lifetime.ts'
import { startEcho } from '../helpers/peers.ts'
import { expectedLedger, startRelay } from '../helpers/relay.ts'
import { closedPort, takenPort } from '../helpers/tools.ts'
import { pathPlan } from '../unit/machines/monitor-harness.ts'
import { responderPlan } from '../unit/machines/plans.ts'
import { outcomesOf } from '../unit/machines/rows.ts'
import { REPLY_TIMEOUT } from './engine.ts'

const RECV_BUFFER = 256 * 1024
const ECONNREFUSED = 111
/** An epoch of one slot. */
const ONE_SLOT = { interval: 10 * SECOND, timeout: REPLY_TIMEOUT }
/** An epoch of a hundred slots. */
const MANY_SLOTS = { interval: 100 * MILLISECOND, timeout: REPLY_TIMEOUT }

/** A monitor that ends with the test, and what became known about its paths. */
class Watched {
  readonly updates: PathUpdate[] = []
  readonly monitor: RunningMonitor
  readonly #waiting = new Set<() => void>()

  private constructor(start: (onUpdates: (updates: readonly PathUpdate[]) => void) => RunningMonitor) {
    this.monitor = start(updates => {
      this.updates.push(...updates)
      for (const look of this.#waiting) look()
    })
  }

  static async on(engine: Engine): Promise<Watched> {
    let listener: (updates: readonly PathUpdate[]) => void = () => {}
    const monitor = await engine.monitor(updates => listener(updates))
    const watched = new Watched(onUpdates => {
      listener = onUpdates
      return monitor
    })
    onCleanup(async () => await watched.end())
    return watched
  }

  add(plan: Partial<PathPlan>, target: Address, sockets: Partial<ProberSockets> = {}): void {
    this.monitor.add(pathPlan(plan), { target, recvBuffer: RECV_BUFFER, ...sockets })
  }

  /** Resolves when a path has an update of this kind. */
  async until<K extends PathUpdate['kind']>(kind: K, path: number): Promise<Extract<PathUpdate, { kind: K }>> {
    return await new Promise(resolve => {
      const look = (): void => {
        const found = this.of(path).find((one): one is Extract<PathUpdate, { kind: K }> => one.kind === kind)
        if (found === undefined) return
        this.#waiting.delete(look)
        resolve(found)
      }
      this.#waiting.add(look)
      look()
    })
  }

  of(path: number): PathUpdate[] {
    return this.updates.filter(update => ('epoch' in update ? update.epoch.path : update.path) === path)
  }

  kinds(path: number): string[] {
    return this.of(path).map(({ kind }) => kind)
  }

  closed(path: number): EpochFacts[] {
    return this.of(path).flatMap(update => (update.kind === 'closed' ? [update.epoch] : []))
  }

  async end(): Promise<void> {
    this.monitor.stop()
    await this.monitor.done
  }
}

function loopback(port: number): Address {
  return { address: '127.0.0.1', port, family: 'udp4' }
}

/** The fate of each probe by `RUN:SEQUENCE`, as relay.py names it. */
function fatesOf(epochs: readonly EpochFacts[]): Map<string, Fate | undefined> {
  return new Map(
    epochs.flatMap(({ facts }) => {
      const { fateOf } = analyzeRun(facts)
      const [client] = facts.clients
      const run = formatRun(client?.run ?? 0)
      return Array.from({ length: client?.scheduled ?? 0 }, (_, row) => [`${run}:${row}`, fateOf(row)] as const)
    }),
  )
}

function scheduled(epochs: readonly EpochFacts[]): number {
  return epochs.reduce((sum, { facts }) => sum + (facts.clients[0]?.scheduled ?? 0), 0)
}

/** The local ports of the UDP sockets of this network namespace (proc(5)). */
function boundPorts(): number[] {
  const rows = readFileSync('/proc/net/udp', 'latin1').trim().split('\n').slice(1)
  return rows.map(row => Number.parseInt(row.trim().split(/\s+/)[1]?.split(':')[1] ?? '', 16))
}

/** Common behavior of all engines as monitors. */
export function monitorContract(engine: Engine): void {
  describe('over two relays, for two epochs', () => {
    const LOSSY = 1
    const SLOW = 2
    const slowTimeout = 300 * MILLISECOND
    const ended = shared(async () => {
      const server = await engine.respondInWorker(responderPlan(), {
        host: '127.0.0.1',
        family: 'udp4',
        port: 0,
        recvBuffer: 4 * 1024 * 1024,
        workers: 1,
      })
      onCleanup(async () => {
        server.stop()
        await server.done
      })
      const to = `127.0.0.1:${server.bound[0]?.port ?? 0}`
      const lossy = await startRelay(to, '--up', 'drop=every:5', '--down', 'drop=every:7')
      const slow = await startRelay(to, '--down', 'delay=1500')
      const watched = await Watched.on(engine)
      watched.add({ path: LOSSY, receipts: true, ...MANY_SLOTS }, loopback(lossy.port))
      watched.add({ path: SLOW, ...MANY_SLOTS, timeout: slowTimeout }, loopback(slow.port))
      await watched.until('closed', LOSSY)
      await watched.end()
      return { watched, lossy: await lossy.stop(), slow: await slow.stop() }
    })

    test('the fate of every probe equals the record of the relay that drops each fifth', () => {
      const { watched, lossy } = ended()
      const fates = fatesOf(watched.closed(LOSSY))
      const right = expectedLedger(lossy, { timeoutMs: toMs(MANY_SLOTS.timeout), receipts: true })
      expect(right.unclear.size).toBe(0)
      expect(fates).toEqual(right.fates)
      expect(right.counts['lostForward']).toBeGreaterThanOrEqual(20)
      expect(right.counts['lostReturn']).toBeGreaterThanOrEqual(10)
    })

    test('answers after the timeout are late, and never intact', () => {
      const { watched, slow } = ended()
      const fates = [...fatesOf(watched.closed(SLOW)).values()]
      expect(fates).toHaveLength(slow.up.seen)
      expect(new Set(fates).has('intact')).toBe(false)
      expect(fates.filter(fate => fate === 'late').length).toBeGreaterThan(0)
    })

    test('epochs begin and close in order, and have no slot in common', () => {
      const { watched } = ended()
      for (const path of [LOSSY, SLOW]) {
        const epochs = watched.closed(path)
        expect(epochs.map(({ number }) => number)).toEqual(epochs.map((_, n) => n))
        expect(epochs.length).toBeGreaterThanOrEqual(2)
        const began = watched.of(path).flatMap(update => (update.kind === 'began' ? [update.epoch] : []))
        // The same objects.
        expect(began.every((epoch, n) => epoch === epochs[n])).toBe(true)
        expect(new Set(epochs.map(({ facts }) => facts.clients[0]?.run)).size).toBe(epochs.length)
        for (const [n, { start }] of epochs.slice(1).entries())
          expect(start).toBeGreaterThanOrEqual((epochs[n]?.start ?? NaN) + 10 * SECOND)
      }
    })

    test('an epoch knows its engine, its port and real time', () => {
      const { watched } = ended()
      const [opened] = watched.of(LOSSY)
      const [{ facts }] = watched.closed(LOSSY) as [EpochFacts]
      expect(opened).toMatchObject({ kind: 'opened', port: facts.clients[0]?.port })
      expect(facts.engine.name).toBe(engine.name)
      expect(Math.abs((facts.epoch?.seconds ?? 0) - Date.now() / 1000)).toBeLessThan(3600)
      expect(facts.closedAt).toBeLessThan(Infinity)
    })
  })

  test('two paths to two servers: each server gets the probes of its own', async () => {
    const servers = [await startEcho('--mode', 'echo'), await startEcho('--mode', 'echo')] as const
    const watched = await Watched.on(engine)
    watched.add({ path: 1, ...MANY_SLOTS }, loopback(servers[0].port))
    watched.add({ path: 2, sizes: [200], ...MANY_SLOTS }, loopback(servers[1].port))
    const epochs = [(await watched.until('began', 1)).epoch, (await watched.until('began', 2)).epoch]
    // The facts are live before the epoch is closed.
    for (const { facts } of epochs)
      await expect.poll(() => facts.clients[0]?.replies, { timeout: 40_000 }).toBeGreaterThan(2)
    await watched.end()
    for (const [n, path] of [1, 2].entries()) {
      const { received, sizes } = (await servers[n]?.stop()) ?? { received: NaN, sizes: {} }
      expect(Object.keys(sizes)).toEqual([path === 1 ? '128' : '200'])
      expect(scheduled(watched.closed(path))).toBe(received)
      expect(new Set(fatesOf(watched.closed(path)).values())).toEqual(new Set(['intact']))
      expect(watched.kinds(path)).toEqual(['opened', 'began', 'closed', 'removed'])
    }
  })

  test('a path to a closed port is unreachable', async () => {
    const watched = await Watched.on(engine)
    watched.add({ path: 1, ...ONE_SLOT }, loopback(await closedPort()))
    const { epoch } = await watched.until('began', 1)
    watched.monitor.remove(1)
    await watched.until('removed', 1)
    expect(outcomesOf(epoch.facts)).toEqual([OUTCOME.unreachable])
    expect(epoch.facts.icmp).toMatchObject([{ errno: ECONNREFUSED }])
  })

  test('a path whose address cannot be used fails, and the others go on', async () => {
    const server = await startEcho('--mode', 'echo')
    const watched = await Watched.on(engine)
    // TEST-NET-3 (RFC 5737): no host has it.
    watched.add({ path: 1, ...ONE_SLOT }, loopback(server.port), { bind: { host: '203.0.113.7', port: 0 } })
    watched.add({ path: 2, ...ONE_SLOT }, loopback(server.port))
    const { message } = await watched.until('failed', 1)
    expect(message).toContain('EADDRNOTAVAIL')
    watched.monitor.remove(1)
    await watched.until('removed', 1)
    await watched.until('began', 2)
    await watched.end()
    expect(watched.kinds(1)).toEqual(['failed', 'removed'])
    expect([...fatesOf(watched.closed(2)).values()]).toEqual(['intact'])
  })

  test.runIf(process.platform === 'linux')('the socket of a removed path is closed, and no other one', async () => {
    const server = await startEcho('--mode', 'echo')
    const watched = await Watched.on(engine)
    watched.add({ path: 1, ...ONE_SLOT }, loopback(server.port))
    watched.add({ path: 2, ...ONE_SLOT }, loopback(server.port))
    const ports = [(await watched.until('opened', 1)).port, (await watched.until('opened', 2)).port]
    expect(boundPorts()).toEqual(expect.arrayContaining(ports))
    watched.monitor.remove(1)
    await watched.until('removed', 1)
    expect(boundPorts()).not.toContain(ports[0])
    expect(boundPorts()).toContain(ports[1])
    await watched.end()
    expect(boundPorts()).not.toContain(ports[1])
  })

  test('it can be abandoned with probes in flight', async () => {
    const watched = await Watched.on(engine)
    watched.add({ path: 1, interval: 10 * SECOND, timeout: 3600 * SECOND }, loopback(await takenPort()))
    const { epoch } = await watched.until('began', 1)
    await expect.poll(() => epoch.facts.clients[0]?.scheduled, { timeout: 40_000 }).toBe(1)
    watched.monitor.abandon()
    await watched.monitor.done
    expect(watched.kinds(1)).toEqual(['opened', 'began', 'removed'])
  })

  test('slots are skipped while paused', async () => {
    const server = await startEcho('--mode', 'echo')
    const watched = await Watched.on(engine)
    watched.monitor.pause(true)
    watched.add({ path: 1, ...MANY_SLOTS }, loopback(server.port))
    const { epoch } = await watched.until('began', 1)
    expect(epoch.facts.clients[0]?.scheduled).toBe(0)
    watched.monitor.pause(false)
    await expect.poll(() => epoch.facts.clients[0]?.replies, { timeout: 40_000 }).toBeGreaterThan(0)
    watched.monitor.pause(true)
    await watched.end()
    const { received } = await server.stop()
    expect(epoch.paused).toBeGreaterThan(0)
    expect(epoch.facts.clients[0]?.scheduled).toBe(received)
  })

  test('a path that is removed before its socket is open leaves nothing behind', async () => {
    const watched = await Watched.on(engine)
    watched.add({ path: 1, ...ONE_SLOT, phase: 5 * SECOND }, loopback(await closedPort()))
    watched.monitor.remove(1)
    await watched.until('removed', 1)
    await watched.end()
    expect(watched.closed(1)).toEqual([])
  })

  test('a monitor without paths ends at once', async () => {
    const watched = await Watched.on(engine)
    await watched.end()
    expect(watched.updates).toEqual([])
  })
}
