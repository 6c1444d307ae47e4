import { isError } from '../base/thrown.ts'
import type { Socket } from 'node:net'
import { formatAddress, type StreamAddress } from '../base/address.ts'
import { formatDuration } from '../base/duration.ts'
import { UdptoolError } from '../base/error.ts'
import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import { socketError } from '../engine/socket-error.ts'
import { Allowance, type MinRate } from './allowance.ts'

/** How long, and how many bytes, a connection that was answered is still listened to before it is closed. */
const LINGER = { time: 2 * SECOND, bytes: 64 * 1024 * 1024 } as const

/** Why we closed a connection. */
export interface Eviction {
  /** `slow`: its peer took too long; `displaced`: its place was given to another source. */
  readonly kind: 'slow' | 'displaced'
  readonly reason: string
}

/** How long the last message to an evicted peer may take. */
const LAST_MESSAGE_TIME: Nanos = SECOND
/** The longest that a timer of Node can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * One TCP connection. Nothing is read before it is asked for and nothing is written before the last bytes were taken, so
 * neither side can make the other's memory grow: the kernel's buffers fill, and then the faster side waits.
 */
export class Connection {
  readonly peer: StreamAddress
  /** Aborted once the connection is gone, whoever ended it. */
  readonly closed: AbortSignal
  readonly #socket: Socket
  #reads: Allowance | undefined
  #writes: Allowance | undefined
  #movedAt = performance.now()
  #eviction: Eviction | undefined
  /** Set while the peer waits for us, as for the end of a command. */
  isServed = false
  /** Makes the last message to an evicted peer; undefined while something else is being sent to it. */
  lastMessage: ((reason: string) => Uint8Array) | undefined

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

  /** When something was last received or taken, on the clock of `performance.now`. While we work for the peer, that is now. */
  get movedAt(): number {
    return this.isServed ? performance.now() : this.#movedAt
  }

  /** Why we ended it, if we did. */
  get eviction(): Eviction | undefined {
    return this.#eviction
  }

  /** Breaks the connection off once nothing has moved on it for so long; 0: never. */
  idleTimeout(time: Nanos): void {
    this.#socket.removeAllListeners('timeout')
    this.#socket.setTimeout(time / MILLISECOND, () => {
      const reason = `no data moved for ${formatDuration(time)}`
      this.#socket.destroy(new UdptoolError('socket', `${formatAddress(this.peer)}: ${reason}`))
    })
  }

  /** From now on, expels the peer if it sends what we wait for more slowly; undefined: it may take its time. */
  demandReads(rate: MinRate | undefined): void {
    this.#reads = rate === undefined ? undefined : new Allowance(rate)
  }

  /** From now on, expels the peer if it takes what we send more slowly. */
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
      // Not in order: the kernel would go on sending what it holds, at the pace of the peer.
      this.#socket.resetAndDestroy()
      return
    }
    const over = setTimeout(end, LAST_MESSAGE_TIME / MILLISECOND)
    this.#socket.write(lastMessage, () => {
      clearTimeout(over)
      end()
    })
  }

  /** The bytes as they come, until the peer ends its side. Throws a UdptoolError where the connection breaks. */
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

  /** Waits for the next piece. The wait ends, and with it its timer, where the connection breaks, too. */
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

  /** Resolves once the kernel has taken the bytes. Rejects with a UdptoolError where the connection breaks. */
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
      for await (const _ of this.chunks()) if (this.bytesReceived - before > LINGER.bytes) break
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

  /** Breaks the connection off, so that the peer cannot take it for an end in order. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }

  /** Begins to wait for the peer; what comes back notes the end of it, and the bytes that moved. */
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
    // What Node says of a socket that we ourselves have closed would not help anybody.
    if (this.#socket.destroyed && this.#socket.errored === null)
      return new UdptoolError('socket', `cannot ${operation} ${at}: the connection is closed`, {
        operation,
        address: at,
      })
    return socketError(real, operation, at)
  }
}
