import { describe, expect, test } from 'vitest'
import { Arena } from '../../../../../src/engine/kernel/system/arena.ts'
import { ReceiveBatch } from '../../../../../src/engine/kernel/socket/receive-batch.ts'
import { MILLISECOND } from '../../../../../src/base/nanos.ts'
import { UNSEEN } from '../../../../../src/machines/machine.ts'
import { kernelMissing, openEnd, pattern, python, testLibc } from '../kernel.ts'
import { failure } from '../../../../helpers/refused.ts'

/** Sends datagrams of these sizes. Byte i of datagram n is (i * 7 + n * 31 + (i >> 8)) % 256, as in `pattern`. */
const SEND = `
import socket, sys
host, port, options, *sizes = sys.argv[1:]
s = socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET, socket.SOCK_DGRAM)
for option in filter(None, options.split()):
    s.setsockopt(*map(int, option.split(',')))
for n, size in enumerate(map(int, sizes)):
    s.sendto(bytes((i * 7 + n * 31 + (i >> 8)) & 255 for i in range(size)), (host, int(port)))
print(s.getsockname()[1])
`
const EBADF = 9

describe.skipIf(kernelMissing)('ReceiveBatch', () => {
  test('every datagram with its bytes, length, sender and time', async () => {
    const end = openEnd()
    const sizes = [0, 1, 64, 1472, 9000, 65_507]
    const before = Date.now()
    const port = Number(python(SEND, '127.0.0.1', end.socket.bound.port, '', ...sizes))
    const after = Date.now()
    expect(end.take()).toBe(sizes.length)
    const { inbox } = end
    for (const [m, size] of sizes.entries()) {
      expect(end.bytes(m)).toEqual(pattern(size, m))
      expect([inbox.size[m], inbox.whole[m], inbox.stride[m]]).toEqual([size, size, size])
      expect([inbox.socket[m], inbox.fragment[m], inbox.drops[m]]).toEqual([3, UNSEEN, UNSEEN])
      expect(end.flows.peer(inbox.flow[m] ?? -1)).toEqual({ address: '127.0.0.1', port, family: 'udp4' })
      const arrived = (inbox.arrived[m] ?? 0) / MILLISECOND
      expect(arrived >= before && arrived < after + 1).toBe(true)
    }
    expect(end.take()).toBe(0)
    expect(inbox.count).toBe(0)
  })

  test('stamps are converted to time since the epoch', () => {
    const end = openEnd()
    const before = Date.now()
    python(SEND, '127.0.0.1', end.socket.bound.port, '', 1)
    const after = Date.now()
    const seconds = Math.floor(before / 1000) - 1000
    end.receive.take(end.socket.fd, 0, -1, { seconds, nanos: 250_000_000 })
    const arrived = seconds * 1000 + 250 + (end.inbox.arrived[0] ?? 0) / MILLISECOND
    expect(arrived >= before && arrived < after + 1).toBe(true)
  })

  test('a datagram longer than the read size is truncated by the kernel, and its true length reported', () => {
    const end = openEnd({}, { readSize: 1024 })
    python(SEND, '127.0.0.1', end.socket.bound.port, '', 1023, 1024, 1025, 4000, 0)
    expect(end.take()).toBe(5)
    expect([...end.inbox.size.subarray(0, 5)]).toEqual([1023, 1024, 1024, 1024, 0])
    expect([...end.inbox.whole.subarray(0, 5)]).toEqual([1023, 1024, 1025, 4000, 0])
    expect(end.bytes(3)).toEqual(pattern(4000, 3).subarray(0, 1024))
    const behind = (end.inbox.at[3] ?? 0) + 1024
    expect(end.arena.bytes.subarray(behind, behind + 2976).every(byte => byte === 0)).toBe(true)
  })

  test.each(['udp4', 'udp6'] as const)(
    '%s: evidence is read only while it is requested, also for datagrams that were queued before',
    family => {
      const end = openEnd({ family })
      const { address, port } = end.socket.bound
      const marked = family === 'udp4' ? '0,1,185' : '41,67,185'
      const send = (): string => python(SEND, address, port, marked, 10)
      end.socket.askForEvidence(false)
      send()
      expect(end.take()).toBe(1)
      expect([end.inbox.tos[0], end.inbox.arrived[0], end.inbox.ttl[0]]).toEqual([UNSEEN, -1, 64])
      const before = Date.now()
      send()
      const after = Date.now()
      end.socket.askForEvidence(true)
      expect(end.take()).toBe(1)
      expect([end.inbox.tos[0], end.inbox.ttl[0]]).toEqual([185, 64])
      const arrived = (end.inbox.arrived[0] ?? 0) / MILLISECOND
      expect(arrived >= before && arrived < after + 1).toBe(true)
    },
  )

  test('type of service and time to live as sent by a Python program', () => {
    const end = openEnd()
    python(SEND, '127.0.0.1', end.socket.bound.port, '0,1,185 0,2,42', 10)
    python(SEND, '127.0.0.1', end.socket.bound.port, '', 10)
    expect(end.take()).toBe(2)
    expect([...end.inbox.tos.subarray(0, 2)]).toEqual([185, 0])
    expect([...end.inbox.ttl.subarray(0, 2)]).toEqual([42, 64])
  })

  test('IPv6: the same', () => {
    const end = openEnd({ family: 'udp6' }, { readSize: 100 })
    const port = Number(python(SEND, '::1', end.socket.bound.port, '41,67,184 41,16,42', 64, 2000))
    expect(end.take()).toBe(2)
    const { inbox } = end
    expect([...inbox.tos.subarray(0, 2)]).toEqual([184, 184])
    expect([...inbox.ttl.subarray(0, 2)]).toEqual([42, 42])
    expect([...inbox.size.subarray(0, 2)]).toEqual([64, 100])
    expect([...inbox.whole.subarray(0, 2)]).toEqual([64, 2000])
    expect(end.flows.peer(inbox.flow[1] ?? -1)).toEqual({ address: '::1', port, family: 'udp6' })
  })

  test('an IPv6 socket reports the same for an IPv4 peer', () => {
    const end = openEnd({ family: 'udp6', host: '::' })
    const port = Number(python(SEND, '127.0.0.1', end.socket.bound.port, '0,1,184 0,2,42', 64))
    expect(end.take()).toBe(1)
    expect([end.inbox.tos[0], end.inbox.ttl[0]]).toEqual([184, 42])
    expect(end.flows.peer(end.inbox.flow[0] ?? -1)).toEqual({ address: '::ffff:127.0.0.1', port, family: 'udp6' })
  })

  test('the address that received the datagram is part of the flow', () => {
    const end = openEnd({ host: '0.0.0.0' })
    python(
      `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for host in ('127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.2'):
    s.sendto(b'x', (host, int(sys.argv[1])))
`,
      end.socket.bound.port,
    )
    expect(end.take()).toBe(4)
    expect([...end.inbox.flow.subarray(0, 4)]).toEqual([0, 1, 2, 1])
  })

  test('a train arrives as one message with the size of its datagrams, of which the last is short', async () => {
    const end = openEnd({ trains: true })
    // UDP_SEGMENT, 17,103: the kernel cuts the sender's message into datagrams of 100 bytes.
    python(SEND, '127.0.0.1', end.socket.bound.port, '17,103,100', 350, 60, 100)
    let got: unknown[] = []
    await end.until(3, ({ count, size, stride, whole }) => {
      got = [...got, ...Array.from({ length: count }, (_, m) => [size[m], stride[m], whole[m]])]
    })
    expect(got).toEqual([
      [350, 100, 350],
      [60, 60, 60],
      [100, 100, 100],
    ])
  })

  test('without GRO a train arrives as single datagrams', () => {
    const end = openEnd()
    python(SEND, '127.0.0.1', end.socket.bound.port, '17,103,100', 350)
    expect(end.take()).toBe(4)
    expect([...end.inbox.size.subarray(0, 4)]).toEqual([100, 100, 100, 50])
  })

  test('datagrams that did not fit the buffer are in the drop counter, and nothing else is', async () => {
    const end = openEnd({ recvBuffer: 40_000 })
    const sent = 200
    python(SEND, '127.0.0.1', end.socket.bound.port, '', ...Array.from({ length: sent }, () => 1000))
    let received = 0
    for (let taken = end.take(); taken > 0; taken = end.take()) received += taken
    const drops = end.socket.drops() ?? NaN
    expect(drops).toBeGreaterThan(0)
    expect(received + drops).toBe(sent)
    // The next datagram carries the counter.
    python(SEND, '127.0.0.1', end.socket.bound.port, '', 1)
    expect(end.take()).toBe(1)
    expect(end.inbox.drops[0]).toBe(drops)
  })

  test('batch after batch, up to the requested number, none lost and none twice', () => {
    const end = openEnd({}, { rows: 7, room: 100 })
    python(SEND, '127.0.0.1', end.socket.bound.port, '', ...Array.from({ length: 20 }, (_, n) => n))
    const seen: number[] = []
    for (const most of [3, undefined, 100, 1, undefined]) {
      const taken = end.receive.take(end.socket.fd, 0, 0, { seconds: 0, nanos: 0 }, most)
      for (let m = 0; m < taken; m++) {
        expect(end.bytes(m)).toEqual(pattern(seen.length, seen.length))
        seen.push(end.inbox.size[m] ?? -1)
      }
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => n))
  })

  test('an answer requested for one batch is not requested for the next', () => {
    const end = openEnd()
    python(SEND, '127.0.0.1', end.socket.bound.port, '', 1)
    end.take()
    end.inbox.answer[0] = 1
    python(SEND, '127.0.0.1', end.socket.bound.port, '', 1)
    end.take()
    expect(end.inbox.answer[0]).toBe(0)
  })

  test('an error of the socket is returned as −errno', () => {
    const end = openEnd()
    end.socket.close()
    expect(end.take()).toBe(-EBADF)
  })

  test.each([
    { rows: 0, room: 10 },
    { rows: 1.5, room: 10 },
    { rows: 1, room: 10, readSize: 11 },
    { rows: 1, room: 10, readSize: -1 },
    { rows: 1000, room: 65_535 },
  ])('%o is no batch', plan => {
    const libc = testLibc()
    expect(failure(() => new ReceiveBatch(libc, new Arena(libc, 65_536), plan)).code).toBe('engine')
  })

  test('an arena of the size that a batch requests is large enough', () => {
    const libc = testLibc()
    const plan = { rows: 33, room: 1001 }
    const arena = new Arena(libc, ReceiveBatch.bytes(plan))
    arena.allocate(1)
    expect(() => new ReceiveBatch(libc, arena, plan)).not.toThrow()
  })
})
