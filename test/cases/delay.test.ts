import { describe, expect } from 'vitest'
import { cases, type Case } from '../helpers/cases.ts'
import type { OneWay, ResultDocument } from '../helpers/document.ts'
import { openPath, requireNamespaces } from '../helpers/namespace.ts'
import { startPeer } from '../helpers/peers.ts'
import { startRelayCommand } from '../helpers/relay-command.ts'
import { HOSTED, runHosted, startServe } from '../helpers/udptool.ts'

/** A wall clock is read to so much, ms: two processes read it at two moments, and Node rounds it to whole µs. */
const READING = 0.02

interface ClocksTruth {
  readonly rewritten: number
  /** What was added to the first and to the last arrival, ns. */
  readonly added: readonly [number, number]
}

function oneWayOf(run: ResultDocument): OneWay {
  if (run.oneWay === undefined) throw new Error('no one-way delays')
  return run.oneWay
}

function codesOf(run: ResultDocument): readonly string[] {
  return run.warnings.map(({ code }) => code)
}

function expectNoneNegative({ forward, return: back, ...oneWay }: OneWay): void {
  for (const direction of [forward, back]) {
    expect(direction.minMs).toBeGreaterThanOrEqual(0)
    expect(direction.p50Ms).toBeGreaterThanOrEqual(direction.minMs)
    expect(direction.p99Ms).toBeGreaterThanOrEqual(direction.p50Ms)
  }
  expect([oneWay.forwardP50Ms, oneWay.returnP50Ms]).toEqual([forward.p50Ms, back.p50Ms])
  expect(Math.min(oneWay.queueForwardP99Ms, oneWay.queueReturnP99Ms)).toBeGreaterThanOrEqual(0)
}

/** A run through a man in the middle who gives the server another clock. */
async function throughClocks(lies: readonly string[], args: readonly string[]): Promise<[ResultDocument, ClocksTruth]> {
  await using server = await startServe([], HOSTED)
  await using clocks = await startPeer<ClocksTruth>('clock_relay', ['--to', server.at, ...lies])
  const run = (await runHosted(['send', '--to', clocks.at, '--interval', '5ms', '--json', ...args])).json()
  return [run, await clocks.stop()]
}

const oneHost = (engine: string): Case => ({
  fault: 'A11',
  what: `one host, one clock: ${engine} engine`,
  before: 'offsetMs 79.5, 283.9, 240.4, 562.3',
  right: 'offsetMs 0 ± errorMs',
  shows: async () => {
    const run = (
      await runHosted(['send', '--self', '--engine', engine, '--count', '20', '--interval', '5ms', '--json'])
    ).json()
    const { offsetMs = NaN, errorMs, errorAnyClockMs } = oneWayOf(run)
    expect(Math.abs(offsetMs)).toBeLessThanOrEqual(Math.max(errorMs ?? 0, errorAnyClockMs) + READING)
  },
})

function drifting(ppm: number): Case {
  return {
    fault: 'A11',
    what: `the server's clock runs ${ppm} ppm fast`,
    before: 'there −402 µs, back 898 µs, each within 125 µs',
    right: 'no delay negative, the rate in its interval, the offset within errorMs',
    shows: async () => {
      const [run, truth] = await throughClocks([`--drift=${ppm}`], ['--duration', '6s'])
      expect(run.ledger.fates).toEqual({ intact: truth.rewritten })
      const oneWay = oneWayOf(run)
      expectNoneNegative(oneWay)
      const [first, last] = truth.added
      const { offsetMs = NaN, errorMs, errorAnyClockMs, skewPpmLow, skewPpmHigh } = oneWay
      const error = errorMs ?? errorAnyClockMs
      expect(Math.abs(offsetMs - (first + last) / 2 / 1e6)).toBeLessThanOrEqual(error + READING)
      // The drift alone is more than what the split may be wrong by.
      expect(error).toBeLessThan(Math.abs(last - first) / 1e6)
      // On a busy host the path itself may change by some µs, and is then reported.
      if (codesOf(run).includes('clockUnsteady')) return
      expect(errorMs).toBeDefined()
      expect(skewPpmLow).toBeLessThanOrEqual(ppm)
      expect(skewPpmHigh).toBeGreaterThanOrEqual(ppm)
    },
  }
}

