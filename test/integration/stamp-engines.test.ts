import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../src/base/nanos.ts'
import { dgramEngine } from '../../src/engine/dgram-engine.ts'
import type { Engine } from '../../src/engine/port.ts'
import type { ProbePlan } from '../../src/facts/plan.ts'
import { isReply, NO_COUNTER, OUTCOME, PAGE_ROWS } from '../../src/facts/probe-table.ts'
import type { StampPlan } from '../../src/facts/protocol.ts'
import type { RunFacts } from '../../src/facts/run.ts'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { startPythonReflector, STAMP_KEY, type ReflectorTruth } from '../helpers/stamp-peers.ts'
import { probePlan } from '../unit/machines/plans.ts'

/** A reply that was sent arrives within this time, however busy the host is. */
const TIMEOUT = 5 * SECOND
const engines: readonly Engine[] = [dgramEngine, (await builtKernelEngine()) ?? []].flat()

/** A run of the first client to a reflector written in Python, which also says what it did. */
async function run(
  engine: Engine,
  args: readonly string[],
  protocol: Partial<StampPlan> = {},
  plan: Partial<ProbePlan> = {},
): Promise<{ readonly facts: RunFacts; readonly truth: ReflectorTruth }> {
  await using reflector = await startPythonReflector(...args)
  const { isAuthenticated = false } = protocol
  const running = await engine.probe(
    probePlan({
      sizes: [44],
      count: 30,
      interval: 2 * MILLISECOND,
      timeout: TIMEOUT,
      receipts: false,
      payload: { kind: 'random', seed: 3 },
      ...plan,
      protocol: { name: 'stamp', isAuthenticated, ssid: 0, timestamps: 'ntp', isLight: false, tlvs: [], ...protocol },
    }),
    {
      target: { address: '127.0.0.1', port: reflector.port, family: 'udp4' },
      recvBuffer: 1024 * 1024,
      ...(isAuthenticated ? { key: { id: '1', secret: Buffer.from(STAMP_KEY, 'hex') } } : {}),
    },
  )
  await running.done
  return { facts: running.facts, truth: await reflector.stop() }
}

/** The rows of the first client, by sequence number. */
function rowsOf({ clients, probes }: RunFacts): readonly { readonly outcome: number; readonly counter: number }[] {
  return Array.from({ length: clients[0]?.scheduled ?? 0 }, (_, sequence) => {
    const page = probes.find(sequence)
    const place = sequence % PAGE_ROWS
    return { outcome: page?.outcome[place] ?? 0, counter: page?.counter?.[place] ?? NO_COUNTER }
  })
}

/** Sequence and number of everything that was answered: by our facts, and by the reflector. */
function answeredOf(facts: RunFacts): readonly string[] {
  const { extras = [], copies = [] } = facts.stamp?.sessions[0] ?? {}
  const rows = rowsOf(facts).flatMap(({ outcome, counter }, sequence) =>
    isReply(outcome) ? [[sequence, counter]] : [],
  )
  const others = extras.flatMap(({ sequence, counter }) => (counter === undefined ? [] : [[sequence, counter]]))
  const copied = copies.map(({ sequence, counter }) => [sequence, counter])
  return [...rows, ...others, ...copied].map(String).toSorted()
}

function answeredBy({ arrivals }: ReflectorTruth): readonly string[] {
  return arrivals
    .filter(([, , what]) => what === 'answered')
    .map(([, sequence, , number]) => String([sequence, number]))
    .toSorted()
}

describe.each(engines.map(engine => [engine.name, engine] as const))('STAMP on %s', (_, engine) => {
  test('books the number of a stateful reflector on each probe and copy that it answered', async () => {
    const args = ['--stateful', '--drop-forward', '7', '--drop-return', '5']
    const { facts, truth } = await run(engine, args, {}, { timeout: SECOND })
    // A busy host may make a reply late, but never another number.
    for (const answer of answeredOf(facts)) expect(answeredBy(truth)).toContain(answer)
    expect(rowsOf(facts)).toHaveLength(30)
    const unanswered = rowsOf(facts).filter(({ outcome }) => outcome === OUTCOME.waiting)
    expect(unanswered.length).toBeGreaterThanOrEqual(5)
  })

  test('of a flood too', async () => {
    const { facts, truth } = await run(engine, ['--stateful'], {}, { count: 3000, interval: 0, window: 16 })
    expect(answeredOf(facts)).toEqual(answeredBy(truth))
    expect(facts.clients[0]).toMatchObject({ scheduled: 3000, replies: 3000, foreign: 0, unidentified: 0 })
  })

  test('reads all TLVs of authenticated replies', async () => {
    const tlvs = ['timestamp', 'cos', 'direct', 'followup'] as const
    const { facts, truth } = await run(
      engine,
      ['--stateful', '--direct', '--key', STAMP_KEY],
      { isAuthenticated: true, ssid: 9, tlvs, replyDscp: 10 },
      { sizes: [400] },
    )
    expect(rowsOf(facts).every(({ outcome }) => outcome === OUTCOME.whole)).toBe(true)
    const { stamp } = facts
    for (const name of [...tlvs, 'padding', 'hmac'] as const)
      expect(stamp?.tlvs[name], name).toMatchObject({ sent: 30, recognized: 30 })
    expect(stamp).toMatchObject({ counts: 'direct', forged: 0, clock: { syncIn: 1, methodIn: 2 } })
    // R_RxC is the place of a request among all that arrived. How many copies are sent depends on when the first replies arrive.
    const received = truth.arrivals.map(([, sequence], index) => String([sequence, index + 1]))
    expect(answeredOf(facts)).toEqual(received.toSorted())
    expect(facts.headers.up.tos).toEqual({ 0: 30 })
  })

  test('takes no reply that another key signed', async () => {
    const args = ['--key', STAMP_KEY, '--sign', '00'.repeat(32)]
    const { facts, truth } = await run(engine, args, { isAuthenticated: true }, { sizes: [112], timeout: SECOND })
    expect(facts.clients[0]?.replies).toBe(0)
    expect(facts.stamp?.forged).toBeGreaterThan(0)
    expect(facts.stamp?.forged).toBeLessThanOrEqual(truth.arrivals.length)
  })

  test('recognizes times in another format than the reply declares', async () => {
    const { facts } = await run(engine, ['--clock', 'wrong'], { timestamps: 'ptp' }, { sizes: [100] })
    expect(facts.stamp?.times).toMatchObject({ ptp: 30, ntp: 0, contradicted: 30 })
    // The reflector has the clock of this host.
    const { serverBase = NaN } = facts.clients[0] ?? {}
    expect(Math.abs(serverBase - (facts.epoch?.seconds ?? NaN))).toBeLessThan(60)
  })

  test('books replies to other packets as foreign', async () => {
    const { facts, truth } = await run(engine, ['--foreign'], { ssid: 77 })
    expect(rowsOf(facts).every(({ outcome }) => outcome === OUTCOME.whole)).toBe(true)
    const foreign = 2 * truth.arrivals.length
    expect(facts.clients[0]).toMatchObject({ replies: 30, duplicates: 0, unidentified: 0, foreign })
  })
})
