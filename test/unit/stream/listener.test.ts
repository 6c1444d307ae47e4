import { once } from 'node:events'
import { connect as connectSocket, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { connect } from '../../../src/stream/connect.ts'
import type { Connection } from '../../../src/stream/connection.ts'
import { listen, type ConnectionHandler, type Listener } from '../../../src/stream/listener.ts'

const LOOPBACK = {
  host: '127.0.0.1',
  family: 'tcp4',
  port: 0,
  maxConnections: 10,
  maxConnectionsPerSource: 10,
  idle: 60 * SECOND,
} as const

interface Listening {
  readonly listener: Listener
  readonly counts: { crowded: number; failed: unknown[] }
  readonly to: { readonly host: string; readonly port: number }
}

async function listening(
  converse: ConnectionHandler['serve'],
  plan: Partial<typeof LOOPBACK> | object = {},
  words?: Uint8Array,
): Promise<Listening> {
  const counts = { crowded: 0, failed: [] as unknown[] }
  const host: ConnectionHandler = {
    admits: () => true,
    reject: () => {
      counts.crowded += 1
      return words
    },
    serve: async (connection, stopping) => {
      try {
        await converse(connection, stopping)
      } catch (error) {
        counts.failed.push(error)
        throw error
      }
    },
  }
  const listener = await listen({ ...LOOPBACK, ...plan }, host)
  onTestFinished(async () => {
    listener.stop()
    await listener.done
  })
  return { listener, counts, to: { host: '127.0.0.1', port: listener.address.port } }
}

/** A socket that may be reset before it has noticed that it is connected. */
function newcomer(port: number): Socket {
  const socket = connectSocket({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  return socket
}

/** A plain socket, so that only one end is ours. */
async function client(port: number): Promise<Socket> {
  const socket = newcomer(port)
  await once(socket, 'connect')
  return socket
}

/** Resolves when the other side has ended or reset the connection. */
async function gone(socket: Socket): Promise<void> {
  socket.resume()
  await new Promise<void>(resolve => {
    for (const event of ['end', 'close']) socket.once(event, () => resolve())
  })
}

async function echo(connection: Connection): Promise<void> {
  for await (const piece of connection.chunks()) await connection.send(piece)
  await connection.end()
}

async function everything(socket: Socket): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of socket as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

describe('a listener', () => {
  test('reports its address, and answers', async () => {
    const { listener, to } = await listening(echo)
    expect(listener.address).toEqual({ address: '127.0.0.1', port: to.port, family: 'tcp4' })
    const socket = await client(to.port)
    socket.end('hello')
    expect(await everything(socket)).toBe('hello')
  })

  test('reports a port that is in use', async () => {
    const { to } = await listening(echo)
    await expect(listening(echo, { port: to.port })).rejects.toMatchObject({
      code: 'addressInUse',
      message: expect.stringContaining(`127.0.0.1:${to.port}`),
    })
  })

  test('closes one connection too many, and counts it', async () => {
    const { counts, to } = await listening(echo, { maxConnections: 1 })
    const first = await client(to.port)
    first.write('a')
    await once(first, 'data')
    await gone(newcomer(to.port))
    expect(counts.crowded).toBe(1)
    first.write('b')
    expect(String((await once(first, 'data'))[0])).toBe('b')
  })

  test('resets one connection too many, or sends it the last message, though it had sent more', async () => {
    for (const words of [undefined, new TextEncoder().encode('full')]) {
      const { to } = await listening(echo, { maxConnections: 1 }, words)
      const first = await client(to.port)
      first.write('a')
      await once(first, 'data')
      const second = newcomer(to.port)
      const end = everything(second).catch((error: unknown) => error)
      second.end(new Uint8Array(100_000))
      if (words === undefined) expect(await end).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) })
      else expect(await end).toBe('full')
    }
  })

  test('ends one connection for an error while serving it, and no other', async () => {
    const { counts, to } = await listening(async connection => {
      for await (const piece of connection.chunks()) {
        if (piece[0] === 0x21) throw new Error('bang')
        await connection.send(piece)
      }
    })
    const [good, bad] = [await client(to.port), await client(to.port)]
    bad.write('!')
    await gone(bad)
    good.write('still here')
    expect(String((await once(good, 'data'))[0])).toBe('still here')
    expect(counts.failed).toMatchObject([{ message: 'bang' }])
  })

  test('resets an idle connection', async () => {
    const { counts, to } = await listening(echo, { idle: 50 * MILLISECOND })
    const socket = await client(to.port)
    await gone(socket)
    expect(counts.failed).toMatchObject([{ code: 'socket', message: expect.stringMatching(/no data moved/) }])
  })

  test('that is stopped waits for a request in progress', async () => {
    let ended = false
    const { listener, to } = await listening(async (connection, stopping) => {
      await connection.send(Uint8Array.of(1))
      await once(stopping, 'abort')
      await connection.send(Uint8Array.of(2))
      await connection.end()
      ended = true
    })
    const socket = await client(to.port)
    await once(socket, 'data')
    listener.stop()
    await listener.done
    expect(ended).toBe(true)
    await expect(connect({ target: to, timeout: 30 * SECOND })).rejects.toMatchObject({ code: 'socket' })
  })

  test('that is stopped resets a connection that does not end', async () => {
    const { listener, counts, to } = await listening(echo)
    const socket = await client(to.port)
    socket.write('a')
    await once(socket, 'data')
    listener.stop()
    await listener.done
    expect(counts.failed).toMatchObject([{ code: 'socket', message: expect.stringContaining('connection is closed') }])
  })
})

