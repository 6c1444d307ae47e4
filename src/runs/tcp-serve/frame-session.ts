import { formatDuration } from '../../base/duration.ts'
import { UdptoolError } from '../../base/error.ts'
import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import { quoted } from '../../base/quoted.ts'
import type { MinRate } from '../../stream/allowance.ts'
import type { Connection } from '../../stream/connection.ts'
import { readFrames, type IncomingFrame } from '../../stream/frames.ts'
import { sourceOf } from '../../stream/source.ts'
import { encodeFrameHeader } from '../../wire/framing.ts'
import type { TcpEvent, TcpFacts, TcpRefusal } from './facts.ts'
import type { Inbox } from './inbox.ts'
import { runListed } from './listed-command.ts'
import type { CommandsPlan } from './plan.ts'
import type { SpoolRoom } from './spool.ts'
import { InboxFullError, StorageError } from './storage-error.ts'
import type { Semaphore } from './semaphore.ts'
import { readUploadRequest } from './upload-request.ts'

/** State that the requests of all connections share. */
export interface RequestContext {
  readonly inbox?: Inbox
  readonly commands?: CommandsPlan & { readonly semaphore: Semaphore; readonly room: SpoolRoom }
  readonly idle: Nanos
  readonly headerTime: Nanos
  readonly minRate: MinRate
  readonly facts: TcpFacts
  readonly emit: (event: TcpEvent) => void
}

/**
 * A connection whose stream consists of frames: requests, each with its answer, one after the other. A request that is refused, and data
 * that is not a frame, gets an error as its answer and ends this connection only.
 */
export class FrameSession {
  readonly #connection: Connection
  readonly #context: RequestContext
  #busy = false
  #headerTimer: NodeJS.Timeout | undefined

  constructor(connection: Connection, context: RequestContext) {
    this.#connection = connection
    this.#context = context
  }

  /** Serves until the peer ends. After `ending` is aborted, only until the current request is answered. */
  async run(ending: AbortSignal): Promise<void> {
    const leave = (): void => {
      if (!this.#busy) this.#connection.destroy()
    }
    ending.addEventListener('abort', leave)
    let request: unknown
    try {
      this.#connection.lastMessage = refusalFrame
      for await (const frame of readFrames(this.#pieces())) {
        clearTimeout(this.#headerTimer)
        this.#headerTimer = undefined
        this.#busy = true
        request = frame.header['cmd']
        await this.#answer(request, frame)
        this.#busy = false
        this.#connection.lastMessage = refusalFrame
        if (ending.aborted) return await this.#connection.linger()
      }
      await this.#connection.end()
    } catch (error) {
      if (!(error instanceof UdptoolError) || (error.code !== 'refused' && error.code !== 'protocol')) throw error
      await this.#refuse(error, request)
    } finally {
      clearTimeout(this.#headerTimer)
      ending.removeEventListener('abort', leave)
    }
  }

  /** The stream, with a time limit from the first byte of a header until the header is complete. */
  async *#pieces(): AsyncGenerator<Uint8Array, void> {
    const { headerTime } = this.#context
    const reason = `the header of a request was incomplete after ${formatDuration(headerTime)}`
    const late = (): void => this.#connection.evict({ kind: 'slow', reason })
    for await (const piece of this.#connection.chunks()) {
      if (!this.#busy) this.#headerTimer ??= setTimeout(late, headerTime / MILLISECOND)
      yield piece
    }
  }

  async #answer(request: unknown, frame: IncomingFrame): Promise<void> {
    const { inbox, commands } = this.#context
    if (request === 'put' && inbox !== undefined) await this.#store(frame, inbox)
    else if (request === 'run' && commands !== undefined) await this.#execute(frame, commands)
    else if (request === 'put') throw refusal('this server takes no files')
    else if (request === 'run') throw refusal('this server runs no commands')
    else throw refusal(`unknown request ${typeof request === 'string' ? quoted(request) : 'without a cmd'}`)
  }

  async #store({ header, body }: IncomingFrame, inbox: Inbox): Promise<void> {
    const request = readUploadRequest(header, inbox.maxSize)
    this.#connection.demandReads(this.#context.minRate)
    const stored = await inbox.store(request, body)
    this.#connection.demandReads(undefined)
    this.#connection.lastMessage = undefined
    const { fileName, size, sha256 } = stored
    this.#context.facts.uploads += 1
    this.#context.facts.uploadedBytes += size
    this.#context.emit({ event: 'stored', ...stored, peer: this.#connection.peer })
    await this.#connection.send(encodeFrameHeader({ status: 'ok', file_name: fileName, size, sha256 }))
  }

  async #execute({ header }: IncomingFrame, commands: NonNullable<RequestContext['commands']>): Promise<void> {
    const { name } = header
    const argv = typeof name === 'string' ? commands.list.get(name) : undefined
    if (typeof name !== 'string' || argv === undefined) {
      throw refusal(`there is no command ${typeof name === 'string' ? quoted(name) : 'without a name'} on the list`)
    }
    const connection = this.#connection
    connection.lastMessage = undefined
    // While the command runs, the peer need not send.
    connection.idleTimeout(0)
    connection.isServed = true
    const { exitCode, reason, output } = await commands.semaphore.take(sourceOf(connection.peer.address), () =>
      runListed(argv, commands, connection.closed, commands.room),
    )
    connection.isServed = false
    connection.idleTimeout(this.#context.idle)
    try {
      const size = output.reduce((sum, spool) => sum + spool.size, 0)
      const ended = reason === undefined ? { status: 'ok' } : { status: 'error', reason }
      this.#context.facts.commands += 1
      this.#context.emit({
        event: 'ran',
        name,
        exitCode,
        size,
        ...(reason === undefined ? {} : { reason }),
        peer: connection.peer,
      })
      await connection.send(encodeFrameHeader({ ...ended, exit_code: exitCode, data_size: size }))
      for (const spool of output) for await (const piece of spool.read()) await connection.send(piece)
    } finally {
      await Promise.all(output.map(spool => spool.close()))
    }
  }

  async #refuse(error: UdptoolError, request: unknown): Promise<void> {
    const { message: reason } = error
    const { facts } = this.#context
    const kind = kindOf(error)
    facts.refused[kind] += 1
    if (error instanceof StorageError) facts.storageErrors[error.reason] = (facts.storageErrors[error.reason] ?? 0) + 1
    this.#context.emit({ event: 'refused', kind, reason, peer: this.#connection.peer })
    this.#connection.demandReads(undefined)
    this.#connection.lastMessage = undefined
    // The client of a command reads as many bytes of output as the header declares.
    const body = request === 'run' ? { data_size: 0 } : {}
    await this.#connection.send(encodeFrameHeader({ status: 'error', reason, ...body }))
    await this.#connection.linger()
  }
}

function kindOf(error: UdptoolError): TcpRefusal {
  if (error instanceof StorageError) return 'storage'
  if (error instanceof InboxFullError) return 'full'
  return error.code === 'refused' ? 'request' : 'frame'
}

/** The last frame to a peer that is refused or disconnected. */
export function refusalFrame(reason: string): Uint8Array {
  return encodeFrameHeader({ status: 'error', reason })
}

function refusal(reason: string): UdptoolError {
  return new UdptoolError('refused', reason)
}
