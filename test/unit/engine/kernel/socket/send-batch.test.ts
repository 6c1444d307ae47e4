import { describe, expect, test } from 'vitest'
import { createOutbox } from '../../../../../src/engine/batch.ts'
import { Arena } from '../../../../../src/engine/kernel/system/arena.ts'
import type { Libc } from '../../../../../src/engine/kernel/system/libc.ts'
import { FlowTable } from '../../../../../src/engine/kernel/socket/flow-table.ts'
import { SendBatch } from '../../../../../src/engine/kernel/socket/send-batch.ts'
import { kernelMissing, openEnd, openPeer, outboxOf, pattern, testLibc } from '../kernel.ts'
import { failure } from '../../../../helpers/refused.ts'

const EPERM = 1
const EINTR = 4
const EIO = 5
const EAGAIN = 11
const EINVAL = 22
const EMSGSIZE = 90
const ECONNREFUSED = 111
const EHOSTUNREACH = 113

describe.skipIf(kernelMissing)('SendBatch and the kernel', () => {
  test('rows leave complete and in order, more than the kernel takes at once', async () => {
    const peer = await openPeer()
    const end = openEnd({ role: 'prober', connectTo: peer.address })
    const messages = Array.from({ length: 3000 }, (_, n) => pattern(n % 50, n))
    const arena = new Arena(end.libc, 1 << 20)
    const sender = new SendBatch(end.libc, arena, { rows: 3000, refused: () => expect.unreachable() })
    expect(sender.send(end.socket.fd, outboxOf({ ...end, arena }, messages), 0, 3000)).toBe(3000)
    await peer.until(3000)
    expect(peer.received.map(({ bytes }) => bytes.toString('hex'))).toEqual(
      messages.map(bytes => Buffer.from(bytes).toString('hex')),
    )
  })

  test('only the selected rows', async () => {
    const peer = await openPeer()
    const end = openEnd({ role: 'prober', connectTo: peer.address })
    const outbox = outboxOf(
      end,
      [1, 2, 3, 4, 5, 6].map(n => Uint8Array.of(n)),
    )
    expect(end.send(outbox, 1, 5, Uint8Array.of(1, 1, 0, 1, 0, 1))).toBe(5)
    await peer.until(2)
    expect(peer.received.map(({ bytes }) => bytes[0])).toEqual([2, 4])
  })

  test('an answer leaves from the address that received the request', async () => {
    const end = openEnd({ host: '0.0.0.0' })
    const peer = await openPeer()
    for (const host of ['127.0.0.2', '127.0.0.1', '127.8.9.10']) {
      await peer.send(Buffer.from(host), end.socket.bound.port, host)
    }
    await end.until(3, inbox => {
      inbox.keep.set(inbox.size)
      inbox.answer.fill(1)
      end.send({ ...inbox, size: inbox.keep }, 0, inbox.count, inbox.answer)
    })
    await peer.until(3)
    expect(peer.received.map(({ bytes, from }) => [bytes.toString(), from.address, from.port])).toEqual(
      ['127.0.0.2', '127.0.0.1', '127.8.9.10'].map(host => [host, host, end.socket.bound.port]),
    )
  })

  test.each([
    ['udp6', '::1'],
    ['udp4', '127.0.0.2'],
  ] as const)('a socket on :: answers %s from %s', async (family, host) => {
    const end = openEnd({ family: 'udp6', host: '::' })
    const peer = await openPeer(family)
    await peer.send(Buffer.from('x'), end.socket.bound.port, host)
    await end.until(1, inbox => end.send(inbox, 0, 1))
    await peer.until(1)
    expect(peer.received.map(({ from }) => [from.address, from.port])).toEqual([[host, end.socket.bound.port]])
  })

  test('a train is cut into datagrams by the kernel', async () => {
    const peer = await openPeer()
    const end = openEnd({ role: 'prober', connectTo: peer.address })
    const outbox = outboxOf(end, [pattern(350), pattern(300, 1), pattern(100, 2)], 100)
    expect(end.send(outbox, 0, 3)).toBe(3)
    await peer.until(8)
    expect(peer.received.map(({ bytes }) => bytes.length)).toEqual([100, 100, 100, 50, 100, 100, 100, 100])
    expect(Buffer.concat(peer.received.slice(0, 4).map(({ bytes }) => bytes))).toEqual(Buffer.from(pattern(350)))
    expect(end.refusals).toEqual([])
  })

  test('a train is answered as a train, from the address that received it', async () => {
    const end = openEnd({ host: '0.0.0.0', trains: true })
    const from = openEnd({ connectTo: { ...end.socket.bound, address: '127.0.0.2' } })
    from.send(outboxOf(from, [pattern(350)], 100), 0, 1)
    await end.until(1, inbox => end.send(inbox, 0, inbox.count))
    await from.until(4)
    expect([...from.inbox.size.subarray(0, 4)]).toEqual([100, 100, 100, 50])
  })

  test('a refused datagram is reported with its errno, and no other', async () => {
    const peer = await openPeer()
    const end = openEnd({ role: 'prober', connectTo: peer.address })
    const sizes = [10, 65_508, 20, 65_508, 65_508, 30]
    expect(
      end.send(
        outboxOf(
          end,
          sizes.map(size => pattern(size)),
        ),
        0,
        sizes.length,
      ),
    ).toBe(sizes.length)
    await peer.until(3)
    expect(peer.received.map(({ bytes }) => bytes.length)).toEqual([10, 20, 30])
    expect(end.refusals).toEqual([1, 3, 4].map(row => [row, 0, 1, EMSGSIZE]))
  })

  test('a train that the kernel does not take leaves as single datagrams, in order', async () => {
    const peer = await openPeer()
    const end = openEnd({ role: 'prober', connectTo: peer.address })
    // 1000 datagrams: more than any kernel cuts.
    const train = pattern(9995)
    end.send(outboxOf(end, [pattern(7), train, pattern(8)], 10), 0, 3)
    await peer.until(1002)
    const lengths = peer.received.map(({ bytes }) => bytes.length)
    expect(lengths).toEqual([7, ...Array.from({ length: 999 }, () => 10), 5, 8])
    expect(Buffer.concat(peer.received.slice(1, -1).map(({ bytes }) => bytes))).toEqual(Buffer.from(train))
    expect([end.splits, end.refusals]).toEqual([[1], []])
  })

  test('a closed port fails no datagram, because the error belongs to an earlier one', async () => {
    const closed = openEnd()
    closed.socket.close()
    const end = openEnd({ role: 'prober', connectTo: closed.socket.bound })
    for (let n = 0; n < 3; n++) expect(end.send(outboxOf(end, [pattern(1), pattern(2), pattern(3)]), 0, 3)).toBe(3)
    expect(end.refusals).toEqual([])
  })

  test('rows outside the memory are refused before the kernel sees them', () => {
    const end = openEnd()
    const outbox = outboxOf(end, [pattern(10)])
    outbox.size[0] = 11
    expect(failure(() => end.send(outbox, 0, 1)).code).toBe('engine')
    outbox.size[0] = 10
    outbox.flow[0] = 100
    // Twice, because a refused row must not be taken for one that is already prepared.
    for (const _ of [1, 2]) expect(failure(() => end.send(outbox, 0, 1)).code).toBe('engine')
    outbox.flow[0] = 0
    outbox.at[0] = -1
    expect(failure(() => end.send(outbox, 0, 1)).code).toBe('engine')
    expect(failure(() => end.send(createOutbox(1, 10), 0, 1)).code).toBe('engine')
    expect(failure(() => new SendBatch(end.libc, end.arena, { rows: 0, refused: () => {} })).code).toBe('engine')
  })
})

