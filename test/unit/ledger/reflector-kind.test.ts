import { expect, test } from 'vitest'
import { createStampFacts } from '../../../src/facts/stamp.ts'
import { joinRuns } from '../../../src/facts/joined-runs.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { reflectorKind } from '../../../src/ledger/reflector-kind.ts'
import { stampPlan } from '../machines/plans.ts'
import { craftedSession } from './counted/crafted-session.ts'
import { answered, crafted } from './crafted.ts'

const _ = undefined

test.each([
  ['two numbers for a probe that was sent twice', [0, 1, 3], [[1, 2]], 'stateful'],
  ['one number for both', [0, 1, 2], [[1, 1]], 'stateless'],
  ['a number that is not the sender’s', [0, _, 1], [], 'stateful'],
  ['the same of a copy alone', [_, _], [[1, 0]], 'stateful'],
  ['the sender’s numbers only, which proves nothing', [0, 1, 2], [], 'unproved'],
  ['a copy without a reply', [0, 1, 2], [[1]], 'unproved'],
  ['a copy of a probe without a reply, and the sender’s number', [0, _, 2], [[1, 1]], 'unproved'],
  ['a closing probe with the sender’s number', [0, _], [[2, 2]], 'unproved'],
  ['no reply', [_, _], [[1]], 'unproved'],
  ['a number that never changes', [0, 0, 0], [[1, 0]], 'unproved'],
  ['a stateless one, whose replies are a single one', [_, 1], [[1, 1]], 'stateless'],
] as const)('%s', (_name, numbers, extras, kind) => {
  const facts = craftedSession(numbers, extras)
  expect(reflectorKind(facts)).toBe(kind)
  expect(analyzeRun(facts).reflector).toMatchObject({ kind })
})

test('a request that the path copied got two numbers', () => {
  expect(reflectorKind(craftedSession([0, 1], [], [[1, 2]]))).toBe('stateful')
})

test('Direct Measurement counts, whatever the sequence numbers are', () => {
  const withDirect = (numbers: readonly number[], counts: 'sequence' | 'direct'): string => {
    const facts = craftedSession(numbers, [], [], { protocol: stampPlan({ tlvs: ['direct'] }) })
    facts.stamp = { ...createStampFacts(1), counts }
    return reflectorKind(facts)
  }
  expect(withDirect([5, 6, 7], 'direct')).toBe('direct')
  expect(withDirect([0, 1, 2], 'direct')).toBe('direct')
  expect(withDirect([0, 1, 2], 'sequence')).toBe('unproved')
  // It counts something else than these packets.
  expect(withDirect([7, 7, 7], 'direct')).toBe('unproved')
})

test('in joined runs each session has its own numbers', () => {
  const runs = [craftedSession([0, 1], [[1, 1]]), craftedSession([0, 1], [[1, 1]])] as const
  expect(
    reflectorKind(
      joinRuns([
        { facts: runs[0], began: 0 },
        { facts: runs[1], began: 1e9 },
      ]),
    ),
  ).toBe('stateless')
})

test("a run of udptool's own protocol has no reflector", () => {
  expect(analyzeRun(crafted([answered()])).reflector).toBeUndefined()
})
