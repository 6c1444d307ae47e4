import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { KernelSocket } from '../../../../../src/engine/kernel/socket/socket.ts'
import { kernelMissing, openEnd, openPeer, outboxOf, pattern, python, testLibc, type End } from '../kernel.ts'
import { start } from '../../../../helpers/child.ts'
import { failure } from '../../../../helpers/refused.ts'

const SERVER = { family: 'udp4', host: '127.0.0.1', port: 0, role: 'server', recvBuffer: 65_536 } as const

function option({ libc, socket }: End, level: number, name: number): number | undefined {
  const value = new Uint32Array(1)
  expect(libc.getsockopt(socket.fd, level, name, value, Uint32Array.of(4))).toBe(0)
  return value[0]
}

describe.skipIf(kernelMissing)('KernelSocket', () => {
  test('the port that the kernel chose', () => {
    const { bound } = openEnd().socket
    expect(bound).toEqual({ address: '127.0.0.1', family: 'udp4', port: expect.any(Number) })
    const line = `0100007F:${bound.port.toString(16).toUpperCase().padStart(4, '0')}`
    expect(readFileSync('/proc/net/udp', 'latin1')).toContain(line)
  })

  test('a port in use', async () => {
    const { address } = await openPeer()
    const error = failure(() => KernelSocket.open(testLibc(), { ...SERVER, port: address.port }))
    expect(error).toMatchObject({ code: 'addressInUse', operation: 'bind', address: `127.0.0.1:${address.port}` })
    expect(error.message).toMatch(/another socket has this port \(EADDRINUSE\)/)
  })

  test('a foreign address, a name, and an unreachable target', () => {
    const libc = testLibc()
    expect(failure(() => KernelSocket.open(libc, { ...SERVER, host: '192.0.2.1' }))).toMatchObject({
      code: 'addressUnavailable',
      hint: expect.stringContaining('ip -brief'),
    })
    expect(failure(() => KernelSocket.open(libc, { ...SERVER, host: 'here' })).code).toBe('addressUnavailable')
    const connectTo = { address: '255.255.255.255', port: 9, family: 'udp4' } as const
    expect(failure(() => KernelSocket.open(libc, { ...SERVER, connectTo }))).toMatchObject({
      code: 'permission',
      operation: 'send to',
    })
  })

  test('a failed open leaves no descriptor', () => {
    const libc = testLibc()
    const next = (): number => {
      const fd = libc.eventfd(0, 0)
      libc.close(fd)
      return fd
    }
    const before = next()
    failure(() => KernelSocket.open(libc, { ...SERVER, host: '192.0.2.1' }))
    expect(next()).toBe(before)
  })

  test('a server ignores ICMP errors and allows fragments of answers; a prober gets the errors', () => {
    const server = openEnd()
    const prober = openEnd({ role: 'prober' })
    const [discover, errors] = [10, 11]
    expect([option(server, 0, discover), option(server, 0, errors)]).toEqual([0, 0])
    expect([option(prober, 0, discover), option(prober, 0, errors)]).toEqual([1, 1])
    const server6 = openEnd({ family: 'udp6' })
    const prober6 = openEnd({ family: 'udp6', role: 'prober' })
    const [discover6, errors6] = [23, 25]
    expect([option(server6, 41, discover6), option(server6, 41, errors6)]).toEqual([0, 0])
    expect([option(prober6, 41, discover6), option(prober6, 41, errors6)]).toEqual([1, 1])
  })

  test('df', () => {
    const df = (mode: 'do' | 'probe') => option(openEnd({ role: 'prober', df: mode }), 0, 10)
    expect([df('do'), df('probe')]).toEqual([2, 3])
    expect(option(openEnd({ family: 'udp6', role: 'prober', df: 'probe' }), 41, 23)).toBe(3)
  })

  test.each([
    ['udp4', '0,13 0,12', ['0,1 184', '0,2 42']],
    ['udp6', '41,66 41,51', ['41,52 42', '41,67 184']],
  ] as const)('%s: type of service and time to live, as Python receives them', async (family, options, told) => {
    const host = family === 'udp4' ? '127.0.0.1' : '::1'
    const code = `
import socket, sys
host, options = sys.argv[1:]
s = socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET, socket.SOCK_DGRAM)
for option in options.split():
    s.setsockopt(*map(int, option.split(',')), 1)
s.bind((host, 0))
print('port', s.getsockname()[1], flush=True)
for level, kind, data in sorted(s.recvmsg(100, 1000)[1]):
    print(f'{level},{kind}', data[0])
print('end')
`
    const child = start('python3', ['-c', code, host, options])
    const [, port] = await child.waitFor('stdout', /^port (\d+)\n/)
    const connectTo = { address: host, port: Number(port), family }
    const end = openEnd({ family, role: 'prober', connectTo, tos: 0xb8, ttl: 42 })
    end.send(outboxOf(end, [pattern(1)]), 0, 1)
    await child.waitFor('stdout', /end\n/)
    expect(child.stdout.split('\n').slice(1, -2)).toEqual(told)
  })

  test('the receive buffer has the requested size, or the limit of the kernel', () => {
    const most = Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8'))
    // The kernel stores twice the requested size (socket(7)).
    expect(option(openEnd({ recvBuffer: 100_000 }), 1, 8)).toBe(200_000)
    const beyond = option(openEnd({ recvBuffer: 2 * most }), 1, 8)
    const [, capabilities = ''] = /^CapEff:\s+(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    // CAP_NET_ADMIN is bit 12 (capabilities(7)).
    const privileged = (BigInt(`0x${capabilities}`) >> 12n) % 2n === 1n
    expect(beyond).toBe(privileged ? 4 * most : 2 * most)
  })

  test('a port is shared only after that', () => {
    const libc = testLibc()
    const first = openEnd()
    const { port } = first.socket.bound
    expect(failure(() => KernelSocket.open(libc, { ...SERVER, port, reusePort: true })).code).toBe('addressInUse')
    first.socket.share()
    const second = openEnd({ port, reusePort: true })
    expect(failure(() => KernelSocket.open(libc, { ...SERVER, port })).code).toBe('addressInUse')
    // The kernel chooses a shard per flow: 200 flows do not all get the same.
    python(
      `
import socket, sys
for n in range(200):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.sendto(b'x', ('127.0.0.1', int(sys.argv[1])))
`,
      port,
    )
    const shares = [first, second].map(end => {
      let all = 0
      for (let taken = end.take(); taken > 0; taken = end.take()) all += taken
      return all
    })
    expect(shares.reduce((a, b) => a + b)).toBe(200)
    expect(Math.min(...shares)).toBeGreaterThan(0)
  })

  test('drops are 0 at first, and unknown for a closed socket', () => {
    const { socket } = openEnd()
    expect(socket.drops()).toBe(0)
    socket.close()
    socket.close()
    expect(socket.drops()).toBeUndefined()
  })

  test('both families can exchange datagrams', async () => {
    const peer = await openPeer()
    const end = openEnd({ family: 'udp6', host: '::', connectTo: { ...peer.address, family: 'udp6' } })
    end.send(outboxOf(end, [pattern(5)]), 0, 1)
    await peer.until(1)
    expect([...(peer.received[0]?.bytes ?? [])]).toEqual([...pattern(5)])
  })
})
