import { execFileSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, onTestFinished, test } from 'vitest'
import { UNSEEN } from '../../../../../src/machines/machine.ts'
import { ErrorQueue } from '../../../../../src/engine/kernel/socket/error-queue.ts'
import { Arena } from '../../../../../src/engine/kernel/system/arena.ts'
import { skipped } from '../../../../helpers/tools.ts'
import { kernelMissing, openEnd, outboxOf, pattern } from '../kernel.ts'

const CLONE_NEWNET = 0x40000000

/** Moves this thread and its child processes into a new network namespace until the test is over. False without the privilege. */
function enterNetwork(): boolean {
  const koffi = createRequire(import.meta.url)('koffi') as {
    load(path: null): { func(declaration: string): (...args: readonly number[]) => number }
  }
  const library = koffi.load(null)
  const home = openSync('/proc/thread-self/ns/net', 'r')
  const entered = library.func('int unshare(int)')(CLONE_NEWNET) === 0
  onTestFinished(() => {
    if (entered) expect(library.func('int setns(int, int)')(home, CLONE_NEWNET)).toBe(0)
    closeSync(home)
  })
  return entered
}

describe.skipIf(kernelMissing)('on a path with an MTU of 1500', () => {
  test.for([
    ['udp4', 28],
    ['udp6', 48],
  ] as const)('%s: a reassembled datagram has the size of its largest fragment', ([family, headers], { skip }) => {
    if (!enterNetwork()) {
      skipped('a network of its own needs CAP_SYS_ADMIN')
      skip()
    }
    execFileSync('ip', ['link', 'set', 'lo', 'up', 'mtu', '1500'])
    const end = openEnd({ family })
    const from = openEnd({ family, connectTo: end.socket.bound })
    from.send(
      outboxOf(
        from,
        [1500 - headers, 1501 - headers, 9000].map(size => pattern(size)),
      ),
      0,
      3,
    )
    expect(end.take()).toBe(3)
    expect([...end.inbox.whole.subarray(0, 3)]).toEqual([1500 - headers, 1501 - headers, 9000])
    // The size of the IP packet with headers. Each fragment but the last carries a multiple of 8 bytes.
    const [whole, ...cut] = end.inbox.fragment.subarray(0, 3)
    expect(whole).toBe(UNSEEN)
    expect(cut).toEqual(family === 'udp4' ? [1500, 1500] : [1496, 1496])
    for (const m of [1, 2]) expect(end.bytes(m)).toEqual(pattern(end.inbox.size[m] ?? 0))
  })

  test('df: a datagram too large for the interface is refused, without an ICMP error', ({ skip }) => {
    if (!enterNetwork()) skip('a network of its own needs CAP_SYS_ADMIN')
    execFileSync('ip', ['link', 'set', 'lo', 'up', 'mtu', '1500'])
    const end = openEnd()
    for (const df of ['do', 'probe'] as const) {
      const from = openEnd({ role: 'prober', df, connectTo: end.socket.bound })
      from.send(
        outboxOf(
          from,
          [1472, 1473].map(size => pattern(size)),
        ),
        0,
        2,
      )
      expect(from.refusals).toEqual([[1, 0, 1, 90]])
      const queue = new ErrorQueue(from.libc, new Arena(from.libc, ErrorQueue.bytes()))
      queue.drain(from.socket.fd, () => expect.unreachable())
    }
    expect(end.take()).toBe(2)
  })
})
