import { formatAddress, type StreamAddress } from '../../base/address.ts'
import { connect } from '../../stream/connect.ts'
import type { Connection } from '../../stream/connection.ts'
import { messageFate } from '../../verdict/message-document.ts'
import type { ResultMessage } from '../../verdict/result.ts'
import type { TcpSendPlan } from './plan.ts'
import { ReplyReader } from './reply-reader.ts'

/** What a conversation was. */
export interface TcpSendReport {
  readonly command: 'tcp send'
  readonly target: StreamAddress
  readonly messages: readonly ResultMessage[]
  /** What came after the last reply had been taken for whole. */
  readonly rest?: string
  /** A signal ended it. */
  readonly interrupted: boolean
  /** `fail`: no message was answered. */
  readonly verdict: 'pass' | 'fail'
}

/** The most bytes of a rest that are kept. */
const MOST_REST = 1024 * 1024

/**
 * Messages over one connection, one at a time, each with its reply. A stream has no messages: a reply is taken for whole when it is as
 * long as what was sent, when the timeout has passed in silence, or when the server ends the connection. Ask, then `finish`.
 */
export class Conversation {
  readonly target: StreamAddress
  readonly #connection: Connection
  readonly #replies: ReplyReader
  readonly #messages: ResultMessage[] = []
  #over = false

  private constructor(connection: Connection, { timeout }: TcpSendPlan) {
    this.#connection = connection
    this.target = connection.peer
    this.#replies = new ReplyReader(connection.pieces(), timeout)
  }

  /** Connects. Rejects with a UdptoolError. */
  static async open(plan: TcpSendPlan): Promise<Conversation> {
    return new Conversation(await connect(plan.connect), plan)
  }

  /** Whether the server has ended its side: then no message is answered any more. */
  get over(): boolean {
    return this.#over
  }

  /** Sends one message and waits for its reply. An empty one sends nothing and has none. Rejects where the connection breaks. */
  async ask(text: string): Promise<ResultMessage> {
    const sent = new TextEncoder().encode(text)
    const start = performance.now()
    // At once: a server that sends while it receives would else wait for us, and we for it.
    const [{ bytes, because }] = await Promise.all([this.#replies.take(sent.length), this.#connection.send(sent)])
    this.#over = because === 'end'
    const message: ResultMessage = {
      seq: this.#messages.length,
      sent: text,
      ...(bytes.length === 0
        ? {}
        : {
            reply: new TextDecoder().decode(bytes),
            from: formatAddress(this.target),
            rttMs: performance.now() - start,
          }),
      fate: messageFate(sent, bytes.length === 0 ? undefined : bytes, 'silence'),
    }
    this.#messages.push(message)
    return message
  }

  /** Ends our side, takes what still comes, and closes. */
  async finish(interrupted = false): Promise<TcpSendReport> {
    try {
      void this.#connection.end()
      const { bytes } = this.#over ? { bytes: new Uint8Array() } : await this.#replies.take(MOST_REST)
      const rest = new TextDecoder().decode(bytes)
      return this.#report(interrupted, rest === '' ? {} : { rest })
    } catch {
      return this.#report(interrupted, {})
    } finally {
      this.close()
    }
  }

  close(): void {
    this.#connection.destroy()
  }

  #report(interrupted: boolean, rest: { readonly rest?: string }): TcpSendReport {
    const answered = this.#messages.some(({ reply }) => reply !== undefined)
    return {
      command: 'tcp send',
      target: this.target,
      messages: this.#messages,
      ...rest,
      interrupted,
      verdict: answered ? 'pass' : 'fail',
    }
  }
}
