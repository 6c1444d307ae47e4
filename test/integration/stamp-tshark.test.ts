import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { layoutOf, readErrorEstimate, readSenderSequence, readSequence } from '../../src/wire/stamp/packet.ts'
import { readTimestamp } from '../../src/wire/stamp/timestamp.ts'
import { runStampSender, startPythonReflector, startStampServe } from '../helpers/stamp-peers.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'
import { runHosted } from '../helpers/udptool.ts'

const FIELDS = [
  'udp.dstport',
  'udp.payload',
  'twamp.test.seq_number',
  'twamp.test.timestamp',
  'twamp.test.error_estimate',
  'twamp.test.receive_timestamp',
  'twamp.test.sender_seq_number',
  'twamp.test.sender_timestamp',
  'twamp.test.sender_error_estimate',
  'twamp.test.sender_ttl',
] as const

interface Packet {
  readonly isReply: boolean
  readonly sequence: number
  readonly timestamp: bigint
  readonly estimate: number
  readonly received: bigint
  readonly senderSequence: number
  readonly senderTimestamp: bigint
  readonly senderEstimate: number
  readonly ttl: number
}

/** A time of tshark, such as `Nov 30, 2026 21:06:27.149945540 UTC`, in nanoseconds since 1970. */
function nanosOf(text: string): bigint {
  const [, before = '', fraction = '', after = ''] = /^(.+)\.(\d{9})(.*)$/.exec(text) ?? []
  return BigInt(Date.parse(`${before}${after}`)) * 1_000_000n + BigInt(fraction)
}

/** What udptool reads in the same octets. A timestamp of zeros is no time; tshark shows 1970. */
function readByUdptool(payload: Buffer, isReply: boolean): Packet {
  const layout = layoutOf(false)
  const time = (at: number): bigint => {
    const moment = { seconds: 0, nanos: 0 }
    readTimestamp(payload, at, 'ntp', moment)
    return BigInt(moment.seconds) * 1_000_000_000n + BigInt(moment.nanos)
  }
  return {
    isReply,
    sequence: readSequence(payload, 0),
    timestamp: time(layout.timestamp),
    estimate: readErrorEstimate(payload, 0, layout),
    received: time(layout.received),
    senderSequence: readSenderSequence(payload, 0, layout),
    senderTimestamp: time(layout.senderTimestamp),
    senderEstimate: payload.readUInt16BE(layout.senderErrorEstimate),
    ttl: payload[layout.senderTtl] ?? -1,
  }
}

/** The packets of a capture, each as tshark reads it, once it is equal to what udptool reads. */
function dissect(capture: string, port: number): readonly Packet[] {
  const decoder = ['-r', capture, '-d', `udp.port==${port},twamp.test`]
  const args = [...decoder, '-T', 'fields', '-E', 'separator=|', ...FIELDS.flatMap(field => ['-e', field])]
  const output = execFileSync('tshark', args, { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' }, stdio: 'pipe' })
  return output
    .trimEnd()
    .split('\n')
    .map(line => {
      const [to, payload = '', sequence, sent = '', estimate, received = '', senderSequence, first = '', copied, ttl] =
        line.split('|')
      const packet = {
        isReply: Number(to) !== port,
        sequence: Number(sequence),
        timestamp: nanosOf(sent),
        estimate: Number(estimate),
        received: nanosOf(received),
        senderSequence: Number(senderSequence),
        senderTimestamp: nanosOf(first),
        senderEstimate: Number(copied),
        ttl: Number(ttl),
      }
      const own = readByUdptool(Buffer.from(payload.replaceAll(':', ''), 'hex'), packet.isReply)
      // Both round a fraction of 2^-32 s to a nanosecond.
      const near = (one: bigint, other: bigint): bigint => (one - other <= 1n && other - one <= 1n ? one : other)
      expect({
        ...own,
        timestamp: near(packet.timestamp, own.timestamp),
        received: near(packet.received, own.received),
        senderTimestamp: near(packet.senderTimestamp, own.senderTimestamp),
      }).toEqual(packet)
      return packet
    })
}

test.runIf(requireTool('tshark'))('tshark reads the packets of stamp send as udptool does', async () => {
  const capture = join(temporaryFolder(), 'send.pcap')
  await using reflector = await startPythonReflector('--capture', capture)
  const sent = ['--count', '5', '--interval', '5ms', '--timeout', '20s', '--size', '80', '--json']
  const run = await runHosted(['stamp', 'send', '--to', reflector.at, ...sent])
  expect(run.json().ledger.fates).toEqual({ intact: 5 })
  const packets = dissect(capture, reflector.port)
  const requests = packets.filter(({ isReply }) => !isReply)
  const replies = packets.filter(({ isReply }) => isReply)
  expect([...new Set(requests.map(({ sequence }) => sequence))]).toEqual([0, 1, 2, 3, 4])
  // What a request must not have (RFC 8762 section 4.2.1).
  for (const { received, senderSequence, senderEstimate, ttl } of requests)
    expect([received, senderSequence, senderEstimate, ttl]).toEqual([0n, 0, 0, 0])
  // Stateless: every reply has number, time and error estimate of a request.
  const keys = (of: readonly Packet[], reply: boolean): readonly string[] =>
    of.map(packet =>
      reply
        ? `${packet.senderSequence} ${packet.senderTimestamp} ${packet.senderEstimate}`
        : `${packet.sequence} ${packet.timestamp} ${packet.estimate}`,
    )
  expect(keys(replies, true)).toEqual(keys(requests, false))
  expect(replies.map(({ ttl }) => ttl)).toEqual(replies.map(() => 255))
})

test.runIf(requireTool('tshark'))('tshark reads the replies of stamp serve as udptool does', async () => {
  const capture = join(temporaryFolder(), 'serve.pcap')
  await using server = await startStampServe('--stateful')
  const sent = ['--stateful', '--count', '4', '--first', '9', '--ttl', '77', '--size', '80', '--capture', capture]
  expect(await runStampSender(server.at, ...sent)).toMatchObject({ sent: 4, wrong: [] })
  const replies = dissect(capture, server.port).filter(({ isReply }) => isReply)
  expect(replies.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3])
  expect(replies.map(({ senderSequence }) => senderSequence)).toEqual([9, 10, 11, 12])
  expect(replies.map(({ ttl }) => ttl)).toEqual([77, 77, 77, 77])
  expect(replies.filter(({ received, timestamp }) => received > timestamp)).toEqual([])
  // A Multiplier of 0 is forbidden (RFC 4656 section 4.1.2).
  expect(replies.filter(({ estimate }) => (estimate & 0xff) === 0)).toEqual([])
})
