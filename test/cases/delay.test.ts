import { describe, expect } from 'vitest'
import { cases, type Case } from '../helpers/cases.ts'
import type { OneWay, ResultDocument } from '../helpers/document.ts'
import { sendThrough } from '../helpers/impaired.ts'
import { openPath, requireNamespaces } from '../helpers/namespace.ts'
import { startPeer } from '../helpers/peers.ts'
import { HOSTED, runHosted, startServe } from '../helpers/udptool.ts'

/** Error of reading the wall clock, ms: two processes read it at two times, and Node rounds it to whole µs. */
const READING = 0.02

interface ClocksTruth {
  readonly rewritten: number
  /** Added to the first and to the last arrival time, ns. */
  readonly added: readonly [number, number]
  /** The sequences of the last reply before the clock was set and of the first one after it. */
  readonly around: readonly number[]
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

/** Interval between two probes, ms. */
const INTERVAL = 5

/** A run through a relay that simulates another clock of the server (clock_relay.py). */
async function throughClockRelay(
  clock: readonly string[],
  args: readonly string[],
): Promise<[ResultDocument, ClocksTruth]> {
  await using server = await startServe([], HOSTED)
  await using clocks = await startPeer<ClocksTruth>('clock_relay', ['--to', server.at, ...clock])
  const options = ['--interval', `${INTERVAL}ms`, '--timeout', '5s', '--json']
  const run = (await runHosted(['send', '--to', clocks.at, ...options, ...args])).json()
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

/** The drift during a run is far larger than the delays of a busy host. */
function drifting(ppm: number): Case {
  return {
    fault: 'A11',
    what: `the server's clock runs ${ppm} ppm fast`,
    before: 'one direction negative, the other too long, each by the drift',
    right: 'no negative delay, the rate in its interval, the offset within errorMs',
    shows: async () => {
      const [run, truth] = await throughClockRelay([`--drift=${ppm}`], ['--duration', '6s'])
      expect(run.ledger.fates).toEqual({ intact: truth.rewritten })
      const oneWay = oneWayOf(run)
      expectNoneNegative(oneWay)
      // On a busy host the delay of the path may change by some µs, which is reported.
      if (codesOf(run).includes('clockUnsteady')) return
      const [first, last] = truth.added
      const { offsetMs = NaN, errorMs = NaN, skewPpmLow, skewPpmHigh } = oneWay
      // The middle of the run is not that of the server's arrivals: each end may be apart by a round trip.
      const moved = Math.abs(ppm) * 1e-6 * run.rtt.maxMs
      expect(Math.abs(offsetMs - (first + last) / 2 / 1e6)).toBeLessThanOrEqual(errorMs + moved + READING)
      // The error of the offset is smaller than the drift during the run.
      expect(errorMs).toBeLessThan(Math.abs(last - first) / 1e6)
      expect(skewPpmLow).toBeLessThanOrEqual(ppm)
      expect(skewPpmHigh).toBeGreaterThanOrEqual(ppm)
    },
  }
}

/** The step is far larger than the delays of a busy host. */
function stepping(ms: number, more: readonly string[]): Case {
  return {
    fault: 'A11',
    what: `the server's clock is set by ${ms} ms during the run${more.length > 0 ? `, ${more.join(' ')}` : ''}`,
    before: 'a delay of the step’s size, or a negative one, without a warning',
    right: 'clockUnsteady with time and size; errorAnyClockMs instead of errorMs; no negative delay',
    shows: async () => {
      const [run, truth] = await throughClockRelay([`--step=${ms}@1.5`], ['--duration', '3s', ...more])
      expect(truth.added).toEqual([0, ms * 1e6])
      const oneWay = oneWayOf(run)
      expectNoneNegative(oneWay)
      for (const name of ['errorMs', 'errorMedianMs', 'skewPpm']) expect(oneWay).not.toHaveProperty(name)
      expect(oneWay.errorAnyClockMs).toBeGreaterThan(0)
      const [warning, ...others] = run.warnings.filter(({ code }) => code === 'clockUnsteady')
      expect(others).toEqual([])
      const {
        at = '',
        atMs = NaN,
        stepMs = NaN,
      } = (warning?.evidence ?? {}) as {
        at?: string
        atMs?: number
        stepMs?: number
      }
      // Both are written in whole milliseconds.
      expect(Math.abs(Date.parse(at) - Date.parse(run.startedAt) - atMs)).toBeLessThan(2)
      // Bounds of the clocks are kept for at least 1024 parts of the run.
      const part = 1 + run.durationMs / 1024
      const [before = NaN, after = NaN] = truth.around
      expect(atMs).toBeGreaterThanOrEqual(INTERVAL * before - part)
      expect(atMs).toBeLessThanOrEqual(INTERVAL * after + (run.pacing.lateMaxMs ?? 0) + part)
      expect(Math.abs(stepMs - ms)).toBeLessThan(Math.abs(ms) / 4)
      for (const direction of [oneWay.forward, oneWay.return]) expect(direction.p50Ms).toBeLessThan(Math.abs(ms) / 4)
    },
  }
}

/** The nearest-rank 99th percentile. */
function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(0.99 * values.length) - 1] ?? NaN
}

