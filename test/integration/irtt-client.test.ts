import { describe, expect, onTestFinished, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../src/base/nanos.ts'
import { dgramEngine } from '../../src/engine/dgram-engine.ts'
import type { Engine, ProberSockets, Running } from '../../src/engine/port.ts'
import type { ProbePlan } from '../../src/facts/plan.ts'
import { NO_COUNTER, NO_DWELL } from '../../src/facts/probe-table.ts'
import type { IrttPlan } from '../../src/facts/protocol.ts'
import type { RunFacts } from '../../src/facts/run.ts'
import { analyzeRun } from '../../src/ledger/analysis.ts'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { start, type Child } from '../helpers/child.ts'
import { startRelayCommand, type RelayRecord } from '../helpers/relay-command.ts'
import { closedPort, requireTool } from '../helpers/tools.ts'
import { HOSTED } from '../helpers/udptool.ts'
import { words, type Word } from '../unit/machines/irtt/irtt-harness.ts'
import { probePlan } from '../unit/machines/plans.ts'

const kernel = await builtKernelEngine()
const engines: readonly Engine[] = kernel === undefined ? [dgramEngine] : [dgramEngine, kernel]

const IRTT = { name: 'irtt', isAuthenticated: false, stats: 'both', stamps: 'both', clock: 'both' } as const
const STATS = ['none', 'count', 'window', 'both'] as const
const STAMPS = ['none', 'send', 'receive', 'both', 'midpoint'] as const
const CLOCKS = ['wall', 'monotonic', 'both'] as const

interface IrttServer {
  readonly port: number
  readonly child: Child
}

/** Debian's server of irtt, without a minimum interval. It ends with the test. */
async function startIrtt(...args: readonly string[]): Promise<IrttServer> {
  const port = await closedPort()
  const child = start('irtt', ['server', '-b', `127.0.0.1:${port}`, '-i', '0', ...args])
  onTestFinished(async () => await child[Symbol.asyncDispose]())
  await child.waitFor('stdout', /starting IPv4 listener/)
  return { port, child }
}

interface Probing {
  readonly engine?: Engine
  readonly plan?: Partial<ProbePlan>
  readonly protocol?: Partial<IrttPlan>
  readonly sockets?: Partial<ProberSockets>
  /** Called while the run goes on; true ends it. */
  readonly ends?: (facts: RunFacts) => boolean
}

/** A run of irtt probes to a port of loopback. Replies have much time, because a busy host may stop a process for a while. */
async function probe(
  port: number,
  { engine = dgramEngine, plan, protocol, sockets, ends }: Probing,
): Promise<RunFacts> {
  const irtt = { ...IRTT, duration: 10 * SECOND, ...protocol }
  const probes = probePlan({
    sizes: [60],
    count: 5,
    interval: 5 * MILLISECOND,
    timeout: 5 * SECOND,
    linger: 0,
    protocol: irtt,
    ...plan,
  })
  const target = { address: '127.0.0.1', port, family: 'udp4' } as const
  const started: Running<RunFacts>[] = []
  const arrived = (): void => {
    for (const run of started) if (ends?.(run.facts) === true) run.stop()
  }
  const run = await engine.probe(probes, { target, recvBuffer: 4 * 1024 * 1024, ...sockets }, arrived)
  started.push(run)
  await run.done
  return run.facts
}

function all(word: Word, count: number): Word[] {
  return Array.from({ length: count }, () => word)
}

/** Length of a request with the fields of these parameters (docs/irtt.md). */
function sizeOf(stats: IrttPlan['stats'], stamps: IrttPlan['stamps'], clock: IrttPlan['clock']): number {
  const reports = { none: 0, count: 4, window: 8, both: 12 }[stats]
  const moments = { none: 0, send: 1, receive: 1, both: 2, midpoint: 1 }[stamps]
  return 16 + reports + 8 * moments * (clock === 'both' ? 2 : 1)
}

describe.skipIf(!requireTool('irtt'))("Debian's server of irtt", () => {
  test.each(engines.map(engine => [engine.name, engine] as const))(
    'grants all of its reports, stamps and clocks: engine %s',
    async (_, engine) => {
      const { port } = await startIrtt()
      // Each run of the kernel engine has a thread of its own, which takes a while to start.
      const isKernel = engine.name === 'kernel'
      for (const stats of isKernel ? (['none', 'both'] as const) : STATS) {
        const runs = (isKernel ? (['both', 'midpoint'] as const) : STAMPS).flatMap(stamps =>
          CLOCKS.map(clock => ({ stats, stamps, clock })),
        )
        await Promise.all(
          runs.map(async protocol => {
            const { stamps, clock } = protocol
            const size = sizeOf(stats, stamps, clock)
            const facts = await probe(port, { engine, plan: { sizes: [size] }, protocol })
            const name = `${stats} ${stamps} ${clock}`
            expect(words(facts), name).toEqual(all('whole', 5))
            expect(facts.irtt, name).toMatchObject({ opened: true, granted: { ...protocol, length: size } })
            expect(facts.clients[0], name).toMatchObject({ foreign: 0, unidentified: 0, duplicates: 0 })
            const [page] = facts.probes.pages
            const counted = stats === 'count' || stats === 'both'
            const none = NO_COUNTER
            expect([...(page?.counter?.slice(0, 5) ?? [])], name).toEqual(
              counted ? [1, 2, 3, 4, 5] : all('whole', 5).map(() => none),
            )
            const hasArrival = clock !== 'monotonic' && ['receive', 'both', 'midpoint'].includes(stamps)
            expect(!Number.isNaN(page?.serverArrival?.[4]), name).toBe(hasArrival)
            const hasDwell = stamps === 'both' || (stamps === 'midpoint' && clock !== 'monotonic')
            expect(page?.dwell[4] !== NO_DWELL, name).toBe(hasDwell)
          }),
        )
      }
    },
  )

  test.each(engines.map(engine => [engine.name, engine] as const))(
    'has its own session for each client, and the server’s clock is that of this host: engine %s',
    async (_, engine) => {
      const { port } = await startIrtt()
      const before = Math.floor(Date.now() / 1000)
      const facts = await probe(port, { engine, plan: { clients: 4, sizes: [200], count: 20 } })
      for (const client of [0, 1, 2, 3]) {
        expect(words(facts, client)).toEqual(all('whole', 20))
        expect(facts.clients[client]?.serverBase).toBeGreaterThanOrEqual(before)
        expect(facts.clients[client]?.serverBase).toBeLessThanOrEqual(Date.now() / 1000)
      }
    },
  )

  test.each(engines.map(engine => [engine.name, engine] as const))(
    'wants the right HMAC, or none if it has no key: engine %s',
    async (_, engine) => {
      const [keyed, open] = await Promise.all([startIrtt('--hmac=0x6b6579'), startIrtt()])
      const withKey = (text: string): Probing => ({
        engine,
        plan: { sizes: [76], closeBy: 20 * SECOND },
        protocol: { isAuthenticated: true },
        sockets: { key: { id: 'irtt', secret: new TextEncoder().encode(text) } },
      })
      const short = { closeBy: SECOND }
      const [right, ...refused] = await Promise.all([
        probe(keyed.port, withKey('key')),
        probe(keyed.port, { ...withKey('another'), plan: { sizes: [76], ...short } }),
        probe(keyed.port, { engine, plan: short }),
        probe(open.port, { ...withKey('key'), plan: { sizes: [76], ...short } }),
      ])
      expect(words(right)).toEqual(all('whole', 5))
      expect(right.irtt).toMatchObject({ opened: true, forged: 0 })
      for (const { irtt, clients } of refused) {
        expect(irtt).toEqual({ opened: false, closedByServer: false, forged: 0, refused: { reason: 'silence' } })
        expect(clients[0]?.scheduled).toBe(0)
      }
    },
  )

  test('that restricts the duration ends the run earlier, and its other limits refuse it or are noted', async () => {
    const { port } = await startIrtt('-d', '500ms', '--tstamp=single', '-l', '100')
    const shorter = await probe(port, { plan: { count: 1000 } })
    expect(shorter.irtt?.granted).toMatchObject({ duration: 500 * MILLISECOND, stamps: 'midpoint' })
    expect([words(shorter), shorter.interrupted]).toEqual([all('whole', 100), false])
    const longer = await probe(port, { plan: { sizes: [1000] } })
    expect(longer.irtt?.refused).toEqual({ reason: 'length', granted: 100 })
    const slower = await startIrtt('-i', '20ms')
    const refused = await probe(slower.port, {})
    expect(refused.irtt?.refused).toEqual({ reason: 'interval', granted: 20 * MILLISECOND })
  })

  test.each(engines.map(engine => [engine.name, engine] as const))(
    'that ends during a run leaves probes unreachable: engine %s',
    async (_, engine) => {
      const { port, child } = await startIrtt()
      let isKilled = false
      const facts = await probe(port, {
        engine,
        plan: { count: 5000, interval: 10 * MILLISECOND, timeout: SECOND },
        ends: ({ clients: [client], icmp }) => {
          if (!isKilled && client !== undefined && client.replies > 0) {
            child.signal('SIGKILL')
            isKilled = true
          }
          return icmp.length > 0
        },
      })
      const found = words(facts)
      expect(found).toContain('unreachable')
      expect(found).not.toContain('notReceived')
      expect(facts.icmp).toContainEqual(expect.objectContaining({ errno: 111 }))
      const closed = await probe(port, { engine })
      expect(closed.irtt?.refused).toEqual({ reason: 'unreachable', errno: 111 })
    },
  )
})

/**
 * What the relay did to each probe. Nothing is reordered, so the server answers in the order of the forwarded requests. The first of them open
 * the session, until one of their replies arrives.
 */
function relayed({ others }: RelayRecord, port: number, count: number): { received: boolean; replied: boolean }[] {
  const did = others[`127.0.0.1:${port}`] ?? {}
  let [up, down] = [0, 0]
  const next = (): { received: boolean; replied: boolean } => {
    const request = did[`up ${up++}`] ?? []
    const received = !request.includes('up:dropped')
    const copies = !received ? 0 : request.includes('up:duplicated') ? 2 : 1
    const replies = Array.from({ length: copies }, () => did[`down ${down++}`] ?? [])
    return { received, replied: replies.some(reply => !reply.includes('down:dropped')) }
  }
  for (let opening = 0; opening < 4 && !next().replied; opening++);
  return Array.from({ length: count }, next)
}

/** Whether a server that accepts five requests at once, and then one in each interval, accepts all of these. */
function keepsInterval(sent: readonly number[], interval: number): boolean {
  let [allowance, last] = [5, -Infinity]
  return sent.every(time => {
    allowance = Math.min(5, allowance + (time - last) / interval) - 1
    last = time
    return allowance >= 0
  })
}

describe.skipIf(!requireTool('irtt'))('a relay between, whose record shows where each probe was lost', () => {
  test.each([
    ['losses', '--up drop=10% --down drop=10%', true],
    ['losses and copies', '--up drop=10%,dup=10% --down drop=10%,dup=10%', false],
  ])('%s', async (_, rules, isAllKnown) => {
    const [count, interval] = [400, 5 * MILLISECOND]
    const { port } = await startIrtt()
    await using relay = await startRelayCommand(`127.0.0.1:${port}`, ['--seed', '11', ...rules.split(' ')], HOSTED)
    const facts = await probe(relay.port, { plan: { count, interval, linger: SECOND } })
    const { truth } = await relay.stop()
    const record = relayed(truth, facts.clients[0]?.port ?? 0, count)
    const found = words(facts)
    found.forEach((word, sequence) => {
      const { received, replied } = record[sequence] ?? {}
      if (word === 'whole') expect(replied, `reply ${sequence}`).toBe(true)
      else expect(replied, `no reply ${sequence}`).toBe(false)
      if (word === 'received') expect(received, `received ${sequence}`).toBe(true)
      if (word === 'notReceived') expect(received, `not received ${sequence}`).toBe(false)
    })
    const { fates } = analyzeRun(facts).tally.total
    expect(fates.lostForward).toBe(found.filter(word => word === 'notReceived').length)
    expect(fates.lostReturn).toBe(found.filter(word => word === 'received').length)
    // What is known in the end depends on the closing probes, and a busy machine may send faster than a server must accept.
    const sent = found.map((__, sequence) => facts.probes.sentAt(sequence))
    if (isAllKnown && keepsInterval(sent.slice(0, 100), interval)) expect(found.slice(0, 100)).not.toContain('unknown')
    expect(found).toContain('received')
    expect(found).toContain('notReceived')
  })
})
