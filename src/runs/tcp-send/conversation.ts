import { formatAddress, type StreamAddress } from '../../base/address.ts'
import { encodeBase64 } from '../../base/base64.ts'
import { endsInsideCharacter, isUtf8 } from '../../base/utf8.ts'
import { connect } from '../../stream/connect.ts'
import type { Connection } from '../../stream/connection.ts'
import type { TcpSendReport } from '../../verdict/conversation.ts'
import { messageFate } from '../../verdict/message-fate.ts'
import type { ResultMessage } from '../../verdict/result.ts'
import type { TcpSendPlan } from './plan.ts'
import { ReplyReader } from './reply-reader.ts'

/** Limit for the bytes of `rest`. */
const MOST_REST = 1024 * 1024

/**
 * Messages over one connection, one at a time, each with its reply. A stream has no message boundaries: a reply is taken as complete when
 * it is as long as the message, after the timeout without data, or when the server closes the connection. Call `ask` for each message, then
 * `finish`.
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
    this.#replies = new ReplyReader(connection.chunks(), timeout)
  }

  /** Connects. Rejects with a UdptoolError. */
  static async open(plan: TcpSendPlan, signal?: AbortSignal): Promise<Conversation> {
    return new Conversation(await connect(plan.connect, signal), plan)
  }

  /** Whether the server has ended its side. No further message is answered then. */
  get over(): boolean {
    return this.#over
  }

  /**
   * Sends one message, given as text or bytes, and waits for its reply. An empty message is not sent and has no reply. Rejects if the
   * connection breaks.
   */
  async ask(given: string | Uint8Array): Promise<ResultMessage> {
    const sent = typeof given === 'string' ? new TextEncoder().encode(given) : given
    const start = performance.now()
    // Send and receive at the same time. Otherwise a server that sends while it receives could deadlock with us.
    const [{ bytes, because }] = await Promise.all([
      this.#replies.take(sent.length, !endsInsideCharacter(sent)),
      this.#connection.send(sent),
    ])
    this.#over = because === 'end'
    const message: ResultMessage = {
      seq: this.#messages.length,
      ...described('sent', sent),
      ...(bytes.length === 0
        ? {}
        : {
            ...described('reply', bytes),
            from: formatAddress(this.target),
            rttMs: performance.now() - start,
          }),
      fate: messageFate(sent, bytes.length === 0 ? undefined : bytes, 'silence'),
    }
    this.#messages.push(message)
    return message
  }

  /** Ends our side, reads the remaining data, and closes. */
  async finish(interrupted = false): Promise<TcpSendReport> {
    try {
      void this.#connection.end()
      const { bytes } = this.#over ? { bytes: new Uint8Array() } : await this.#replies.take(MOST_REST)
      return this.#report(interrupted, bytes.length === 0 ? {} : described('rest', bytes))
    } catch {
      return this.#report(interrupted, {})
    } finally {
      this.close()
    }
  }

  close(): void {
    this.#connection.destroy()
  }

  #report(interrupted: boolean, rest: Pick<TcpSendReport, 'rest' | 'restBase64'>): TcpSendReport {
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

/** Bytes as text and, if they are not UTF-8, also in base64, so that no information is lost. */
function described<Name extends 'sent' | 'reply' | 'rest'>(name: Name, bytes: Uint8Array): Described<Name> {
  const text = { [name]: Buffer.from(bytes).toString('utf8') }
  return (isUtf8(bytes) ? text : { ...text, [`${name}Base64`]: encodeBase64(bytes) }) as Described<Name>
}

type Described<Name extends string> = Record<Name, string> & Partial<Record<`${Name}Base64`, string>>
