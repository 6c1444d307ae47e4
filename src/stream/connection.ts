import { isError } from '../base/thrown.ts'
import type { Socket } from 'node:net'
import { formatAddress, type StreamAddress } from '../base/address.ts'
import { formatDuration } from '../base/duration.ts'
import { UdptoolError } from '../base/error.ts'
import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import { socketError } from '../engine/socket-error.ts'

/** How long, and how many bytes, a connection that was answered is still listened to before it is closed. */
const LINGER = { time: 2 * SECOND, bytes: 64 * 1024 * 1024 } as const

/**
 * One TCP connection. Nothing is read before it is asked for and nothing is written before the last bytes were taken, so
 * neither side can make the other's memory grow: the kernel's buffers fill, and then the faster side waits.
 */
export class Connection {
  readonly peer: StreamAddress
  /** Aborted once the connection is gone, whoever ended it. */
  readonly closed: AbortSignal
  readonly #socket: Socket

  /** Takes a socket that is connected and half-open (`allowHalfOpen`). */
  constructor(socket: Socket, peer: StreamAddress) {
    this.#socket = socket
    this.peer = peer
    const gone = new AbortController()
    this.closed = gone.signal
    socket.once('close', () => gone.abort())
    // Whoever reads or writes is told; without this listener the process would end.
    socket.on('error', () => {})
  }

  get bytesReceived(): number {
    return this.#socket.bytesRead
  }

  get bytesSent(): number {
    return this.#socket.bytesWritten
  }

  /** Breaks the connection off once nothing has moved on it for so long; 0: never. */
  patience(time: Nanos): void {
    this.#socket.removeAllListeners('timeout')
    this.#socket.setTimeout(time / MILLISECOND, () => {
      const reason = `nothing was heard or taken for ${formatDuration(time)}`
      this.#socket.destroy(new UdptoolError('socket', `${formatAddress(this.peer)}: ${reason}`))
    })
  }

  /** The bytes as they come, until the peer ends its side. Throws a UdptoolError where the connection breaks. */
  async *pieces(): AsyncGenerator<Uint8Array, void> {
    try {
      for await (const piece of this.#socket.iterator({ destroyOnReturn: false })) yield piece as Uint8Array
    } catch (cause) {
      throw this.#broken(cause, 'read from')
    }
  }

  /** Resolves once the kernel has taken the bytes. Rejects with a UdptoolError where the connection breaks. */
  async send(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return
    await new Promise<void>((resolve, reject) => {
      this.#socket.write(bytes, error => {
        if (isError(error) || this.#socket.destroyed) reject(this.#broken(error, 'send to'))
        else resolve()
      })
    })
  }

  /** Ends our side; the peer may still send. Resolves once the kernel has taken all that was sent, or the connection is gone. */
  async end(): Promise<void> {
    await new Promise<void>(resolve => {
      this.#socket.end(() => resolve())
    })
  }

  /**
   * Ends our side and throws away what still comes, for a while: a connection that is closed with unread bytes in it is reset, and
   * then the peer may never see the answer that it was sent (RFC 1122 section 4.2.2.13).
   */
  async linger(): Promise<void> {
    const over = setTimeout(() => this.destroy(), LINGER.time / MILLISECOND)
    const before = this.bytesReceived
    void this.end()
    try {
      for await (const _ of this.pieces()) if (this.bytesReceived - before > LINGER.bytes) break
    } catch {
      // It is over, whichever way.
    } finally {
      clearTimeout(over)
      this.destroy()
    }
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #broken(cause: unknown, operation: string): UdptoolError {
    const at = formatAddress(this.peer)
    const real = this.#socket.errored ?? cause
    // What Node says of a socket that we ourselves have closed would not help anybody.
    if (this.#socket.destroyed && this.#socket.errored === null)
      return new UdptoolError('socket', `cannot ${operation} ${at}: the connection is closed`, {
        operation,
        address: at,
      })
    return socketError(real, operation, at)
  }
}
