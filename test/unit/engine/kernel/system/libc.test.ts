import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import {
  EFD_CLOEXEC,
  EFD_NONBLOCK,
  EPOLLIN,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_DATA,
  EPOLL_EVENT_SIZE,
  POLLFD_SIZE,
  POLLIN,
} from '../../../../../src/engine/kernel/system/abi.ts'
import { Arena } from '../../../../../src/engine/kernel/system/arena.ts'
import { loadLibc } from '../../../../../src/engine/kernel/system/libc.ts'
import { kernelMissing, testLibc } from '../kernel.ts'

const EBADF = 9
const EAGAIN = 11
/** `CLOCK_MONOTONIC` of clock_gettime(2), the clock of process.hrtime. */
const CLOCK_MONOTONIC = 1

describe('a missing library has a reason', () => {
  const linux = { platform: 'linux', arch: 'x64', loadKoffi: () => ({}) }
  const fails = (message: string) => (): never => {
    throw new Error(message)
  }

  test.each([
    ['another system', { ...linux, platform: 'darwin' }, 'it needs Linux, and this is darwin'],
    ['another processor', { ...linux, arch: 's390x' }, /layouts of x64 and arm64, and this is s390x/],
    [
      'no koffi',
      { ...linux, loadKoffi: fails("Cannot find module 'koffi'\nRequire stack:\n- x") },
      "the optional package koffi cannot be loaded: Cannot find module 'koffi'",
    ],
    [
      'a libc without the call',
      { ...linux, loadKoffi: () => ({ load: () => ({ func: fails("Cannot find function 'recvmmsg'") }) }) },
      "this libc lacks a call: Cannot find function 'recvmmsg'",
    ],
    [
      'no library',
      { ...linux, loadKoffi: () => ({ load: fails('no library') }) },
      'this libc lacks a call: no library',
    ],
  ])('%s', (_, host, reason) => {
    expect(loadLibc(host)).toEqual({ missing: typeof reason === 'string' ? reason : expect.stringMatching(reason) })
  })
})

describe.skipIf(kernelMissing)('libc', () => {
  test('a failed call returns −errno', () => {
    const libc = testLibc()
    const bytes = new Uint8Array(8)
    expect([libc.close(-1), libc.read(-1, bytes), libc.write(-1, bytes), libc.recvmmsg(-1, 0, 1, 0)]).toEqual(
      Array.from({ length: 4 }, () => -EBADF),
    )
  })

  test('interfaces by name and number, as in Node', () => {
    const libc = testLibc()
    expect(libc.interfaceName(libc.interfaceIndex('lo'))).toBe('lo')
    for (const [name, entries = []] of Object.entries(networkInterfaces())) {
      for (const entry of entries) {
        if (entry.family === 'IPv6' && entry.scopeid > 0) expect(libc.interfaceIndex(name)).toBe(entry.scopeid)
      }
    }
    expect(libc.interfaceIndex('no-such-one')).toBe(0)
    expect(libc.interfaceName(0x7ffffff)).toBeUndefined()
  })

  test('the monotonic clock is that of process.hrtime', () => {
    const time = new BigInt64Array(2)
    const before = process.hrtime.bigint()
    expect(testLibc().clockGettime(CLOCK_MONOTONIC, time)).toBe(0)
    const now = (time[0] ?? 0n) * 1_000_000_000n + (time[1] ?? 0n)
    expect(now >= before && now <= process.hrtime.bigint()).toBe(true)
  })

  test('an eventfd wakes ppoll and epoll', () => {
    const libc = testLibc()
    const event = libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)
    const epoll = libc.epollCreate(EPOLL_CLOEXEC)
    const arena = new Arena(libc, 1)
    const poll = arena.allocate(POLLFD_SIZE)
    const events = arena.allocate(2 * EPOLL_EVENT_SIZE)
    // All zero: no wait.
    const timeout = arena.allocate(16)
    try {
      arena.words[poll.at >> 2] = event
      arena.words[(poll.at >> 2) + 1] = POLLIN
      const interest = new Uint8Array(EPOLL_EVENT_SIZE)
      interest[0] = EPOLLIN
      interest[EPOLL_DATA] = 42
      expect(libc.epollControl(epoll, EPOLL_CTL_ADD, event, interest)).toBe(0)
      expect(libc.ppoll(poll.address, 1, timeout.address)).toBe(0)
      expect(libc.epollWait(epoll, events.address, 2, 0)).toBe(0)
      expect(libc.read(event, new Uint8Array(8))).toBe(-EAGAIN)

      expect(libc.write(event, Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0))).toBe(8)
      expect(libc.ppoll(poll.address, 1, 0)).toBe(1)
      expect((arena.words[(poll.at >> 2) + 1] ?? 0) >> 16).toBe(POLLIN)
      expect(libc.epollWait(epoll, events.address, 2, -1)).toBe(1)
      expect([arena.bytes[events.at], arena.bytes[events.at + EPOLL_DATA]]).toEqual([EPOLLIN, 42])
      const count = new Uint8Array(8)
      expect(libc.read(event, count)).toBe(8)
      expect([...count]).toEqual([5, 0, 0, 0, 0, 0, 0, 0])
    } finally {
      libc.close(epoll)
      libc.close(event)
    }
  })
})
