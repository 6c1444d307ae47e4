import { expect, test } from 'vitest'
import { createRelayTruth } from '../../../src/facts/relay-truth.ts'
import { countedAs, createRelayFacts } from '../../../src/facts/relay.ts'
import { NO_COUNTS } from '../../helpers/relay-counts.ts'

test('a relay without traffic', () => {
  expect(createRelayTruth(createRelayFacts(), '17')).toEqual({
    schema: 'udptool/relay/1',
    seed: '17',
    up: NO_COUNTS,
    down: NO_COUNTS,
    receipts: { up: NO_COUNTS, down: NO_COUNTS },
    clients: 0,
    runs: {},
    others: {},
  })
})

test('every field', () => {
  const facts = createRelayFacts()
  facts.up.datagrams.seen = 4
  facts.up.kernelDrops = 3
  facts.down.kernelDrops = 0
  facts.up.receipts.seen = 2
  facts.down.receipts.delayed = 1
  facts.clients = 5
  facts.clientsEvicted = 1
  facts.unreachable = 6
  facts.ignored.loop = 9
  facts.loops = 2
  facts.actions.add({ run: 0xab, sequence: 4_294_967_295 }, 'up', 'dropped')
  facts.actions.add({ client: '[::1]:5', arrival: 12 }, 'down', 'duplicated')
  facts.actions.omitted = 8
  expect(createRelayTruth(facts, '1')).toEqual({
    schema: 'udptool/relay/1',
    seed: '1',
    up: { ...NO_COUNTS, seen: 4, kernelDropped: 3 },
    down: { ...NO_COUNTS, kernelDropped: 0 },
    receipts: { up: { ...NO_COUNTS, seen: 2 }, down: { ...NO_COUNTS, delayed: 1 } },
    clients: 5,
    clientsEvicted: 1,
    unreachable: 6,
    ignored: { loop: 9 },
    loops: 2,
    runs: { '000000AB': { '4294967295': ['up:dropped'] } },
    others: { '[::1]:5': { 'down 12': ['down:duplicated'] } },
    omitted: 8,
  })
})

test('it is a copy: later datagrams do not change it', () => {
  const facts = createRelayFacts()
  facts.actions.add({ run: 1, sequence: 0 }, 'up', 'dropped')
  const truth = createRelayTruth(facts, '1')
  const before = structuredClone(truth)
  facts.up.datagrams.seen += 1
  facts.up.receipts.seen += 1
  facts.actions.add({ run: 1, sequence: 0 }, 'down', 'dropped')
  facts.actions.add({ run: 2, sequence: 0 }, 'up', 'dropped')
  expect(truth).toEqual(before)
})

test('a packet that is too big counts as dropped, every other impairment by its own name', () => {
  const kinds = [
    'dropped',
    'tooBig',
    'queueDropped',
    'duplicated',
    'reordered',
    'delayed',
    'truncated',
    'corrupted',
  ] as const
  expect(kinds.map(countedAs)).toEqual(kinds.map(kind => (kind === 'tooBig' ? 'dropped' : kind)))
})
