import { describe, expect, test } from 'vitest'
import { runClient, runProber } from '../helpers/peers.ts'
import { requireIpv6 } from '../helpers/tools.ts'
import { events, HOSTED, startServe, summaryOf } from '../helpers/udptool.ts'

const SIZES = '0,1,2,3,4,5,7,8,12,13,15,16,17,31,32,33,34,63,64,65,117,128,500,1023,1024,1025,1472,1473,4000,8192,8193'
const LARGEST = '16384,32768,50001,65506,65507'

describe('a server in mode upper', () => {
  test('answers 0 to 65507 bytes with bytes.upper() of Python', async () => {
    await using server = await startServe()
    const client = await runClient(server.at, '--sizes', `${SIZES},${LARGEST}`, '--all-bytes')
    expect(client).toMatchObject({ sent: 37, right: 37, missing: 0, wrong: [] })
  })

  test('changes only ASCII letters, in no text encoding', async () => {
    await using server = await startServe([], HOSTED)
    const texts = ['straße', 'ÿ µ ŉ', 'ﬁne', 'ı i', '日本語 abc'].flatMap(text => ['--text', text])
    const client = await runClient(
      server.at,
      ...texts,
      '--hex',
      'c3',
      '--hex',
      'ff61fe7a',
      '--hex',
      '5b607b',
      '--hex',
      '6e6f007a65726f',
    )
    expect(client).toMatchObject({ sent: 9, right: 9, wrong: [] })
  })

  test('answers 150 clients at once, each with its own bytes', async () => {
    await using server = await startServe(['--json'], HOSTED)
    const client = await runClient(server.at, '--clients', '150', '--sizes', '1,100,1400,4000', '--rounds', '5')
    expect(client).toMatchObject({ sent: 3000, right: 3000, missing: 0, wrong: [] })
    const summary = summaryOf(await server.stop())
    expect(new Set(summary.peers?.map(peer => peer.port))).toEqual(new Set(client.ports))
    expect(summary.peers?.length).toBe(150)
    expect(new Set(summary.peers?.map(peer => `${peer.address} ${peer.received} ${peer.replied}`))).toEqual(
      new Set(['127.0.0.1 20 20']),
    )
  })

  test.skipIf(!requireIpv6())('answers over IPv6', async () => {
    await using server = await startServe(['--host', '::1'], HOSTED)
    expect(server.ready).toMatch(/^listening udp6 \[::1\]:\d+ mode=upper engine=\w+$/)
    const client = await runClient(server.at, '--sizes', '0,1,1472,65507,65527', '--all-bytes')
    expect(client).toMatchObject({ sent: 6, right: 6, wrong: [] })
  })
})

describe('other answers', () => {
  test('--mode echo returns every byte unchanged', async () => {
    await using server = await startServe(['--mode', 'echo'], HOSTED)
    const client = await runClient(server.at, '--expect', 'same', '--sizes', '0,1,1472,65507', '--all-bytes')
    expect(client).toMatchObject({ sent: 5, right: 5, wrong: [] })
  })

  test('--reply sends the same answer to all requests, also to shorter ones', async () => {
    await using server = await startServe(['--reply', 'grüß dich'], HOSTED)
    const client = await runClient(server.at, '--expect', 'text:grüß dich', '--sizes', '0,1,2000', '--clients', '5')
    expect(client).toMatchObject({ sent: 15, right: 15, wrong: [] })
  })

  test('--recv-size 1024 reads 1024 bytes of each datagram, and the next read returns the next datagram', async () => {
    await using server = await startServe(['--recv-size', '1024', '--json'], HOSTED)
    const client = await runClient(server.at, '--cut', '1024', '--sizes', '1023,1024,1025,4000,3,65507')
    expect(client).toMatchObject({ sent: 6, right: 6, wrong: [] })
    expect(summaryOf(await server.stop())).toMatchObject({ received: 6, replied: 6, truncated: 3 })
  })

  test('--delay does not delay other answers: 40 clients are served in parallel, each after a second', async () => {
    await using server = await startServe(['--delay', '1s'], HOSTED)
    const client = await runClient(server.at, '--clients', '40', '--sizes', '100', '--timeout', '20')
    expect(client).toMatchObject({ sent: 40, right: 40, missing: 0 })
  })

  test('--mode discard counts datagrams without an answer, but answers receipts requests', async () => {
    await using server = await startServe(['--mode', 'discard', '--json'], HOSTED)
    const prober = await runProber(server.at, '--no-replies', '--count', '8', '--skip', '3')
    expect(prober.receipts).toMatchObject({ kind: 'T', distinct: 7, answered: 0, withheld: 7, count: 8 })
    const states = ['withheld', 'withheld', 'withheld', 'notReceived', 'withheld', 'withheld', 'withheld', 'withheld']
    expect(prober.receipts?.states).toEqual(states)
    expect(summaryOf(await server.stop()).dropped).toMatchObject({ discard: 7 })
  })
})

