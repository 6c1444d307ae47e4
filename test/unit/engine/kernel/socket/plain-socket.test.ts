import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Address } from '../../../../../src/base/address.ts'
import { PlainSocket } from '../../../../../src/engine/kernel/socket/plain-socket.ts'
import { KernelSocket } from '../../../../../src/engine/kernel/socket/socket.ts'
import { failure } from '../../../../helpers/refused.ts'
import { temporaryFolder } from '../../../../helpers/tools.ts'
import { kernelMissing, openPeer, python, testLibc } from '../kernel.ts'

const EAGAIN = 11

function kept(socket: PlainSocket): PlainSocket {
  onTestFinished(() => socket.close())
  return socket
}

describe.skipIf(kernelMissing)('datagrams', () => {
  test('a read that is too small truncates, and returns the true length', async () => {
    const peer = await openPeer()
    const plan = { family: 'udp4', host: '127.0.0.1', port: 0, role: 'server', recvBuffer: 65_536 } as const
    const kernel = KernelSocket.open(testLibc(), plan)
    const socket = kept(PlainSocket.over(testLibc(), kernel))
    for (const text of ['hello feng', 'x', '']) await peer.send(Buffer.from(text), kernel.bound.port, '127.0.0.1')
    const read = (most: number): unknown => {
      const taken = socket.receive(most)
      return taken === undefined ? taken : [Buffer.from(taken.bytes).toString(), taken.whole]
    }
    expect([read(4), read(4), read(4), read(4)]).toEqual([['hell', 10], ['x', 1], ['', 0], undefined])
  })

  test('of AF_UNIX: Python receives what was sent, and a full queue refuses', () => {
    const path = join(temporaryFolder(), 'socket')
    const receiver = kept(PlainSocket.unixDatagrams(testLibc(), path))
    const sender = kept(PlainSocket.toUnixDatagrams(testLibc(), path))
    python('import socket,sys; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"hello", sys.argv[1])', path)
    expect(Buffer.from(receiver.receive(100)?.bytes ?? []).toString()).toBe('hello')
    let taken = 0
    let last = 0
    for (; last >= 0 && taken < 10_000; taken++) last = sender.send(new Uint8Array(100))
    expect(last).toBe(-EAGAIN)
    let received = 0
    while (receiver.receive(100) !== undefined) received += 1
    expect(received).toBe(taken - 1)
  })

  test('a path that is too long, or in use', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'socket')
    kept(PlainSocket.unixDatagrams(testLibc(), path))
    expect(failure(() => PlainSocket.unixDatagrams(testLibc(), path)).code).toBe('addressInUse')
    const long = join(folder, 'x'.repeat(120))
    expect(failure(() => PlainSocket.unixDatagrams(testLibc(), long)).message).toContain('too long')
  })
})

describe.skipIf(kernelMissing)('a TCP connection', () => {
  async function accepting(): Promise<{ readonly to: Address; readonly accepted: Promise<Socket> }> {
    const server = createServer({ pauseOnConnect: true })
    const accepted = once(server, 'connection').then(([socket]) => socket as Socket)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    return { to: { address: '127.0.0.1', port: (server.address() as AddressInfo).port, family: 'udp4' }, accepted }
  }

  test('takes what fits, returns the number of bytes, and counts its segments', async () => {
    const { to, accepted } = await accepting()
    const socket = kept(PlainSocket.tcp(testLibc(), to, 65_536))
    expect(socket.sendBuffer()).toBe(2 * 65_536)
    const peer = await accepted
    onTestFinished(() => void peer.destroy())
    expect([socket.send(Buffer.from('hello')), socket.send(Buffer.from('feng'))]).toEqual([5, 4])
    expect(socket.dataSegments()).toBe(2)
    const bytes = new Uint8Array(64 << 20)
    let taken = 9
    let last = 0
    for (let calls = 0; calls < 1000; calls++) {
      last = socket.send(bytes)
      if (last < 0) break
      taken += last
    }
    expect(last).toBe(-EAGAIN)
    let received = 0
    peer.on('data', (piece: Buffer) => (received += piece.length))
    socket.close()
    peer.resume()
    await once(peer, 'end')
    expect(received).toBe(taken)
  })

  test('a closed port', async () => {
    const { port } = (await openPeer()).address
    const error = failure(() => PlainSocket.tcp(testLibc(), { address: '127.0.0.1', port, family: 'udp4' }, 65_536))
    expect(error.message).toContain('ECONNREFUSED')
  })
})
