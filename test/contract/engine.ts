import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Address } from '../../src/base/address.ts'
import { MILLISECOND, SECOND } from '../../src/base/nanos.ts'
import type { Engine, ResponderSockets, Running } from '../../src/engine/port.ts'
import type { ProbePlan } from '../../src/facts/plan.ts'
import { OUTCOME, TRAIT } from '../../src/facts/probe-table.ts'
import type { ResponderPlan } from '../../src/facts/responder-plan.ts'
import type { RunFacts } from '../../src/facts/run.ts'
import type { ServerFacts } from '../../src/facts/server.ts'
import { RECEIPT } from '../../src/wire/receipts.ts'
import { probePlan, responderPlan } from '../unit/machines/plans.ts'
import { rowsOf, type Row } from '../unit/machines/rows.ts'

const HOST: Pick<ResponderSockets, 'host' | 'family' | 'recvBuffer' | 'workers'> = {
  host: '127.0.0.1',
  family: 'udp4',
  recvBuffer: 4 * 1024 * 1024,
  workers: 1,
}
const EMSGSIZE = 90
const ECONNREFUSED = 111
/** Time limit for a reply that certainly arrives: a busy host may stop a process for a while. */
export const REPLY_TIMEOUT = 5 * SECOND
const ALL_SIZES = [0, 1, 33, 34, 117, 1472, 65_507]

/** The part of an engine under test. */
type TestedEngine = Pick<Engine, 'name' | 'can' | 'probe' | 'respond'>