describe('a connection', () => {
  test('that the peer resets reports that to its reader', async () => {
    const { counts, to } = await listening(echo)
    const socket = await client(to.port)
    socket.write('a')
    await once(socket, 'data')
    const closed = once(socket, 'close')
    socket.resetAndDestroy()
    await closed
    await expect.poll(() => counts.failed.length, { timeout: 30_000 }).toBe(1)
    expect(counts.failed[0]).toMatchObject({ code: 'socket', message: expect.stringContaining('broke the connection') })
  })

  test('takes no more bytes than the peer reads', async () => {
    let sent = 0
    const { to } = await listening(async connection => {
      const piece = new Uint8Array(1024 * 1024)
      while (sent < 1000) {
        await connection.send(piece)
        sent += 1
      }
    })
    const socket = await client(to.port)
    // The kernel's buffers fill, and then no piece is accepted any more: two readings in a row are equal.
    let before = -1
    await expect
      .poll(
        () => {
          const still = sent === before && sent > 0
          before = sent
          return still
        },
        { interval: 200, timeout: 50_000 },
      )
      .toBe(true)
    expect(sent).toBeLessThan(1000)
    socket.destroy()
  })

  test('closed after an answer loses nothing of it, though the peer had sent more', async () => {
    const { to } = await listening(async connection => {
      for await (const _ of connection.chunks()) break
      await connection.send(new TextEncoder().encode('no more'))
      await connection.linger()
    })
    const socket = await client(to.port)
    socket.write(new Uint8Array(3_000_000))
    const answer = everything(socket)
    socket.end()
    expect(await answer).toBe('no more')
  })
})

describe('connecting', () => {
  test('to a closed port is reported', async () => {
    const { listener, to } = await listening(echo)
    listener.stop()
    await listener.done
    await expect(connect({ target: to, timeout: 30 * SECOND })).rejects.toMatchObject({
      code: 'socket',
      message: `cannot connect to 127.0.0.1:${to.port}: nothing listens there (ECONNREFUSED)`,
      hint: expect.stringContaining('server'),
    })
  })

  test('tries the addresses of a name until one accepts', async () => {
    const { to } = await listening(echo)
    const connection = await connect({ target: { host: 'localhost', port: to.port }, timeout: 30 * SECOND })
    expect(connection.peer).toEqual({ address: '127.0.0.1', port: to.port, family: 'tcp4' })
    connection.destroy()
  })

  test('with a family that the address does not have is an error', async () => {
    await expect(
      connect({ target: { host: '127.0.0.1', port: 9 }, family: 6, timeout: 30 * SECOND }),
    ).rejects.toMatchObject({ code: 'resolve' })
  })
})
