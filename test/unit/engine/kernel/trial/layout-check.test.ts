import { describe, expect, test } from 'vitest'
import { layoutMismatch } from '../../../../../src/engine/kernel/trial/layout-check.ts'
import type { Libc } from '../../../../../src/engine/kernel/system/libc.ts'
import { kernelMissing, testLibc } from '../kernel.ts'

describe.skipIf(kernelMissing)('layoutMismatch', () => {
  test('this kernel has the expected layouts', () => {
    expect(layoutMismatch(testLibc())).toBeUndefined()
  })

  test('a message header of another length', () => {
    const libc = testLibc()
    // As if msg_len had another offset: the call works, but the wrong word is read.
    const recvmmsg: Libc['recvmmsg'] = (fd, messages, count, flags) =>
      libc.recvmmsg(fd, messages + 64, count - 1, flags)
    expect(layoutMismatch({ ...libc, recvmmsg })).toBe(
      'a datagram sent to ourselves came back wrong: length 0 where 5 was due',
    )
  })

  test('a kernel that accepts nothing', () => {
    expect(layoutMismatch({ ...testLibc(), sendmmsg: () => -38 })).toBe(
      'a datagram to 127.0.0.1 cannot be sent: errno 38',
    )
  })

  test('no socket', () => {
    expect(layoutMismatch({ ...testLibc(), socket: () => -24 })).toMatch(
      /^a socket on 127\.0\.0\.1 cannot be tried: .*no file descriptors left/,
    )
  })
})