/** Common behavior of all engines. The test reads the columns of the facts, so that it does not depend on reports. */
export function engineContract(name: string, create: () => TestedEngine): void {
  describe(`${name} engine`, () => {
    const engine = create()
    const servers: Running<ServerFacts>[] = []

    afterEach(async () => {
      for (const server of servers.splice(0)) {
        server.stop()
        await server.done
      }
    })

    async function serve(plan: Partial<ResponderPlan> = {}, sockets: Partial<ResponderSockets> = {}): Promise<Server> {
      const running = await engine.respond(responderPlan(plan), { ...HOST, port: 0, ...sockets })
      servers.push(running)
      const [target] = running.bound
      if (target === undefined) throw new Error('a server has an address')
      return { ...running, target }
    }

    async function begin(target: Address, plan: Partial<ProbePlan> = {}): Promise<Running<RunFacts>> {
      const running = await engine.probe(probePlan({ interval: 2 * MILLISECOND, timeout: REPLY_TIMEOUT, ...plan }), {
        target,
        recvBuffer: HOST.recvBuffer,
      })
      onTestFinished(() => running.stop())
      return running
    }

    async function probe(target: Address, plan: Partial<ProbePlan> = {}): Promise<RunFacts> {
      const running = await begin(target, plan)
      await running.done
      return running.facts
    }

    test('a whole run: all probes return', async () => {
      const server = await serve()
      const facts = await probe(server.target, { count: 20 })
      expectWhole(facts, 20)
      expect(facts.closedAt).toBeLessThan(Infinity)
      expect(facts.interrupted).toBe(false)
      expect(facts.engine).toMatchObject({ name: engine.name, icmp: engine.can.icmp })
      await counted(server.facts, { received: 20, replied: 20, probes: 20, damaged: 0 })
      for (const row of rowsOf(facts)) {
        expect(row.arrived).toBeGreaterThanOrEqual(row.sent)
        expect(row.sent).toBeGreaterThanOrEqual(row.scheduled)
        expect(row.answered).toBe(true)
        expect(row.serverArrival).not.toBeNaN()
      }
    })

    test.each(['upper', 'echo'] as const)('mode %s: the reply follows its rule', async mode => {
      const { target } = await serve({ mode })
      const facts = await probe(target, { sizes: [400], count: 5 })
      for (const row of rowsOf(facts)) expect(row.traits & 3).toBe(mode === 'upper' ? TRAIT.upper : TRAIT.same)
    })

    test.each(ALL_SIZES)('%i bytes', async size => {
      const { target, facts: server } = await serve()
      const facts = await probe(target, { sizes: [size], count: 3, window: 1 })
      expectWhole(facts, 3)
      await counted(server, { received: 3, bytesReceived: 3 * size, bytesReplied: 3 * size })
    })

    test('boundaries: the server receives the number of sent datagrams, each with its length', async () => {
      const sizes = [34, 1472, 117, 50, 9000, 200]
      const { target, facts: server } = await serve({ mode: 'echo' })
      const facts = await probe(target, { sizes, count: 30, burst: 6 })
      expectWhole(facts, 30)
      await counted(server, { bytesReceived: 5 * sizes.reduce((sum, size) => sum + size, 0) })
    })

    test('a datagram that is too big is refused, and no other one', async () => {
      const { target } = await serve()
      const facts = await probe(target, { sizes: [65_508, 100], count: 4 })
      const rows = rowsOf(facts)
      expect(rows.map(row => row.outcome)).toEqual([OUTCOME.refused, OUTCOME.whole, OUTCOME.refused, OUTCOME.whole])
      expect(rows.map(row => row.detail)).toEqual([EMSGSIZE, 0, EMSGSIZE, 0])
    })

    test.runIf(engine.can.icmp !== 'none')('a closed port is reported as unreachable', async () => {
      const server = await serve()
      const { target } = server
      server.stop()
      await server.done
      // One at a time: an error without a quote can only be about the one in flight.
      const facts = await probe(target, { count: 6, interval: 0, window: 1 })
      const outcomes = rowsOf(facts).map(row => row.outcome)
      expect(outcomes).toEqual(outcomes.map(() => OUTCOME.unreachable))
      expect(outcomes).toHaveLength(6)
      expect(facts.icmp[0]?.errno).toBe(ECONNREFUSED)
      if (engine.can.icmp === 'queue')
        expect(facts.icmp).toMatchObject([{ type: 3, code: 3, reporter: target.address }])
    })

    test.runIf(engine.can.icmp !== 'none')(
      'a burst to a closed port: no datagram gets the error of another',
      async () => {
        const server = await serve()
        server.stop()
        await server.done
        const facts = await probe(server.target, { count: 32, burst: 8, interval: 5 * MILLISECOND })
        const outcomes = rowsOf(facts).map(row => row.outcome)
        expect(outcomes.filter(outcome => outcome === OUTCOME.unreachable).length).toBeGreaterThanOrEqual(24)
        expect(outcomes).not.toContain(OUTCOME.refused)
      },
    )

    test('many clients, each with its own replies', async () => {
      const { target, facts: server } = await serve()
      const running = await begin(target, { clients: 20, count: 10, sizes: [64, 300], interval: 5 * MILLISECOND })
      await running.done
      const { facts } = running
      expectWhole(facts, 10)
      await counted(server, { received: 200 })
      const ports = running.bound.map(({ port }) => port)
      expect(new Set(ports).size).toBe(20)
      expect(facts.clients.map(({ port }) => port)).toEqual(ports)
      for (const client of facts.clients)
        expect(client).toMatchObject({ replies: 10, duplicates: 0, foreign: 0, unidentified: 0 })
    })

    test('a burst is scheduled at one time', async () => {
      const { target } = await serve()
      const facts = await probe(target, { count: 90, burst: 30, interval: 20 * MILLISECOND })
      expectWhole(facts, 90)
      expect(new Set(rowsOf(facts).map(row => row.scheduled)).size).toBe(3)
    })

    test('with a window of 1, one probe is in flight at a time', async () => {
      const { target } = await serve()
      const facts = await probe(target, { count: 30, window: 1, interval: 0 })
      expectWhole(facts, 30)
      const rows = rowsOf(facts)
      rows.forEach((row, n) => {
        expect(row.sent).toBeGreaterThanOrEqual(rows[n - 1]?.arrived ?? 0)
        expect(row.order).toBe(n + 1)
      })
    })

    test('a stop ends the schedule, waits for probes in flight, and closes', async () => {
      const { target } = await serve()
      const { count: _, ...endless } = probePlan({ interval: 2 * MILLISECOND })
      const running = await engine.probe(endless, { target, recvBuffer: HOST.recvBuffer })
      await until(() => (running.facts.clients[0]?.replies ?? 0) >= 5)
      running.stop()
      await running.done
      const { facts } = running
      expect(facts.interrupted).toBe(true)
      expect(facts.closedAt).toBeLessThan(Infinity)
      expectWhole(facts, facts.clients[0]?.scheduled ?? 0)
    })

    test('a stop before the first probe ends the run', async () => {
      const { target } = await serve()
      const running = await begin(target, { count: 1000, interval: 60 * SECOND })
      running.stop()
      await running.done
      expect(running.facts.interrupted).toBe(true)
      expect(running.facts.clients[0]?.scheduled).toBeLessThanOrEqual(1)
    })

    test('a slow server delays each answer by the same time', async () => {
      const { target } = await serve({ delay: 30 * MILLISECOND })
      const facts = await probe(target, { count: 20 })
      expectWhole(facts, 20)
      for (const row of rowsOf(facts)) {
        expect(row.arrived - row.sent).toBeGreaterThanOrEqual(29 * MILLISECOND)
        expect(row.dwell).toBeGreaterThanOrEqual(29 * MILLISECOND)
      }
    })

    test('a server with a small read size truncates, and reports it', async () => {
      const { target, facts: server } = await serve({}, { recvSize: 1024 })
      const facts = await probe(target, { sizes: [1472, 1024], count: 4 })
      const rows = rowsOf(facts)
      expect(rows.map(row => row.outcome)).toEqual([OUTCOME.cut, OUTCOME.whole, OUTCOME.cut, OUTCOME.whole])
      for (const row of rows.filter(({ outcome }) => outcome === OUTCOME.cut)) {
        expect(row).toMatchObject({ detail: 1024, side: TRAIT.sideRequest, answered: true })
      }
      await counted(server, { truncated: 2 })
    })

    test('receipts show which replies the server withheld', async () => {
      const { target, facts: server } = await serve({ mode: 'discard' })
      const facts = await probe(target, { clients: 2, count: 25, timeout: 100 * MILLISECOND })
      for (let client = 0; client < 2; client++) {
        expect(facts.clients[client]?.receipts).toMatchObject({
          state: 'whole',
          totals: { distinct: 25, answered: 0, withheld: 25 },
        })
        const rows = rowsOf(facts, client)
        expect(rows.map(row => row.outcome)).toEqual(rows.map(() => OUTCOME.waiting))
        expect(rows.map(row => row.receipt)).toEqual(rows.map(() => RECEIPT.withheld))
      }
      await counted(server, { dropped: { discard: 50 } })
      expect(server.receipts).toBeGreaterThanOrEqual(4)
    })

    test('no receipts are requested if everything was answered', async () => {
      const { target, facts: server } = await serve()
      const facts = await probe(target)
      expect(facts.clients[0]?.receipts.state).toBe('unasked')
      expect(server.receipts).toBe(0)
    })

    test('a server that stops still sends answers that are due soon', async () => {
      const server = await serve({ delay: 200 * MILLISECOND })
      const running = await begin(server.target, { count: 5 })
      await until(() => server.facts.received === 5)
      server.stop()
      await Promise.all([server.done, running.done])
      expectWhole(running.facts, 5)
      expect(server.facts.dropped.shutdown).toBe(0)
      expect(server.facts.peers).toMatchObject([{ received: 5, replied: 5 }])
    })

    test('a server closes after the given number of datagrams', async () => {
      const server = await serve({ maxDatagrams: 3 })
      const running = await begin(server.target, { count: 3 })
      await running.done
      server.stop()
      await server.done
      expectWhole(running.facts, 3)
    })

    test('a port in use is an error', async () => {
      const { target } = await serve()
      const error = await engine.respond(responderPlan(), { ...HOST, port: target.port }).then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(error).toMatchObject({ name: 'UdptoolError', code: 'addressInUse', address: `127.0.0.1:${target.port}` })
    })

    test('a server returns its bound address', async () => {
      const { target } = await serve()
      expect(target).toMatchObject({ address: '127.0.0.1', family: 'udp4' })
      expect(target.port).toBeGreaterThan(0)
    })

    test('a fixed answer, longer or shorter than its request', async () => {
      const { target, facts: server } = await serve({ reply: new TextEncoder().encode('x'.repeat(100)) })
      const facts = await probe(target, { sizes: [64, 128], count: 6, timeout: 2 * SECOND })
      await counted(server, { received: 6, replied: 6, bytesReplied: 600 })
      expect(rowsOf(facts).every(row => row.outcome === OUTCOME.waiting)).toBe(true)
      expect(facts.clients[0]?.unidentified).toBe(6)
    })
  })
}

interface Server extends Running<ServerFacts> {
  readonly target: Address
}

/** Every probe of every client came back whole, once. */
function expectWhole(facts: RunFacts, count: number): void {
  facts.clients.forEach((client, number) => {
    expect(client.scheduled).toBe(count)
    const rows = rowsOf(facts, number)
    expect(rows.map(({ outcome }: Row) => outcome)).toEqual(rows.map(() => OUTCOME.whole))
    expect(client).toMatchObject({ replies: count, duplicates: 0, foreign: 0, unidentified: 0 })
  })
}

/** A server on another thread posts its counters with a delay: finally they are these. */
async function counted(facts: ServerFacts, counts: object): Promise<void> {
  await expect.poll(() => facts, { timeout: 40_000 }).toMatchObject(counts)
}

/** Waits in real time; simulated time is faster. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(1)
}
