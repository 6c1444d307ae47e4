import { isError } from '../base/thrown.ts'
import type { Socket } from 'node:net'
import { formatAddress, type StreamAddress } from '../base/address.ts'
import { formatDuration } from '../base/duration.ts'
import { UdptoolError } from '../base/error.ts'
import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import { socketError } from '../engine/socket-error.ts'
import { Allowance, type MinRate } from './allowance.ts'

/** How long, and up to how many bytes, data is discarded after the answer before the connection is closed. */
const LINGER = { time: 2 * SECOND, bytes: 64 * 1024 * 1024 } as const

export interface Eviction {
  /** `slow`: the peer took too long; `displaced`: another source gets its slot. */
  readonly kind: 'slow' | 'displaced'
  readonly reason: string
}

/** Time limit for the last message to an evicted peer. */
const LAST_MESSAGE_TIME: Nanos = SECOND
/** The longest delay of a Node timer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * One TCP connection. It reads only on demand and writes only after the kernel has accepted the last bytes, so neither side can make the
 * other's memory grow: the kernel's buffers fill, and then the faster side waits.
 */
export class Connection {
  readonly peer: StreamAddress
  /** Aborted when the connection has ended, for whatever reason. */
  readonly closed: AbortSignal
  readonly #socket: Socket
  #reads: Allowance | undefined
  #writes: Allowance | undefined
  #movedAt = performance.now()
  #eviction: Eviction | undefined
  /** Set while the peer waits for us, as for the end of a command. */
  isServed = false
  /** Makes the last message to an evicted peer; undefined while other data is being sent to it. */
  lastMessage: ((reason: string) => Uint8Array) | undefined

  /** Requires a socket that is connected and half-open (`allowHalfOpen`). */
  constructor(socket: Socket, peer: StreamAddress) {
    this.#socket = socket
    this.peer = peer
    const gone = new AbortController()
    this.closed = gone.signal
    socket.once('close', () => gone.abort())
    // Readers and writers get the error themselves; without this listener the process would exit.
    socket.on('error', () => {})
  }

  get bytesReceived(): number {
    return this.#socket.bytesRead
  }

  get bytesSent(): number {
    return this.#socket.bytesWritten
  }

  /** When data was last received or sent, on the clock of `performance.now`. Now, while we work for the peer. */
  get movedAt(): number {
    return this.isServed ? performance.now() : this.#movedAt
  }

  /** Why we closed the connection, if we did. */
  get eviction(): Eviction | undefined {
    return this.#eviction
  }

  /** Resets the connection if no data moves for this time; 0: never. */
  idleTimeout(time: Nanos): void {
    this.#socket.removeAllListeners('timeout')
    this.#socket.setTimeout(time / MILLISECOND, () => {
      const reason = `no data moved for ${formatDuration(time)}`
      this.#socket.destroy(new UdptoolError('socket', `${formatAddress(this.peer)}: ${reason}`))
    })
  }

  /** From now on, evicts the peer if it sends slower than this rate; undefined: no limit. */
  demandReads(rate: MinRate | undefined): void {
    this.#reads = rate === undefined ? undefined : new Allowance(rate)
  }

  /** From now on, evicts the peer if it receives slower than this rate. */
  demandWrites(rate: MinRate): void {
    this.#writes = new Allowance(rate)
  }

  /** Closes the connection, after `lastMessage` if there is one. */
  evict(eviction: Eviction): void {
    if (this.#eviction !== undefined || this.#socket.destroyed) return
    this.#eviction = eviction
    const end = (): void =>
      void this.#socket.destroy(new UdptoolError('socket', `${formatAddress(this.peer)}: ${eviction.reason}`))
    const lastMessage = this.#socket.writableLength === 0 ? this.lastMessage?.(eviction.reason) : undefined
    if (lastMessage === undefined) {
      // Reset it: after an orderly close the kernel would go on sending its buffer, at the pace of the peer.
      this.#socket.resetAndDestroy()
      return
    }
    const over = setTimeout(end, LAST_MESSAGE_TIME / MILLISECOND)
    this.#socket.write(lastMessage, () => {
      clearTimeout(over)
      end()
    })
  }

  /** The bytes as they arrive, until the peer ends its side. Throws a UdptoolError if the connection fails. */
  async *chunks(): AsyncGenerator<Uint8Array, void> {
    const chunks = this.#socket.iterator({ destroyOnReturn: false })
    try {
      for (;;) {
        const next = await this.#next(chunks)
        if (next.done === true) return
        yield next.value
      }
    } catch (cause) {
      throw this.#broken(cause, 'read from')
    } finally {
      await chunks.return?.()
    }
  }

  /** Waits for the next piece. If the connection fails, the wait and its timer end too. */
  async #next(chunks: AsyncIterator<unknown>): Promise<IteratorResult<Uint8Array, void>> {
    const moved = this.#waiting(this.#reads, 0, 'it sent')
    let bytes = 0
    try {
      const next = (await chunks.next()) as IteratorResult<Uint8Array, void>
      bytes = next.value?.length ?? 0
      return next
    } finally {
      moved(bytes)
    }
  }

  /** Resolves when the kernel has accepted the bytes. Rejects with a UdptoolError if the connection fails. */
  async send(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return
    const moved = this.#waiting(this.#writes, bytes.length, 'it took')
    await new Promise<void>((resolve, reject) => {
      this.#socket.write(bytes, error => {
        moved(bytes.length)
        if (isError(error) || this.#socket.destroyed) reject(this.#broken(error, 'send to'))
        else resolve()
      })
    })
  }

  /** Ends our side; the peer may still send. Resolves when the kernel has sent everything, or the connection has ended. */
  async end(): Promise<void> {
    await new Promise<void>(resolve => {
      this.#socket.end(() => resolve())
    })
  }

  /**
   * Ends our side and discards incoming data for a while: closing a connection with unread data resets it, and then the peer may never see the
   * answer (RFC 1122 section 4.2.2.13).
   */
  async linger(): Promise<void> {
    const over = setTimeout(() => this.destroy(), LINGER.time / MILLISECOND)
    const before = this.bytesReceived
    void this.end()
    try {
      for await (const _ of this.chunks()) if (this.bytesReceived - before > LINGER.bytes) break
    } catch {
      // The connection has ended either way.
    } finally {
      clearTimeout(over)
      this.destroy()
    }
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Resets the connection, so that the peer does not see an orderly end. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }

  /** Starts a wait for the peer; the returned function ends it and takes the number of bytes transferred. */
  #waiting(allowance: Allowance | undefined, bytes: number, verb: string): (moved: number) => void {
    const start = performance.now()
    const most = allowance?.limit(bytes) ?? Infinity
    const late = (): void => this.evict({ kind: 'slow', reason: `${verb} less than --min-rate for too long` })
    const over = most === Infinity ? undefined : setTimeout(late, Math.min(most / MILLISECOND, LONGEST_TIMER_MS))
    return moved => {
      clearTimeout(over)
      this.#movedAt = performance.now()
      allowance?.spend((this.#movedAt - start) * MILLISECOND, moved)
    }
  }

  #broken(cause: unknown, operation: string): UdptoolError {
    const at = formatAddress(this.peer)
    const real = this.#socket.errored ?? cause
    // Node's error for a socket that we destroyed ourselves would not help a user.
    if (this.#socket.destroyed && this.#socket.errored === null)
      return new UdptoolError('socket', `cannot ${operation} ${at}: the connection is closed`, {
        operation,
        address: at,
      })
    return socketError(real, operation, at)
  }
}