const varying: Case = {
  fault: 'A11',
  what: 'a relay that delays some of the probes by 100 to 400 ms from client to server',
  before: '(the split was right, but half of a fixed delay was in both directions without a note)',
  right: 'the variation is in forward; of the minimum delays only the sum is known',
  shows: async () => {
    await using server = await startServe([], HOSTED)
    const { document, truth, rows } = await sendThrough(server.at, {
      seed: 1,
      up: ['hold=0.2:100', 'hold=0.2:200', 'hold=0.2:400'],
      send: ['--count', '300', '--interval', '5ms', '--timeout', '5s'],
    })
    expect(document.ledger.fates).toEqual({ intact: 300 })
    const oneWay = oneWayOf(document)
    expectNoneNegative(oneWay)
    expect(oneWay.errorMs ?? oneWay.errorAnyClockMs).toBeGreaterThan(0)
    // The relay's record has the delay of each probe to the server. The rest of a round trip bounds all other delays, also on a busy host:
    // those of both directions, of the relay itself and of the server.
    const probes = Object.values(truth.runs)[0]?.probes ?? {}
    const upMs = rows.map(({ seq = '' }) => probes[seq]?.upMs ?? NaN)
    const restMs = rows.map(({ rttMs }, number) => Number(rttMs) - (upMs[number] ?? NaN))
    expect(Math.min(...restMs)).toBeGreaterThan(0)
    const slack = 2 * (oneWay.errorMs ?? oneWay.errorAnyClockMs) + oneWay.queueErrorMs
    expect(oneWay.queueForwardP99Ms).toBeGreaterThan(p99(upMs) - Math.min(...restMs) - slack)
    expect(oneWay.queueReturnP99Ms).toBeLessThan(p99(restMs) + slack)
  },
}

cases([
  oneHost('dgram'),
  oneHost('kernel'),
  drifting(5000),
  drifting(-10_000),
  stepping(5000, []),
  stepping(-5000, ['--summary']),
  varying,
])

/** A queue of the kernel in one direction only: 0.5 Mbit/s for an arrival rate of 2.8 Mbit/s. */
function queued(direction: 'forward' | 'return'): Case {
  return {
    fault: 'A11',
    what: `two hosts, the kernel's tbf slows the ${direction} direction`,
    before: 'queueing is split between the directions where clocks drift',
    right: `the queueing delay is in ${direction}, and the clock offset is 0 ± the error`,
    shows: async () => {
      const { router, server, client } = openPath()
      const device = direction === 'forward' ? 'r1' : 'r0'
      await server.serve('--host', '10.2.0.1')
      router.run('tc', ...`qdisc add dev ${device} root tbf rate 500kbit burst 3000 latency 20s`.split(' '))
      const args = '--to 10.2.0.1:9000 --size 1000 --count 300 --interval 3ms --timeout 20s --linger 100ms --json'
      const run = (await client.udptool('send', ...args.split(' '))).json()
      const oneWay = oneWayOf(run)
      expectNoneNegative(oneWay)
      const [slowed, free] =
        direction === 'forward'
          ? [oneWay.queueForwardP99Ms, oneWay.queueReturnP99Ms]
          : [oneWay.queueReturnP99Ms, oneWay.queueForwardP99Ms]
      // 300 packets of 1042 bytes take 5 s to pass, and are sent within 0.9 s. No busy host adds seconds to the other direction.
      expect(slowed).toBeGreaterThan(1000)
      expect(free).toBeLessThan(slowed / 2)
      const { offsetMs = NaN, errorMs, errorAnyClockMs } = oneWay
      expect(Math.abs(offsetMs)).toBeLessThanOrEqual((errorMs ?? errorAnyClockMs) + READING)
    },
  }
}

describe.runIf(requireNamespaces())('in namespaces', () => {
  cases([queued('forward'), queued('return')])
})
