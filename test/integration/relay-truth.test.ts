import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type * as Source from '../../src/index.ts'
import type * as SendPlanning from '../../src/runs/send/plan.ts'
import type * as ProbeRows from '../../src/runs/send/probe-rows.ts'
import type * as SendRunning from '../../src/runs/send/run.ts'
import { ROOT } from '../helpers/child.ts'
import {
  counted,
  longestRunOf,
  expectedFates,
  type ExpectedProbe,
  type RuleMeaning,
} from '../helpers/expected-fates.ts'
import { startEcho } from '../helpers/peers.ts'
import { type RelayRecord, unaccounted } from '../helpers/relay-command.ts'
import { sha256 } from '../helpers/tcp.ts'

const { startEchoServer, startRelay } = (await import(`${ROOT}dist/index.js`)) as typeof Source
const { planSend } = (await import(`${ROOT}dist/runs/send/plan.js`)) as typeof SendPlanning
const { runSend } = (await import(`${ROOT}dist/runs/send/run.js`)) as typeof SendRunning
const { probeRows } = (await import(`${ROOT}dist/runs/send/probe-rows.js`)) as typeof ProbeRows

/** Far longer than any reply takes that must not be late. */
const TIMEOUT = '2s'
const COUNT = 200

interface Rules extends RuleMeaning {
  readonly up?: string
  readonly down?: string
  readonly size?: string
  readonly timeout?: string
  readonly linger?: string
}

interface Passed {
  readonly seed: string
  readonly truth: RelayRecord
  readonly result: Source.Result
  /** Fate and copies by sequence: what `--format csv` lists. */
  readonly rows: readonly { readonly fate: string; readonly copies: number }[]
}

/** One seed for each set of rules, so that a run does not differ by chance from the last one. `SEED` adds to it, to try others. */
function seedOf({ up = '', down = '' }: Rules): string {
  return String(Number.parseInt(sha256(`${up}|${down}`).slice(0, 8), 16) + Number(process.env['SEED'] ?? 0))
}

async function sendThrough(to: string, rules: Rules, seed = seedOf(rules)): Promise<Passed> {
  const { up = '', down = '', size = '400', timeout = TIMEOUT, linger = '1s' } = rules
  await using relay = await startRelay({ to, up, down, seed })
  const plan = planSend({ to: relay.target, count: COUNT, interval: '2ms', size, timeout, linger })
  const { result, facts, analysis } = await runSend(plan)
  await relay.close()
  const rows = [...probeRows(facts, analysis)].map(({ fate, copies }) => ({ fate, copies }))
  return { seed, truth: relay.truth(), result, rows }
}

/**
 * A flipped bit may change a probe into a kind that only a server sends, and no server answers that (docs/wire-format.md). The relay records
 * flipped bits and the number of replies, and so the number of such probes: this number of damaged probes has no reply.
 */
function withUnanswered(expected: readonly ExpectedProbe[], { truth, rows }: Passed): readonly ExpectedProbe[] {
  const [actions = {}] = Object.values(truth.runs)
  const adjusted = expected.map((probe, sequence): ExpectedProbe => {
    const isDamaged = actions[sequence]?.includes('up:corrupted') === true
    return isDamaged && rows[sequence]?.fate === 'lostUnknown' ? { fate: 'lostUnknown', copies: 0 } : probe
  })
  const unanswered = truth.up.forwarded - truth.down.seen
  expect(adjusted.filter(({ fate }) => fate === 'lostUnknown')).toHaveLength(unanswered)
  return adjusted
}

/** A receipts request is sent this often: after 0, 50, 150, 350, 750 and 1550 ms, until 3 s are over (docs/send.md). */
const TRIES = 6

/** The rules apply to the receipts exchange, too: if all tries of a request are lost, no loss has a direction. */
function withoutDirections(expected: readonly ExpectedProbe[]): readonly ExpectedProbe[] {
  return expected.map(probe => (probe.fate.startsWith('lost') ? { ...probe, fate: 'lostUnknown' } : probe))
}

