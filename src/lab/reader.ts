import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { errorName } from '../engine/socket-error.ts'
import { withTimeout } from './with-timeout.ts'
import { write, type TcpServer } from './tcp-server.ts'

/** Where the next read goes. */
interface Delivery {
  to: (bytes: Uint8Array | undefined) => void
}

/**
 * A connection that is read call by call: each `read` is one recv(2) of the size planned for it, and between two of them nothing is
 * taken from the kernel. (Option `onread` of node:net makes libuv read into a buffer of ours, and reading is paused after each.)
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

  /** Connects. Reads have these sizes, one after the other, and then all the last of them. Rejects with the error of connect(2). */
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

  /** One read: what it gave, or undefined at the end of the stream. Waits until there is something. */
  async read(): Promise<Uint8Array | undefined> {
    const taken = this.#ended
      ? Promise.resolve(undefined)
      : new Promise<Uint8Array | undefined>(resolve => {
          this.#deliver.to = resolve
        })
    this.#socket.resume()
    return await withTimeout(taken, 'byte')
  }

  /** The same as text; empty at the end. */
  async readText(): Promise<string> {
    const bytes = await this.read()
    return bytes === undefined ? '' : Buffer.from(bytes).toString()
  }

  /** Every read until the end of the stream. */
  async readAll(): Promise<readonly Uint8Array[]> {
    const reads: Uint8Array[] = []
    for (let bytes = await this.read(); bytes !== undefined; bytes = await this.read()) reads.push(bytes)
    return reads
  }

  /** Writes, and waits until the kernel has it. */
  async write(data: string | Uint8Array): Promise<void> {
    await write(this.#socket, data)
  }

  close(): void {
    this.#socket.destroy()
  }
}

/** The name of the error of a connection that does not come about; undefined if it does. */
export async function refusal(at: TcpServer['at']): Promise<string | undefined> {
  try {
    const reader = await Reader.connect(at, [1])
    reader.close()
    return undefined
  } catch (error) {
    return errorName(error) || 'no answer'
  }
}
