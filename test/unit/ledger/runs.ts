import fc from 'fast-check'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { foreignEcho, foreignReading, foreignSilence, foreignText, foreignUpper } from '../../simulation/foreign.ts'
import { simulate, type Simulated, type Simulation } from '../../simulation/simulate.ts'
import { CHECKED_SIZE } from '../../../src/wire/probe.ts'
import { simulation } from '../machines/simulations.ts'

/** With probability 1/2 there is none. */
function optional<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined, freq: 2 })
}

const buffer = fc.record({
  datagrams: fc.integer({ min: 1, max: 12 }),
  pause: fc.integer({ min: 0, max: 15 }).map(ms => ms * MILLISECOND),
})

/** Random networks with receive buffers, windows, short reads and a small MTU of our own, in front of udptool’s server. */
export const udptoolRun: fc.Arbitrary<Simulation> = fc
  .record({
    base: simulation,
    window: optional(fc.integer({ min: 1, max: 5 })),
    serverBuffer: optional(buffer),
    clientBuffer: optional(buffer),
    recvSize: optional(fc.integer({ min: CHECKED_SIZE, max: 700 })),
    localMtu: optional(fc.integer({ min: 150, max: 640 })),
  })
  .map(({ base, window, recvSize, serverBuffer, clientBuffer, localMtu }) => ({
    ...base,
    probe: { ...base.probe, ...(window === undefined ? {} : { window }) },
    network: {
      ...base.network,
      ...(serverBuffer === undefined ? {} : { serverBuffer }),
      ...(clientBuffer === undefined ? {} : { clientBuffer }),
      ...(localMtu === undefined ? {} : { localMtu }),
    },
    ...(recvSize === undefined ? {} : { recvSize }),
  }))

/** Runs that end early too, and servers that are not udptool, or do not exist. */
export const anyRun: fc.Arbitrary<Simulation> = fc
  .record({
    base: udptoolRun,
    server: fc.constantFrom('udptool', 'udptool', 'udptool', 'foreign', 'closed'),
    foreign: fc.constantFrom(foreignEcho, foreignUpper, foreignReading(100), foreignSilence, foreignText('no')),
    stop: fc.option(fc.nat(300), { nil: undefined, freq: 3 }),
    icmp: fc.constantFrom('queue' as const, 'errno' as const, 'none' as const),
  })
  .map(({ base: { respond, ...base }, server, foreign, stop, icmp }) => ({
    ...base,
    network: { ...base.network, icmp },
    ...(server === 'closed' ? {} : { respond: server === 'udptool' && respond !== undefined ? respond : foreign }),
    ...(stop === undefined ? {} : { stopAfter: stop * MILLISECOND }),
  }))

/**
 * A run against a server that started some time before. `simulate` starts both ends at the same time, and receipts that do not reach back to
 * the first probe, including the travel time of the answer, are void.
 */
export function simulateSettled(plan: Simulation): Simulated {
  const simulated = simulate(plan)
  for (const { receipts } of simulated.facts.clients)
    if (receipts.totals !== undefined) receipts.totals.completeMs += 60_000
  return simulated
}
