import { describe, expect, test } from 'vitest'
import type { Family } from '../../../../../src/base/address.ts'
import { Arena } from '../../../../../src/engine/kernel/system/arena.ts'
import { ErrorQueue } from '../../../../../src/engine/kernel/socket/error-queue.ts'
import type { IcmpError } from '../../../../../src/facts/icmp.ts'
import { kernelMissing, openEnd, outboxOf, pattern, python, type End } from '../kernel.ts'

function drained({ libc, socket }: End): { readonly errors: IcmpError[]; readonly quoted: string[] } {
  const errors: IcmpError[] = []
  const quoted: string[] = []
  new ErrorQueue(libc, new Arena(libc, ErrorQueue.bytes())).drain(socket.fd, (error, bytes) => {
    errors.push(error)
    quoted.push(Buffer.from(bytes).toString('hex'))
  })
  return { errors, quoted }
}

function probing(family: Family): End {
  const closed = openEnd({ family })
  closed.socket.close()
  return openEnd({ family, role: 'prober', connectTo: closed.socket.bound })
}

describe.skipIf(kernelMissing)('ErrorQueue', () => {
  test.each([
    ['udp4', { errno: 111, type: 3, code: 3, reporter: '127.0.0.1' }],
    ['udp6', { errno: 111, type: 1, code: 4, reporter: '::1' }],
  ] as const)('%s: ten datagrams to a closed port are ten errors, each with its datagram', (family, error) => {
    const end = probing(family)
    const messages = Array.from({ length: 10 }, (_, n) => pattern(40 + n, n))
    expect(end.send(outboxOf(end, messages), 0, 10)).toBe(10)
    const { errors, quoted } = drained(end)
    expect(errors).toEqual(Array.from({ length: 10 }, () => error))
    expect(quoted).toEqual(messages.map(bytes => Buffer.from(bytes).toString('hex')))
    expect(drained(end).errors).toEqual([])
  })

  test('a large datagram is quoted in part, as Python sees it too', () => {
    const end = probing('udp4')
    end.send(outboxOf(end, [pattern(9000)]), 0, 1)
    const length = Number(
      python(`
import socket
closed = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
closed.bind(('127.0.0.1', 0))
address = closed.getsockname()
closed.close()
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(0, 11, 1)
s.connect(address)
s.send(b'x' * 9000)
print(len(s.recvmsg(9000, 512, socket.MSG_ERRQUEUE)[0]))
`),
    )
    expect(length).toBeGreaterThan(0)
    expect(drained(end).quoted).toEqual([Buffer.from(pattern(9000).subarray(0, length)).toString('hex')])
  })

  test('an error of the local kernel is not an ICMP error', () => {
    const end = openEnd({ role: 'prober', df: 'do', connectTo: { address: '127.0.0.1', port: 9, family: 'udp4' } })
    end.send(outboxOf(end, [pattern(65_508)]), 0, 1)
    expect(end.refusals).toEqual([[0, 0, 1, 90]])
    expect(drained(end).errors).toEqual([])
  })

  test('a closed socket has no errors', () => {
    const end = openEnd()
    end.socket.close()
    expect(drained(end).errors).toEqual([])
  })
})
