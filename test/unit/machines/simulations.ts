import fc from 'fast-check'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import type { Simulation } from '../../simulation/simulate.ts'
import type { ImpairmentRule } from '../../../src/facts/impairment-rule.ts'
import { CHECKED_SIZE, IDENTIFIED_SIZE } from '../../../src/wire/probe.ts'
import { networkOf, probePlan, responderPlan } from './plans.ts'

const ratio = fc.double({ min: 0, max: 0.5, noNaN: true })
const time = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max }).map(ms => ms * MILLISECOND)

const harmless: fc.Arbitrary<ImpairmentRule> = fc.oneof(
  fc.record({ rule: fc.constant('drop' as const), ratio }),
  fc.record({ rule: fc.constant('dropEvery' as const), every: fc.integer({ min: 2, max: 9 }) }),
  fc.record({ rule: fc.constant('dropBurst' as const), length: fc.integer({ min: 1, max: 5 }), ratio }),
  fc.record({
    rule: fc.constant('dropGilbert' as const),
    toBad: ratio,
    toGood: fc.double({ min: 0.2, max: 1, noNaN: true }),
  }),
  fc.record({ rule: fc.constant('duplicate' as const), ratio }),
  fc.record({ rule: fc.constant('reorder' as const), ratio, delay: time(60) }),
  fc.record({ rule: fc.constant('delay' as const), base: time(80), jitter: time(40) }),
  fc.record({ rule: fc.constant('mtu' as const), size: fc.integer({ min: 120, max: 600 }) }),
  fc.record({ rule: fc.constant('rate' as const), bitRate: fc.integer({ min: 50_000, max: 1e6 }), queue: time(50) }),
  fc.record({ rule: fc.constant('blackout' as const), length: time(50), start: time(100) }),
)
const cutting = (least: number): fc.Arbitrary<ImpairmentRule> =>
  fc.record({ rule: fc.constant('truncate' as const), length: fc.integer({ min: least, max: 400 }), ratio })
const corrupting: fc.Arbitrary<ImpairmentRule> = fc.record({ rule: fc.constant('corrupt' as const), ratio })

/**
 * A datagram both cut below its check and damaged may equal the prefix of another probe to the bit, and one cut below its sequence is booked on
 * the one probe in flight. docs/wire-format.md promises nothing better, so no run here does either.
 */
const kinds = [
  { rule: harmless, sizes: fc.integer({ min: 13, max: 600 }) },
  { rule: fc.oneof(harmless, cutting(IDENTIFIED_SIZE)), sizes: fc.integer({ min: 13, max: 600 }) },
  { rule: fc.oneof(harmless, corrupting), sizes: fc.integer({ min: CHECKED_SIZE, max: 600 }) },
  { rule: fc.oneof(harmless, corrupting, cutting(CHECKED_SIZE)), sizes: fc.integer({ min: CHECKED_SIZE, max: 600 }) },
]

const buffer = fc.record({ datagrams: fc.integer({ min: 1, max: 12 }), pause: time(15) })
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined, freq: 2 })

/** Random runs over random networks. */
export const simulation: fc.Arbitrary<Simulation> = fc.constantFrom(...kinds).chain(({ rule, sizes }) =>
  fc
    .record({
      clients: fc.integer({ min: 1, max: 3 }),
      sizes: fc.array(sizes, { minLength: 1, maxLength: 3 }),
      count: fc.integer({ min: 1, max: 40 }),
      interval: time(8),
      burst: fc.integer({ min: 1, max: 6 }),
      window: optional(fc.integer({ min: 1, max: 5 })),
      timeout: fc.integer({ min: 20, max: 150 }).map(ms => ms * MILLISECOND),
      seed: fc.integer(),
      up: fc.array(rule, { maxLength: 3 }),
      down: fc.array(rule, { maxLength: 3 }),
      latency: time(30),
      serverBuffer: optional(buffer),
      clientBuffer: optional(buffer),
      dropsObservable: fc.boolean(),
      mode: fc.constantFrom('upper' as const, 'echo' as const, 'upper' as const, 'discard' as const),
      recvSize: optional(fc.integer({ min: CHECKED_SIZE, max: 700 })),
      localMtu: optional(fc.integer({ min: 150, max: 640 })),
    })
    .map(({ clients, sizes, count, interval, burst, window, timeout, mode, recvSize, ...rest }) => {
      const { serverBuffer, clientBuffer, localMtu, ...network } = rest
      return {
        probe: probePlan({
          clients,
          sizes,
          count,
          interval,
          burst,
          timeout,
          ...(window === undefined ? {} : { window }),
        }),
        respond: responderPlan({ mode }),
        network: networkOf({
          ...network,
          ...(serverBuffer === undefined ? {} : { serverBuffer }),
          ...(clientBuffer === undefined ? {} : { clientBuffer }),
          ...(localMtu === undefined ? {} : { localMtu }),
        }),
        ...(recvSize === undefined ? {} : { recvSize }),
      }
    }),
)
