import { describe, expect, test } from 'vitest'
import { PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import { createRunFacts, type RunFacts } from '../../../src/facts/run.ts'
import { ClosableRows } from '../../../src/machines/closable-rows.ts'
import { probePlan } from './plans.ts'

const TIMEOUT = 100

function factsOf(clients: number): { readonly facts: RunFacts; readonly ripe: ClosableRows } {
  const plan = probePlan({ clients, timeout: TIMEOUT })
  const facts = createRunFacts(plan, { name: 'kernel', icmp: 'none', truncation: 'program', timestamps: 'program' })
  return { facts, ripe: new ClosableRows(plan, facts) }
}

/** The client sends its probes up to sequence `to` − 1. */
function send({ probes }: RunFacts, client: number, to: number, now: number): void {
  for (let sequence = 0; sequence < to; sequence++) {
    const row = sequence * probes.clients + client
    const { sent } = probes.open(row)
    if (sent[row % PAGE_ROWS] === Infinity) sent[row % PAGE_ROWS] = now
  }
}

describe('closable rows', () => {
  test('a page is closable when its last probe is two timeouts old', () => {
    const { facts, ripe } = factsOf(1)
    send(facts, 0, PAGE_ROWS - 1, 0)
    ripe.advance(10_000)
    expect(ripe.end).toBe(0)
    send(facts, 0, PAGE_ROWS, 500)
    ripe.advance(500 + 2 * TIMEOUT - 1)
    expect(ripe.end).toBe(0)
    ripe.advance(500 + 2 * TIMEOUT)
    expect(ripe.end).toBe(PAGE_ROWS)
  })

  test.each([0, 1, 2])('it waits for the slowest client, number %i', slow => {
    const { facts, ripe } = factsOf(3)
    // 8192 rows are 2730 or 2731 probes of each of three clients.
    for (const client of [0, 1, 2]) send(facts, client, client === slow ? 2000 : 9000, 0)
    ripe.advance(10_000)
    expect(ripe.end).toBe(0)
    send(facts, slow, 2731, 20_000)
    ripe.advance(20_000)
    expect(ripe.end).toBe(0)
    ripe.advance(20_000 + 2 * TIMEOUT)
    expect(ripe.end).toBe(PAGE_ROWS)
    send(facts, slow, 9000, 30_000)
    ripe.advance(40_000)
    expect(ripe.end).toBe(3 * PAGE_ROWS)
  })

  test('more clients than a page has rows', () => {
    const clients = PAGE_ROWS + 10
    const { facts, ripe } = factsOf(clients)
    for (let client = 0; client < clients; client++) send(facts, client, client === PAGE_ROWS + 5 ? 0 : 1, 0)
    ripe.advance(10_000)
    expect(ripe.end).toBe(PAGE_ROWS)
    send(facts, PAGE_ROWS + 5, 1, 0)
    for (let client = 0; client < clients; client++) send(facts, client, 2, 10_000)
    ripe.advance(20_000)
    expect(ripe.end).toBe(2 * PAGE_ROWS)
  })
})