function stepping(ms: number, more: readonly string[]): Case {
  return {
    fault: 'A11',
    what: `the server's clock is set by ${ms} ms in mid-run${more.length > 0 ? `, ${more.join(' ')}` : ''}`,
    before: 'a delay of the step’s size, or a negative one, without a word',
    right: 'clockUnsteady with time and size; no errorMs, errorAnyClockMs instead; no delay negative',
    shows: async () => {
      const [run, truth] = await throughClocks([`--step=${ms}@1.5`], ['--duration', '3s', ...more])
      expect(truth.added).toEqual([0, ms * 1e6])
      const oneWay = oneWayOf(run)
      expectNoneNegative(oneWay)
      for (const name of ['errorMs', 'errorMedianMs', 'skewPpm']) expect(oneWay).not.toHaveProperty(name)
      expect(oneWay.errorAnyClockMs).toBeGreaterThan(0)
      const [warning, ...others] = run.warnings.filter(({ code }) => code === 'clockUnsteady')
      expect(others).toEqual([])
      const { atMs = NaN, stepMs = NaN } = (warning?.evidence ?? {}) as { atMs?: number; stepMs?: number }
      expect(Math.abs(atMs - 1500)).toBeLessThan(500)
      expect(Math.abs(stepMs - ms)).toBeLessThan(Math.abs(ms) / 4)
      // Half of the round trips are on each side: the step is in neither median.
      const rtt = run.rttNetwork?.p50Ms ?? NaN
      expect(oneWay.forward.p50Ms + oneWay.return.p50Ms).toBeLessThan(2 * rtt)
    },
  }
}

const varying: Case = {
  fault: 'A11',
  what: 'a relay that delays the way up by 20 ms, give or take 20 ms',
  before: '(the split was right, but half of a fixed delay stood in both directions without a word)',
  right: 'the variation is in forward; of the least delay only the sum is known',
  shows: async () => {
    await using server = await startServe([], HOSTED)
    await using relay = await startRelayCommand(server.at, ['--up', 'delay=20ms~20ms', '--seed', '1'])
    const run = (await runHosted(['send', '--to', relay.at, '--count', '300', '--interval', '5ms', '--json'])).json()
    const oneWay = oneWayOf(run)
    expectNoneNegative(oneWay)
    expect(oneWay.queueForwardP99Ms).toBeGreaterThan(30)
    expect(oneWay.queueForwardP99Ms).toBeGreaterThan(3 * oneWay.queueReturnP99Ms)
    expect(oneWay.errorMs ?? oneWay.errorAnyClockMs).toBeGreaterThan(0)
  },
}

cases([
  oneHost('dgram'),
  oneHost('kernel'),
  drifting(100),
  drifting(-200),
  stepping(50, []),
  stepping(-50, ['--summary']),
  varying,
])

/** A queue of the kernel in one direction only: 2 Mbit/s, and 2.8 Mbit/s arrive. */
function queued(direction: 'forward' | 'return'): Case {
  return {
    fault: 'A11',
    what: `two hosts, the kernel's tbf slows the ${direction} direction`,
    before: 'queueing is split between the directions where clocks drift',
    right: `the queueing is in ${direction}, and the offset of the one clock is 0 ± the error`,
    shows: async () => {
      const { router, server, client } = openPath()
      const device = direction === 'forward' ? 'r1' : 'r0'
      await server.serve('--host', '10.2.0.1')
      router.run('tc', ...`qdisc add dev ${device} root tbf rate 2mbit burst 3000 latency 2s`.split(' '))
      const args = '--to 10.2.0.1:9000 --size 1000 --count 300 --interval 3ms --timeout 5s --json'
      const run = (await client.udptool('send', ...args.split(' '))).json()
      const oneWay = oneWayOf(run)
      expectNoneNegative(oneWay)
      const [slowed, free] =
        direction === 'forward'
          ? [oneWay.queueForwardP99Ms, oneWay.queueReturnP99Ms]
          : [oneWay.queueReturnP99Ms, oneWay.queueForwardP99Ms]
      // 300 packets of 1042 bytes take 1250 ms to pass, and arrive within 900.
      expect(slowed).toBeGreaterThan(200)
      expect(free).toBeLessThan(slowed / 4)
      const { offsetMs = NaN, errorMs, errorAnyClockMs } = oneWay
      expect(Math.abs(offsetMs)).toBeLessThanOrEqual((errorMs ?? errorAnyClockMs) + READING)
    },
  }
}

describe.runIf(requireNamespaces())('in namespaces', () => {
  cases([queued('forward'), queued('return')])
})