describe('a Python prober written from docs/wire-format.md', () => {
  test('receives kind R and right evidence with every reply', async () => {
    await using server = await startServe([], HOSTED)
    const prober = await runProber(server.at, '--count', '5', '--size', '200', '--repeat', '1')
    expect(prober).toMatchObject({ sent: 6, missing: 0, wrong: [] })
    expect(prober.replies.map(reply => reply.kind).join('')).toBe('RRRRRR')
    expect(prober.replies.every(reply => reply.checkRight && reply.slot.checkRight)).toBe(true)
    expect(prober.replies.map(reply => reply.slot.received)).toEqual([1, 2, 2, 3, 4, 5])
    expect(new Set(prober.replies.map(reply => reply.slot.seen))).toEqual(new Set([200]))
  })

  test('receives receipts with the probes that arrived once, twice and never', async () => {
    await using server = await startServe([], HOSTED)
    const prober = await runProber(server.at, '--count', '7', '--skip', '0,5', '--repeat', '2,3')
    const totals = { kind: 'T', checkRight: true, bodyRight: true, distinct: 5, copies: 2, answered: 5, withheld: 0 }
    expect(prober.receipts).toMatchObject({ ...totals, sequence: 0, from: 0, count: 7 })
    const states = ['notReceived', 'answered', 'answered', 'answered', 'answered', 'notReceived', 'answered']
    expect(prober.receipts?.states).toEqual(states)
    expect(prober.totals).toMatchObject({ ...totals, sequence: 1, count: 0 })
    expect(prober.totals?.length).toBeLessThanOrEqual(160)
    expect(prober.unknownRun).toMatchObject({ kind: 'T', distinct: 0, bodyRight: true })
  })

  test('receives the length that the server read if the network has truncated a probe', async () => {
    await using server = await startServe([], HOSTED)
    const prober = await runProber(server.at, '--count', '3', '--size', '400', '--cut', '300')
    expect(prober).toMatchObject({ missing: 0, wrong: [] })
    expect(prober.replies.map(reply => [reply.kind, reply.length, reply.slot.seen])).toEqual([
      ['R', 300, 300],
      ['R', 300, 300],
      ['R', 300, 300],
    ])
  })

  test('receives a damaged slot unchanged: the server does not fill it', async () => {
    await using server = await startServe([], HOSTED)
    const prober = await runProber(server.at, '--count', '1')
    expect(prober.damagedSlot).toEqual({ kind: 'D', same: true })
  })
})

test('with --json every event is a line, and the summary has the counts of the Python client', async () => {
  await using server = await startServe(['--json'])
  const client = await runClient(server.at, '--clients', '3', '--sizes', '0,10,1400')
  const finished = await server.stop()
  const [listening] = events(finished)
  expect(listening).toMatchObject({
    event: 'listening',
    family: 'udp4',
    host: '127.0.0.1',
    port: server.port,
    mode: 'upper',
  })
  expect(['dgram', 'kernel']).toContain(listening?.engine)
  expect(summaryOf(finished)).toMatchObject({
    received: client.sent,
    replied: client.replies,
    bytesReceived: client.bytesSent,
    bytesReplied: client.bytesReceived,
    truncated: 0,
    dropped: {},
  })
})
