import { expect, test } from 'vitest'
import { SECOND } from '../../../src/base/nanos.ts'
import { DROP_REASONS } from '../../../src/facts/drop-reason.ts'
import { createServerLog, type LoggedPeer } from '../../../src/facts/server-log.ts'
import { asReply, ask, probeBytes, requestBytes, textBytes } from './datagrams.ts'
import { OWN_PORT, ServerHarness } from './server-harness.ts'

const EAGAIN = 11
const ENOBUFS = 105
const PEERS = [{}, { address: '10.0.0.2' }]

/** What was logged since the last call, without times and addresses. */
function logged({ facts }: ServerHarness): Partial<LoggedPeer>[] {
  const { entries } = facts.log ?? createServerLog()
  return entries.splice(0).map(({ time: _time, address: _address, port: _port, ...rest }) => rest)
}

test('without logs nothing is logged', () => {
  const bench = new ServerHarness({ deny: ['127.0.0.1'] })
  bench.receive(textBytes('hello'))
  expect(bench.facts.log).toBeUndefined()
})

test('a peer is logged once, with its first datagram, as it arrived', () => {
  const bench = new ServerHarness({ logs: true }, PEERS)
  bench.now = 3_000_001
  bench.receive(probeBytes(300), 0)
  // The harness began 1 ns before a second.
  expect(bench.facts.log?.entries).toEqual([
    { time: 1_700_000_001_003, address: '127.0.0.1', port: 40_000, kind: 'probe', length: 300 },
  ])
  logged(bench)
  ask(bench)
  bench.receive(textBytes('x'), 0)
  bench.receiveTrain([textBytes('abcd'), textBytes('efgh'), textBytes('ij')], 1)
  expect(logged(bench)).toEqual([{ kind: 'plain', length: 4 }])
})

test.each([
  ['probe', probeBytes(200)],
  ['probe', textBytes('udt1q')],
  ['request', requestBytes()],
  ['reply', asReply(probeBytes(200))],
  ['plain', textBytes('UDT1')],
  ['plain', textBytes('UDT1Z')],
  ['plain', textBytes('')],
])('the first bytes decide the kind: %s', (kind, bytes) => {
  const bench = new ServerHarness({ logs: true })
  bench.receive(bytes)
  expect(logged(bench)[0]).toEqual({ kind, length: bytes.length })
})

test('each reason of a peer is logged once, with the datagram', () => {
  const bench = new ServerHarness({ logs: true }, PEERS)
  bench.receive(asReply(probeBytes(200)), 0)
  bench.receive(asReply(probeBytes(300)), 0)
  bench.ttl = 1
  bench.receive(textBytes('hello'), 0)
  bench.receive(textBytes('hello'), 0)
  bench.receive(textBytes('hi'), 1)
  expect(logged(bench)).toEqual([
    { kind: 'reply', length: 200 },
    { reason: 'kind', kind: 'reply', length: 200 },
    { reason: 'hops', kind: 'plain', length: 5 },
    { kind: 'plain', length: 2 },
    { reason: 'hops', kind: 'plain', length: 2 },
  ])
  expect(bench.facts.dropped).toMatchObject({ kind: 2, hops: 3 })
})

test('each reason for which a datagram is not answered has its own line', () => {
  const plans = {
    denied: new ServerHarness({ logs: true, deny: ['127.0.0.1'] }),
    discard: new ServerHarness({ logs: true, mode: 'discard' }),
    rate: new ServerHarness({ logs: true, maxRate: 1 }),
    sourceRate: new ServerHarness({ logs: true, sourceCap: { answers: 1, onLoopback: true } }),
    sourcePort: new ServerHarness({ logs: true }, [{ port: OWN_PORT }]),
    unreachable: new ServerHarness({ logs: true }, [{ address: '10.0.0.1' }]),
  }
  plans.unreachable.machine.guard.suspend('10.0.0.1', 0)
  for (const [reason, bench] of Object.entries(plans)) {
    for (let n = 0; n < 5; n++) bench.receive(textBytes('hello'))
    expect(logged(bench)).toEqual([
      { kind: 'plain', length: 5 },
      { reason, kind: 'plain', length: 5 },
    ])
  }
})

test('a delayed answer that is not sent at the end is logged without its datagram', () => {
  const bench = new ServerHarness({ logs: true, delay: 60 * SECOND })
  bench.receive(textBytes('hello'))
  bench.machine.stop(bench.now)
  bench.receive(textBytes('hello'))
  bench.now = 2 * SECOND
  bench.send()
  expect(logged(bench)).toEqual([{ kind: 'plain', length: 5 }, { reason: 'shutdown' }])
  expect(bench.facts.dropped.shutdown).toBe(2)
})

test('an answer that the kernel refuses is logged; one that waits for room only when it is given up', () => {
  const bench = new ServerHarness({ logs: true }, PEERS)
  bench.receive(textBytes('x'), 0)
  const first = bench.token
  bench.receive(textBytes('x'), 1)
  logged(bench)
  bench.machine.unsent.stalled(first, 0, 1, bench.now)
  expect(logged(bench)).toEqual([])
  bench.machine.unsent.abandoned(first, bench.now)
  bench.machine.refused(0, bench.token, 1, ENOBUFS, bench.now, 1, 1)
  bench.machine.refused(0, bench.token, 1, ENOBUFS, bench.now, 1, 1)
  bench.machine.refused(0, bench.token, 1, EAGAIN, bench.now, 1, 1)
  expect(logged(bench)).toEqual([{ reason: 'sendBufferFull' }, { reason: 'sendFailed' }, { reason: 'sendBufferFull' }])
})

test('a peer that was evicted is new again, and an answer that waits for it is not logged', () => {
  const bench = new ServerHarness({ logs: true, delay: 60 * SECOND, deny: ['10.0.0.2'] }, PEERS)
  bench.receive(textBytes('x'), 0)
  bench.receive(textBytes('x'), 1)
  bench.machine.evict(0)
  bench.machine.evict(1)
  bench.receive(textBytes('x'), 1)
  bench.machine.stop(bench.now)
  bench.now = 2 * SECOND
  bench.send()
  const denied = { reason: 'denied', kind: 'plain', length: 1 }
  const peer = { kind: 'plain', length: 1 }
  expect(logged(bench)).toEqual([peer, peer, denied, peer, denied])
})

test('every reason has a bit of its own', () => {
  expect(DROP_REASONS.length).toBeLessThan(31)
})
