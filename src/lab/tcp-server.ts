import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Address } from '../base/address.ts'
import { withTimeout } from './with-timeout.ts'

/** Handles a connection. Reading is paused until something reads. */
export type Serve = (connection: Socket) => Promise<void> | void

/** A listener on this host: TCP, or AF_UNIX at a path. */
export class TcpServer {
  readonly at: Address | string
  readonly #server: Server
  readonly #open: Set<Socket>

  private constructor(server: Server, at: TcpServer['at'], open: Set<Socket>) {
    this.#server = server
    this.at = at
    this.#open = open
  }

  static async open(serve: Serve, at: TcpServer['at'] = LOOPBACK): Promise<TcpServer> {
    const open = new Set<Socket>()
    const server = createServer({ noDelay: true, pauseOnConnect: true }, connection => {
      open.add(connection)
      // A client that disconnects is not an error: lessons examine what they received.
      connection.on('error', () => connection.destroy())
      connection.once('close', () => open.delete(connection))
      Promise.resolve(serve(connection)).catch((error: unknown) => connection.destroy(error as Error))
    })
    server.listen(typeof at === 'string' ? { path: at } : { host: at.address, port: at.port })
    await withTimeout(once(server, 'listening'), 'listener')
    const bound = server.address()
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0
    return new TcpServer(server, typeof at === 'string' ? at : { ...at, port }, open)
  }

  async close(): Promise<void> {
    for (const connection of this.#open) connection.destroy()
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }
}

const LOOPBACK: Address = { address: '127.0.0.1', port: 0, family: 'udp4' }

/** Writes, and waits until the kernel has the data. */
export async function write(connection: Socket, data: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    connection.write(data, error => (error instanceof Error ? reject(error) : resolve()))
  })
}
