import { expect, test } from 'vitest'
import { createRelayFacts, type RelayFacts } from '../../../../src/facts/relay.ts'
import { createRelayTruth, type RelayTruth } from '../../../../src/facts/relay-truth.ts'
import {
  listeningEvent,
  listeningLine,
  statsEvent,
  statsText,
  summaryEvent,
  summaryText,
} from '../../../../src/runs/relay/lines.ts'
import type { RelayRun } from '../../../../src/runs/relay/run.ts'
import { AT } from '../../../helpers/local-time.ts'

const RUN: RelayRun = {
  engine: 'dgram',
  address: { address: '::1', port: 9001, family: 'udp6' },
  to: { address: '127.0.0.1', port: 9000, family: 'udp4' },
  seed: '17',
  truth: () => createRelayTruth(createRelayFacts(), '17'),
  stop: () => undefined,
  done: Promise.resolve(),
}

/** A relay that did everything once and saw `clients` clients. */
function busy(clients: number): RelayFacts {
  const facts = createRelayFacts()
  facts.clients = 9
  facts.clientsNow = clients
  Object.assign(facts.up.datagrams, { seen: 12, forwarded: 9, dropped: 1, duplicated: 2, reordered: 3, delayed: 4 })
  Object.assign(facts.up.datagrams, { truncated: 5, corrupted: 6, queueDropped: 7, refused: 8, abandoned: 9 })
  facts.up.receipts.seen = 99
  return facts
}

const EACH =
  '12 seen, 9 forwarded, 1 dropped, 2 duplicated, 3 reordered, 4 delayed, 5 truncated, 6 corrupted, ' +
  '7 dropped by a full queue, 8 refused by our kernel, 9 abandoned'

test('the ready line, and the same as an event', () => {
  expect(listeningLine(RUN)).toBe('listening udp6 [::1]:9001 to=127.0.0.1:9000 seed=17 engine=dgram\n')
  expect(JSON.parse(listeningEvent(RUN))).toEqual({
    event: 'listening',
    at: AT,
    family: 'udp6',
    host: '::1',
    port: 9001,
    to: '127.0.0.1:9000',
    seed: '17',
    engine: 'dgram',
  })
  expect(listeningEvent(RUN)).toMatch(/^[^\n]+\n$/u)
})

test('counts so far, in one line, without receipts traffic', () => {
  expect(statsText(busy(2))).toBe(`2 clients · up ${EACH} · down 0 seen, 0 forwarded`)
  expect(statsText(busy(1))).toMatch(/^1 client · up /u)
})

test('the same as an event', () => {
  const { up, down, clients } = createRelayTruth(busy(2), '')
  expect(JSON.parse(statsEvent(busy(2), 'then'))).toEqual({ event: 'stats', at: AT, time: 'then', up, down, clients })
})

function truthOf(change: (facts: RelayFacts) => void): RelayTruth {
  const facts = createRelayFacts()
  change(facts)
  return createRelayTruth(facts, '17')
}

test('the summary has only what happened', () => {
  expect(summaryText(truthOf(() => undefined))).toBe(
    'clients  0\nup       0 seen, 0 forwarded\ndown     0 seen, 0 forwarded\n',
  )
})

test('the summary has each loss that the rules did not cause, and a hint', () => {
  const text = summaryText(
    truthOf(facts => {
      facts.up.kernelDrops = 3
      facts.down.kernelDrops = 4
      facts.clientsEvicted = 5
      facts.unreachable = 6
      facts.ignored.own = 1
      facts.ignored.clientRate = 8
      facts.loops = 2
      facts.actions.omitted = 7
    }),
  )
  expect(text.split('\n').slice(3)).toEqual([
    "lost     3 up, 4 down, in the relay's own full receive buffers: raise --recv-buffer",
    'evicted  5 clients to make room for others: raise --max-clients',
    "closed   6 ICMP errors from the server's host: nothing listens there",
    'ignored  1 datagram from the relay itself',
    'ignored  8 datagrams over the limit of new clients per second',
    'loop     datagrams to the server came back to the relay (2 times): name another --to',
    'omitted  7 actions are counted but not listed in the record',
    '',
  ])
})

test('the summary has an ICMP error also of a server that has answered', () => {
  const text = summaryText(
    truthOf(facts => {
      facts.down.datagrams.seen = 1
      facts.unreachable = 1
      facts.receiveErrors['ENOMEM'] = 2
    }),
  )
  expect(text.split('\n').slice(3)).toEqual([
    "closed   1 ICMP error from the server's host: nothing listened there at that time, or on one of its addresses",
    'failed   to receive 2 times: our own kernel refused it (ENOMEM)',
    '',
  ])
})

test('the summary as an event: the record without its lists', () => {
  const { up, down, receipts, clients } = createRelayTruth(busy(2), '17')
  expect(JSON.parse(summaryEvent(createRelayTruth(busy(2), '17')))).toEqual({
    event: 'summary',
    at: AT,
    up,
    down,
    receipts,
    clients,
  })
  const closed = truthOf(facts => {
    facts.clientsEvicted = 1
    facts.unreachable = 2
  })
  expect(JSON.parse(summaryEvent(closed))).toMatchObject({ clientsEvicted: 1, unreachable: 2 })
})
