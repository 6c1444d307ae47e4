import fc from 'fast-check'
import { MILLISECOND, SECOND, type Nanos } from '../../../src/base/nanos.ts'
import type { ImpairmentRule } from '../../../src/facts/impairment-rule.ts'

/** Longer than any delay of rules of `anyRule`. */
export const UNREACHABLE: Nanos = 3600 * SECOND

const ratio = fc.constantFrom(0, 0.1, 0.5, 1)
const delay = fc.integer({ min: 0, max: 50 * MILLISECOND })

/** A rule of any form. */
const anyRule: fc.Arbitrary<ImpairmentRule> = fc.oneof(
  fc.record({ rule: fc.constant('drop' as const), ratio }),
  fc.record({ rule: fc.constant('dropEvery' as const), every: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ rule: fc.constant('dropBurst' as const), length: fc.integer({ min: 1, max: 4 }), ratio }),
  fc.record({ rule: fc.constant('dropGilbert' as const), toBad: ratio, toGood: ratio }),
  fc.record({ rule: fc.constant('duplicate' as const), ratio }),
  fc.record({ rule: fc.constant('reorder' as const), ratio, delay }),
  fc.record({ rule: fc.constant('delay' as const), base: delay, jitter: delay }),
  fc.record({ rule: fc.constant('truncate' as const), length: fc.integer({ min: 0, max: 300 }), ratio }),
  fc.record({ rule: fc.constant('corrupt' as const), ratio }),
  fc.record({ rule: fc.constant('mtu' as const), size: fc.integer({ min: 28, max: 300 }) }),
  fc.record({ rule: fc.constant('rate' as const), bitRate: fc.constantFrom(1000, 1e6), queue: delay }),
  fc.record({ rule: fc.constant('blackout' as const), length: delay, start: delay }),
)

export const anyRules = fc.array(anyRule, { maxLength: 4 })
