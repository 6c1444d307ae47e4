import { beforeEach, describe, expect, test } from 'vitest'
import { OUTCOME, PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import { createRunFacts, type RunFacts } from '../../../src/facts/run.ts'
import { WindowExpiry } from '../../../src/machines/window-expiry.ts'
import { probePlan } from './plans.ts'

const TIMEOUT = 100
let facts: RunFacts
let freed: [client: number, now: number][]
let expiry: WindowExpiry

beforeEach(() => {
  const plan = probePlan({ clients: 2, window: 2, timeout: TIMEOUT })
  facts = createRunFacts(plan, { name: 'kernel', icmp: 'queue', truncation: 'kernel', timestamps: 'kernel' })
  freed = []
  expiry = new WindowExpiry(plan, facts, (client, now) => freed.push([client, now]))
})

/** Books the client's next probe as sent; returns its sequence. */
function send(client: number, at: number): number {
  const sequence = facts.clients[client]?.scheduled ?? 0
  const row = sequence * facts.probes.clients + client
  const page = facts.probes.open(row)
  page.sent[row % PAGE_ROWS] = at
  page.outcome[row % PAGE_ROWS] = OUTCOME.waiting
  Object.assign(facts.clients[client] ?? {}, { scheduled: sequence + 1 })
  return sequence
}

/** Books that a probe was answered. */
function answer(client: number, sequence: number, now: number): void {
  const row = sequence * facts.probes.clients + client
  facts.probes.open(row).outcome[row % PAGE_ROWS] = OUTCOME.whole
  expiry.settled(client, sequence, now)
}

describe('a slot becomes free', () => {
  test('when its probe is as old as the timeout, client by client', () => {
    send(0, 0)
    send(1, 30)
    expiry.expire(0)
    expect([freed, expiry.next]).toEqual([[], TIMEOUT])
    expiry.expire(TIMEOUT)
    expect([freed, expiry.next]).toEqual([[[0, TIMEOUT]], TIMEOUT + 30])
    expiry.expire(TIMEOUT + 30)
    expect(freed).toEqual([
      [0, TIMEOUT],
      [1, TIMEOUT + 30],
    ])
  })

  test('when its probe has its outcome, and not again by the timeout', () => {
    answer(0, send(0, 0), 5)
    send(0, 1)
    expiry.expire(TIMEOUT)
    expect(freed).toEqual([[0, 5]])
    expiry.expire(TIMEOUT + 1)
    expect(freed).toHaveLength(2)
  })

  test('by the timeout, and not again by a late reply', () => {
    const sequence = send(0, 0)
    expiry.expire(TIMEOUT)
    answer(0, sequence, TIMEOUT + 1)
    expect(freed).toEqual([[0, TIMEOUT]])
  })
})

test('with nothing in flight it is checked again after a timeout, and not before', () => {
  expiry.expire(7)
  expect(expiry.next).toBe(7 + TIMEOUT)
  send(0, -TIMEOUT)
  expiry.expire(6 + TIMEOUT)
  expect(freed).toEqual([])
})