/** A kernel with these results, one per call. A row is one datagram, or a train of `train`. */
function scripted(results: readonly number[], train = 1, connected = true) {
  const calls: number[] = []
  const script = [...results]
  const libc: Libc = {
    ...testLibc(),
    sendmmsg: (_fd, _messages, count) => {
      calls.push(count)
      return script.shift() ?? count
    },
  }
  const arena = new Arena(libc, 65_536)
  const refusals: unknown[] = []
  const splits: number[] = []
  const refused = (...what: unknown[]): void => void refusals.push(what)
  const flows = new FlowTable(arena, { family: 'udp4', most: 1, local: false }, libc, () => {})
  flows.enter({ address: '127.0.0.1', port: 9, family: 'udp4' })
  const known = connected ? {} : { flows }
  const sender = new SendBatch(libc, arena, { rows: 4, ...known, refused, splits: row => splits.push(row) })
  const outbox = createOutbox(6, 0, arena.bytes)
  if (train > 1) {
    outbox.size.fill(10 * train)
    outbox.stride.fill(10)
  }
  const refuse = (row: number): void => sender.refuse(outbox, row, EAGAIN)
  return { send: (from = 0) => sender.send(0, outbox, from, 6), refuse, calls, refusals, splits }
}

describe.skipIf(kernelMissing)('results of the kernel, and the reaction', () => {
  test('all sent', () => {
    const { send, calls, refusals } = scripted([])
    expect([send(), calls, refusals]).toEqual([6, [4, 2], []])
  })

  test('fewer: the rest is sent, and a row fails only when it fails again', () => {
    const { send, calls, refusals } = scripted([1, 3])
    expect([send(), calls, refusals]).toEqual([6, [4, 3, 2], []])
  })

  test('a short count is the first failure of the next row, its errno the second', () => {
    const { send, calls, refusals } = scripted([1, -EPERM])
    expect([send(), calls, refusals]).toEqual([6, [4, 3, 2, 2], [[1, 0, 1, EPERM]]])
  })

  test('a failure is retried once', () => {
    const { send, calls, refusals } = scripted([-EPERM, -EPERM, -EPERM])
    expect([send(), calls, refusals]).toEqual([6, [4, 4, 3, 3, 2], [[0, 0, 1, EPERM]]])
  })

  test.each([EMSGSIZE, EHOSTUNREACH])('a failure that ICMP may have caused, errno %i, is tried again', errno => {
    const tries = Array.from({ length: 15 }, () => -errno)
    const recovered = scripted(tries)
    expect([recovered.send(), recovered.calls.length, recovered.refusals]).toEqual([6, 17, []])
    const own = scripted([...tries, -errno])
    expect([own.send(), own.refusals]).toEqual([6, [[0, 0, 1, errno]]])
    // An unconnected socket gets no ICMP errors, so a second try is enough.
    const server = scripted([-errno, -errno], 1, false)
    expect([server.send(), server.calls, server.refusals]).toEqual([6, [4, 4, 3, 2], [[0, 0, 1, errno]]])
  })

  test('a full socket: returns the row to continue with', () => {
    const { send, calls, refusals } = scripted([2, -EAGAIN])
    expect([send(), calls, refusals]).toEqual([2, [4, 2], []])
    expect([send(2), refusals]).toEqual([6, []])
  })

  test('an interrupted call is not a failure', () => {
    const { send, refusals } = scripted([-EPERM, -EINTR, -EINTR, 4])
    expect([send(), refusals]).toEqual([6, []])
  })

  test('ICMP errors of earlier datagrams are not the failure of this one, up to a limit', () => {
    const stale = Array.from({ length: 50 }, () => -ECONNREFUSED)
    const { send, refusals } = scripted([...stale, 4])
    expect([send(), refusals]).toEqual([6, []])
    const endless = scripted(Array.from({ length: 80 }, () => -ECONNREFUSED))
    expect([endless.send(), endless.refusals]).toEqual([6, [[0, 0, 1, ECONNREFUSED]]])
  })

  test.each([EINVAL, EIO, EMSGSIZE])('a train that fails twice with errno %i is sent one by one', errno => {
    const { send, calls, refusals, splits } = scripted([1, -errno, 4, 2, 4], 6)
    // Row 1 of 4 fails, its six datagrams leave in two calls, then rows 2 to 5.
    expect([send(), calls, refusals, splits]).toEqual([6, [4, 3, 4, 2, 4], [], [1]])
  })

  test('with another errno a train fails as a whole', () => {
    const { send, calls, refusals, splits } = scripted([-EPERM, -EPERM], 6)
    expect([send(), calls, refusals, splits]).toEqual([6, [4, 4, 3, 2], [[0, 0, 6, EPERM]], []])
  })

  test('of a train that is sent one by one, only datagrams that fail themselves are refused', () => {
    const { send, refusals } = scripted([-EMSGSIZE, -EMSGSIZE, 2, -EPERM, -EPERM, 1], 6)
    expect([send(), refusals]).toEqual([6, [[0, 2, 1, EPERM]]])
  })

  test('a full socket within such a train: continues where it stopped', () => {
    const { send, calls, refusals } = scripted([-EMSGSIZE, -EMSGSIZE, 3, -EAGAIN], 6)
    expect([send(), calls]).toEqual([0, [4, 4, 4, 1]])
    expect([send(0), calls.slice(4), refusals]).toEqual([6, [3, 4, 1], []])
  })

  test('a socket that stays full: only datagrams that were not sent are refused', () => {
    const { send, refuse, refusals } = scripted([-EMSGSIZE, -EMSGSIZE, 4, -EAGAIN], 6)
    expect(send()).toBe(0)
    refuse(0)
    expect(refusals).toEqual([[0, 4, 2, EAGAIN]])
    expect([send(1), refusals]).toEqual([6, [[0, 4, 2, EAGAIN]]])
  })
})