/** The Result and its rows equal the fates that follow from the relay's record. */
function expectEqual(passed: Passed, meaning: RuleMeaning): void {
  const { seed, truth, result, rows } = passed
  const [actions = {}, ...others] = Object.values(truth.runs)
  expect(others).toEqual([])
  const directed = withUnanswered(expectedFates(actions, COUNT, meaning), passed)
  const hasReceipts = result.evidence.receipts === 'whole'
  const { up, down } = truth.receipts
  if (!hasReceipts) expect(up.dropped + down.dropped).toBeGreaterThanOrEqual(TRIES)
  const expected = hasReceipts ? directed : withoutDirections(directed)
  const lost = (fate: string): number => expected.filter(probe => probe.fate === fate).length
  const [forward, back, unknown] = [lost('lostForward'), lost('lostReturn'), lost('lostUnknown')]
  /** A direction without a proved loss is known only if every loss has a direction. */
  const known = (losses: number): number | undefined => (losses > 0 || unknown === 0 ? losses : undefined)
  const copies = expected.reduce((sum, probe) => sum + probe.copies, 0)
  const cuts = counted(expected.flatMap(({ cut }) => (cut === undefined ? [] : [`${cut.length} ${cut.side}`])))
  const { ledger, loss, truncation, evidence } = result
  expect({ seed, rows }).toEqual({ seed, rows: expected.map(({ fate, copies }) => ({ fate, copies })) })
  expect({
    seed,
    fates: ledger.fates,
    scheduled: ledger.scheduled,
    received: ledger.received,
    duplicates: ledger.duplicates,
    strays: ledger.foreign + ledger.unidentified,
    cuts: Object.fromEntries(truncation.cutAt.map(({ length, side, count }) => [`${length} ${side}`, count])),
    loss: [loss.count, loss.forward, loss.return, loss.longestRun],
    receipts: evidence.receipts,
  }).toEqual({
    seed,
    fates: { intact: 0, ...counted(expected.map(({ fate }) => fate)) },
    scheduled: truth.up.seen,
    received: truth.down.forwarded,
    duplicates: copies,
    strays: 0,
    cuts,
    loss: [forward + back + unknown, known(forward), known(back), longestRunOf(expected)],
    receipts: hasReceipts ? 'whole' : 'none',
  })
  expect([unaccounted(truth.up), unaccounted(truth.down)]).toEqual([0, 0])
  expect(truth.up).toMatchObject({ seen: COUNT, refused: 0, abandoned: 0, kernelDropped: 0 })
  expect(truth.down).toMatchObject({ refused: 0, abandoned: 0, kernelDropped: 0 })
}

describe('in front of a udptool server, the ledger equals the relay’s record', () => {
  let server: Source.EchoServer
  beforeAll(async () => {
    server = await startEchoServer({ port: 0 })
  })
  afterAll(async () => await server.close())

  test.each<[string, keyof RelayRecord['up'], RuleMeaning?, string?]>([
    ['drop=15%', 'dropped'],
    ['drop=every:7', 'dropped'],
    ['drop=burst:3@5%', 'dropped'],
    ['drop=gilbert:0.05:0.3', 'dropped'],
    ['dup=20%', 'duplicated'],
    ['reorder=20%:30ms', 'reordered'],
    ['delay=10ms~5ms', 'delayed'],
    ['truncate=150@20%', 'truncated', { cutTo: { up: 150, down: 150 } }],
    ['corrupt=20%', 'corrupted'],
    // Receipts answers have at least 300 bytes, and must arrive so that losses have directions.
    ['mtu=400', 'dropped', {}, '64,372,373,1472'],
    // A tenth of the offered rate, so that the link is full also if the sender is slow.
    ['rate=200kbit', 'queueDropped'],
    ['reorder=10%:2500ms', 'reordered', { heldIsLate: true }],
  ])('%s, up and down', async (rule, act, meaning = {}, size = '400') => {
    const more = { size, ...(meaning.heldIsLate === true ? { linger: '3s' } : {}) }
    const [up, down] = await Promise.all([
      sendThrough(server.target, { up: rule, ...more }),
      sendThrough(server.target, { down: rule, ...more }),
    ])
    expectEqual(up, meaning)
    expectEqual(down, meaning)
    expect({ seed: up.seed, some: Number(up.truth.up[act]) > 0 }).toEqual({ seed: up.seed, some: true })
    expect({ seed: down.seed, some: Number(down.truth.down[act]) > 0 }).toEqual({ seed: down.seed, some: true })
    expect([up.truth.down[act], down.truth.up[act]]).toEqual([0, 0])
  })

  test.each<[Rules]>([
    [{ up: 'drop=10% dup=20%', down: 'dup=20% drop=15%' }],
    [{ up: 'drop=10% truncate=150@20%', down: 'truncate=200@20% drop=10%', cutTo: { up: 150, down: 200 } }],
    [{ up: 'drop=5% truncate=150@10%', down: 'drop=5% corrupt=20%', cutTo: { up: 150 } }],
    [{ up: 'corrupt=20% delay=5ms~5ms', down: 'truncate=200@0% delay=3ms' }],
    [{ up: 'drop=every:9 delay=5ms~4ms', down: 'drop=burst:3@3% reorder=20%:40ms mtu=1500' }],
    [{ up: 'drop=gilbert:5%:40% dup=5%', down: 'drop=every:11 delay=2ms dup=10% drop=5%' }],
  ])('mixed: %j', async rules => {
    expectEqual(await sendThrough(server.target, rules), rules)
  })

  test('a blackout in the middle of a run', async () => {
    // How much of the run it meets depends on this host.
    expectEqual(await sendThrough(server.target, { up: 'blackout=100ms@200ms' }), {})
  })

  test.each(['up', 'down'])(
    'datagrams that the relay holds back in direction %s are reordered if another one overtakes them',
    async direction => {
      const { seed, truth, result } = await sendThrough(server.target, {
        [direction]: 'reorder=20%:3s',
        timeout: '20s',
      })
      const [actions = {}] = Object.values(truth.runs)
      const held = Object.keys(actions).map(Number)
      const lastOther = Array.from({ length: COUNT }, (_, n) => n).findLast(n => !held.includes(n)) ?? -1
      const { reordered, fates } = result.ledger
      expect({ seed, reordered, fates }).toEqual({
        seed,
        reordered: held.filter(sequence => sequence < lastOther).length,
        fates: { intact: COUNT },
      })
    },
  )

  test('many seeds at once', async () => {
    const rules = { up: 'drop=10% dup=10%', down: 'drop=10% dup=10%' }
    const seeds = ['1', '2', '3', '4']
    for (const passed of await Promise.all(seeds.map(async seed => await sendThrough(server.target, rules, seed)))) {
      expectEqual(passed, {})
    }
  })

  test('the same seed gives the same actions for each probe, another seed others', async () => {
    const rules = { up: 'drop=10% dup=10% corrupt=5%', down: 'drop=gilbert:5%:30% truncate=130@10% reorder=10%:20ms' }
    const seed = seedOf(rules)
    const [one, two, other] = await Promise.all(
      [seed, seed, `${seed}1`].map(async each => {
        const { truth } = await sendThrough(server.target, rules, each)
        return { seed: truth.seed, actions: Object.values(truth.runs) }
      }),
    )
    expect(two).toEqual(one)
    expect(other?.actions).not.toEqual(one?.actions)
  })
})

