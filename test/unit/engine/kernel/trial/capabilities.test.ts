import { describe, expect, test } from 'vitest'
import { tryCapabilities } from '../../../../../src/engine/kernel/trial/capabilities.ts'
import type { Libc } from '../../../../../src/engine/kernel/system/libc.ts'
import { kernelMissing, testLibc } from '../kernel.ts'

const ENOPROTOOPT = 92
const ABLE = { able: true }

/** A kernel that lacks one option. */
function without(level: number, name: number): Libc {
  const libc = testLibc()
  return {
    ...libc,
    setsockopt: (fd, l, n, value) => (l === level && n === name ? -ENOPROTOOPT : libc.setsockopt(fd, l, n, value)),
  }
}

describe.skipIf(kernelMissing)('tryCapabilities', () => {
  test('this kernel', () => {
    const { mostSegments, ...capabilities } = tryCapabilities(testLibc())
    // All of these have been in Linux since 5.0; SO_MEMINFO since 4.12.
    for (const [name, capability] of Object.entries(capabilities)) expect([name, capability]).toEqual([name, ABLE])
    expect([64, 128]).toContain(mostSegments)
  })

  test.each([
    ['tos', 0, 13, 'type of service: -1 where 184 was due'],
    ['ttl', 0, 12, 'time to live: -1 where 33 was due'],
    ['timestamps', 1, 35, 'no stamp came with a datagram'],
    ['fragmentSize', 0, 25, 'IP_RECVFRAGSIZE: 0 where 1 was due'],
    ['trainsIn', 17, 104, 'messages: 4 where 1 was due'],
    ['source4', 0, 8, 'answers from 127.0.0.2: 0 where 1 was due'],
    ['reusePort', 1, 15, 'setsockopt SO_REUSEPORT ENOPROTOOPT'],
    ['errorQueue', 0, 11, /^cannot bind 127\.0\.0\.1:0: setsockopt IP_RECVERR ENOPROTOOPT/],
  ] as const)('without %s', (name, level, option, reason) => {
    const { [name]: capability } = tryCapabilities(without(level, option))
    expect(capability).toEqual({
      able: false,
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    })
  })

  test('if no socket can be opened, each has the reason', () => {
    const found = tryCapabilities({ ...testLibc(), socket: () => -97 })
    expect(found.batches).toEqual({ able: false, reason: expect.stringMatching(/no such address family/) })
    expect(found.mostSegments).toBe(1)
  })

  test('nothing is left open', () => {
    const libc = testLibc()
    const open = new Set<number>()
    const counted: Libc = {
      ...libc,
      socket: (...args) => {
        const fd = libc.socket(...args)
        open.add(fd)
        return fd
      },
      close: fd => {
        open.delete(fd)
        return libc.close(fd)
      },
    }
    tryCapabilities(counted)
    expect([...open]).toEqual([])
  })
})
