import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { errorName } from '../engine/socket-error.ts'
import { withTimeout } from './with-timeout.ts'
import { write, type TcpServer } from './tcp-server.ts'

/** The target of the next read. */
interface Delivery {
  to: (bytes: Uint8Array | undefined) => void
}

/**
 * A connection read call by call: each `read` is one recv(2) of the planned size, and nothing is taken from the kernel in between. (The
 * option `onread` of node:net makes libuv read into our buffer, and reading pauses after each.)
 */
export class Reader {
  readonly #socket: Socket
  readonly #deliver: Delivery
  #ended = false

  private constructor(socket: Socket, deliver: Delivery) {
    this.#socket = socket
    this.#deliver = deliver
    socket.on('end', () => {
      this.#ended = true
      this.#deliver.to(undefined)
    })
    socket.on('error', () => {
      this.#ended = true
      this.#deliver.to(undefined)
    })
  }

  /** Connects. `sizes` are the read sizes in order, and the last one repeats. Rejects with the error of connect(2). */
  static async connect(at: TcpServer['at'], sizes: readonly number[]): Promise<Reader> {
    const deliver: Delivery = { to: () => {} }
    let next = 0
    const onread = {
      buffer: () => new Uint8Array(sizes[Math.min(next++, sizes.length - 1)] ?? 1),
      callback: (length: number, bytes: Uint8Array) => {
        deliver.to(bytes.slice(0, length))
        return false
      },
    }
    const where = typeof at === 'string' ? { path: at } : { host: at.address, port: at.port }
    const socket = connect({ ...where, onread, noDelay: true })
    socket.pause()
    try {
      await withTimeout(once(socket, 'connect'), 'connection')
      return new Reader(socket, deliver)
    } catch (error) {
      socket.destroy()
      throw error
    }
  }

  /** Reads once. Waits for data. Undefined at the end of the stream. */
  async read(): Promise<Uint8Array | undefined> {
    const taken = this.#ended
      ? Promise.resolve(undefined)
      : new Promise<Uint8Array | undefined>(resolve => {
          this.#deliver.to = resolve
        })
    this.#socket.resume()
    return await withTimeout(taken, 'byte')
  }

  /** Reads once, as text. Empty at the end. */
  async readText(): Promise<string> {
    const bytes = await this.read()
    return bytes === undefined ? '' : Buffer.from(bytes).toString()
  }

  /** Reads until the end of the stream. */
  async readAll(): Promise<readonly Uint8Array[]> {
    const reads: Uint8Array[] = []
    for (let bytes = await this.read(); bytes !== undefined; bytes = await this.read()) reads.push(bytes)
    return reads
  }

  /** Writes, and waits until the kernel has the data. */
  async write(data: string | Uint8Array): Promise<void> {
    await write(this.#socket, data)
  }

  close(): void {
    this.#socket.destroy()
  }
}

/** The name of the error of a failed connection attempt. Undefined if it succeeds. */
export async function refusal(at: TcpServer['at']): Promise<string | undefined> {
  try {
    const reader = await Reader.connect(at, [1])
    reader.close()
    return undefined
  } catch (error) {
    return errorName(error) || 'no answer'
  }
}
