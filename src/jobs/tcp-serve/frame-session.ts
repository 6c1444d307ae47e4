import { UdptoolError } from '../../base/error.ts'
import type { Nanos } from '../../base/nanos.ts'
import { quoted } from '../../base/quoted.ts'
import type { Connection } from '../../stream/connection.ts'
import { readFrames, type IncomingFrame } from '../../stream/frames.ts'
import { encodeFrameHeader } from '../../wire/framing.ts'
import type { TcpDeed, TcpFacts } from './facts.ts'
import type { Inbox } from './inbox.ts'
import { runListed } from './listed-command.ts'
import type { CommandsPlan } from './plan.ts'
import type { Turns } from './turns.ts'
import { readUploadRequest } from './upload-request.ts'

/** What the requests of all connections share. */
export interface Desk {
  readonly inbox?: Inbox
  readonly commands?: CommandsPlan & { readonly turns: Turns }
  readonly idle: Nanos
  readonly facts: TcpFacts
  readonly tell: (deed: TcpDeed) => void
}

/**
 * One connection whose stream is made of frames: requests, each with its answer, one after the other. A request that is refused,
 * and anything that is no frame, is answered with an error, and ends this connection and no other.
 */
export class FrameSession {
  readonly #connection: Connection
  readonly #desk: Desk
  #busy = false

  constructor(connection: Connection, desk: Desk) {
    this.#connection = connection
    this.#desk = desk
  }

  async run(stopping: AbortSignal): Promise<void> {
    const leave = (): void => {
      if (!this.#busy) this.#connection.destroy()
    }
    stopping.addEventListener('abort', leave)
    let request: unknown
    try {
      for await (const frame of readFrames(this.#connection.pieces())) {
        this.#busy = true
        request = frame.header['cmd']
        await this.#answer(request, frame)
        this.#busy = false
        if (stopping.aborted) return await this.#connection.linger()
      }
      await this.#connection.end()
    } catch (error) {
      if (!(error instanceof UdptoolError) || (error.code !== 'refused' && error.code !== 'protocol')) throw error
      await this.#refuse(error, request)
    } finally {
      stopping.removeEventListener('abort', leave)
    }
  }

  async #answer(request: unknown, frame: IncomingFrame): Promise<void> {
    const { inbox, commands } = this.#desk
    if (request === 'put' && inbox !== undefined) await this.#store(frame, inbox)
    else if (request === 'run' && commands !== undefined) await this.#execute(frame, commands)
    else if (request === 'put') throw refusal('this server takes no files')
    else if (request === 'run') throw refusal('this server runs no commands')
    else throw refusal(`there is no request ${typeof request === 'string' ? quoted(request) : 'without a cmd'}`)
  }

  async #store({ header, body }: IncomingFrame, inbox: Inbox): Promise<void> {
    const stored = await inbox.store(readUploadRequest(header, inbox.maxSize), body)
    const { fileName, size, sha256 } = stored
    this.#desk.facts.uploads += 1
    this.#desk.facts.uploadedBytes += size
    this.#desk.tell({ event: 'stored', ...stored, peer: this.#connection.peer })
    await this.#connection.send(encodeFrameHeader({ status: 'ok', file_name: fileName, size, sha256 }))
  }

  async #execute({ header }: IncomingFrame, commands: NonNullable<Desk['commands']>): Promise<void> {
    const { name } = header
    const argv = typeof name === 'string' ? commands.list.get(name) : undefined
    if (typeof name !== 'string' || argv === undefined) {
      throw refusal(`there is no command ${typeof name === 'string' ? quoted(name) : 'without a name'} on the list`)
    }
    const connection = this.#connection
    // While it runs it is not the peer who is silent.
    connection.patience(0)
    const { exitCode, reason, output } = await commands.turns.take(() => runListed(argv, commands, connection.closed))
    connection.patience(this.#desk.idle)
    try {
      const size = output.reduce((sum, spool) => sum + spool.size, 0)
      const ended = reason === undefined ? { status: 'ok' } : { status: 'error', reason }
      this.#desk.facts.commands += 1
      this.#desk.tell({
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

  async #refuse({ code, message: reason }: UdptoolError, request: unknown): Promise<void> {
    this.#desk.facts.refused[code === 'refused' ? 'request' : 'frame'] += 1
    this.#desk.tell({ event: 'refused', reason, peer: this.#connection.peer })
    // Who asked for a command reads as many bytes of output as the header names.
    const body = request === 'run' ? { data_size: 0 } : {}
    await this.#connection.send(encodeFrameHeader({ status: 'error', reason, ...body }))
    await this.#connection.linger()
  }
}

function refusal(reason: string): UdptoolError {
  return new UdptoolError('refused', reason)
}
