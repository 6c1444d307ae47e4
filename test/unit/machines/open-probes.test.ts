import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../src/base/nanos.ts'
import { OUTCOME, PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import { createRunFacts, type RunFacts } from '../../../src/facts/run.ts'
import { OpenProbes } from '../../../src/machines/open-probes.ts'
import { probePlan } from './plans.ts'
import { rowOf } from './rows.ts'

/** Two clients with probes sent at these times. */
function opened(...sent: readonly (readonly number[])[]): { readonly facts: RunFacts; readonly open: OpenProbes } {
  const plan = probePlan({ clients: 2 })
  const facts = createRunFacts(plan, { name: 'kernel', icmp: 'queue', truncation: 'kernel', timestamps: 'kernel' })
  const open = new OpenProbes(plan, facts)
  sent.forEach((times, client) => {
    times.forEach((time, sequence) => {
      const row = sequence * 2 + client
      const page = facts.probes.open(row)
      page.sent[row % PAGE_ROWS] = time
      page.outcome[row % PAGE_ROWS] = OUTCOME.waiting
      open.count += 1
    })
    Object.assign(facts.clients[client] ?? {}, { scheduled: times.length })
  })
  return { facts, open }
}

describe('open', () => {
  test('are sent probes without an outcome', () => {
    const { open } = opened([1, 2], [1])
    expect([-1, 0, 1, 2, 1e9].map(sequence => open.has(0, sequence))).toEqual([false, true, true, false, false])
    expect(open.has(1, 1)).toBe(false)
    open.fail(0, 1, OUTCOME.refused, 90, 3)
    expect([open.has(0, 1), open.count]).toEqual([false, 2])
  })

  test('a probe fails once, and only if it is open', () => {
    const { facts, open } = opened([1, 2])
    open.fail(0, 0, OUTCOME.refused, 90, 3)
    open.fail(0, 0, OUTCOME.unreachable, 7, 3)
    for (const sequence of [-1, 2, 1e9]) open.fail(0, sequence, OUTCOME.refused, 90, 3)
    expect(rowOf(facts, 0, 0)).toMatchObject({ outcome: OUTCOME.refused, detail: 90 })
    expect(rowOf(facts, 0, 2).outcome).toBe(OUTCOME.unscheduled)
    expect([open.count, facts.probes.pages.length]).toEqual([1, 1])
  })
})

describe('the newest open probe', () => {
  test('of the client, below a sequence', () => {
    const { open } = opened([1, 2, 3], [1])
    open.fail(0, 2, OUTCOME.refused, 90, 3)
    expect([open.newest(0), open.newest(0, 1), open.newest(0, 0), open.newest(1)]).toEqual([1, 0, -1, 0])
  })

  test('none on a retired page', () => {
    const { facts, open } = opened([1])
    facts.probes.retire()
    expect(open.newest(0)).toBe(-1)
  })
})

test('when the last open probe was sent', () => {
  const { open } = opened([SECOND, 4 * SECOND], [2 * SECOND, 3 * SECOND])
  const last = [open.lastSent()]
  for (const [client, sequence] of [[0, 1] as const, [1, 1] as const, [1, 0] as const, [0, 0] as const]) {
    open.fail(client, sequence, OUTCOME.refused, 90, 5 * SECOND)
    last.push(open.lastSent())
  }
  expect(last).toEqual([4 * SECOND, 3 * SECOND, 2 * SECOND, SECOND, -Infinity])
})