describe('in front of a Python server, the relay’s record equals the counts of Python', () => {
  /** A probe of 34 bytes is only a header, so its check detects every flipped bit. */
  test.each([
    ['drop=20%', ''],
    ['dup=30%', 'dup=20% drop=20%'],
    ['corrupt=25%', 'delay=1ms'],
    ['drop=burst:4@5% dup=10% corrupt=10%', 'drop=every:5'],
    ['reorder=20%:20ms', 'drop=gilbert:5%:20%'],
  ])('up %s, down %s: the server receives the same probes, copies and damage', async (up, down) => {
    await using echo = await startEcho('--verify-probes')
    const { seed, truth, result } = await sendThrough(echo.at, { up, down, size: '34' })
    const served = await echo.stop()
    const [[run, actions] = ['', {}]] = Object.entries(truth.runs)
    const times = (sequence: number, act: string): number =>
      (actions[sequence] ?? []).filter(action => action === `up:${act}`).length
    const whole = Array.from({ length: COUNT }, (_, n) => [
      n,
      1 + times(n, 'duplicated') - times(n, 'dropped') - times(n, 'corrupted'),
    ]).filter(([, count]) => count !== 0)
    expect({ seed, whole: counted(served.probes.sequences[run] ?? []) }).toEqual({
      seed,
      whole: Object.fromEntries(whole),
    })
    expect(served).toMatchObject({ received: truth.up.forwarded, replied: truth.down.seen, socketDrops: 0 })
    expect(served.probes.whole).toBe(truth.up.forwarded - truth.up.corrupted)
    expect(result.ledger.received).toBe(truth.down.forwarded)
    expect([unaccounted(truth.up), unaccounted(truth.down)]).toEqual([0, 0])
  })

  test('the server receives the recorded lengths, and nothing above the MTU', async () => {
    await using echo = await startEcho()
    const { truth, result } = await sendThrough(echo.at, {
      up: 'mtu=1000 truncate=150@30%',
      down: 'truncate=20',
      size: '100,400,973',
    })
    const served = await echo.stop()
    const { dropped, truncated, forwarded } = truth.up
    expect(dropped).toBe(66)
    expect(served.sizes).toEqual({ 100: 67, 150: truncated, 400: 67 - truncated })
    expect(served.received).toBe(forwarded)
    expect(result.truncation.cutAt.map(({ length }) => length)).toEqual([20])
    expect(result.truncation.count).toBe(134)
  })
})
