import { formatAddress, type Address } from '../../base/address.ts'
import { UdptoolError } from '../../base/error.ts'
import { toMs } from '../../base/nanos.ts'
import { Exchange, type Answer } from '../../engine/dgram/exchange.ts'
import { resolveHost } from '../../engine/resolve.ts'
import { createMessageResult, messageFate, messageRule, type MessageFacts } from '../../verdict/message-document.ts'
import type { Result, ResultMessage } from '../../verdict/result.ts'
import { readVersion } from '../version.ts'
import { startEmbeddedServer, type EmbeddedServer } from '../embedded-server.ts'
import { describeHost } from '../host.ts'
import { effectiveOptions } from './effective.ts'
import type { SendPlan } from './plan.ts'
import { decodeMessage, encodeReply, type Encoding } from './message-encoding.ts'

/** Messages remembered to know a late reply for what it is. */
const REMEMBERED = 64

/** A conversation: one message at a time, each with its reply. Ask, then `finish`. */
export class MessageRun {
  readonly target: Address
  readonly #plan: SendPlan
  readonly #exchange: Exchange
  readonly #server: EmbeddedServer | undefined
  readonly #encoding: Encoding
  readonly #startedAt = new Date().toISOString()
  readonly #start = performance.now()
  readonly #messages: MessageFacts[] = []
  readonly #unanswered: Uint8Array[] = []

  private constructor(
    plan: SendPlan,
    exchange: Exchange,
    target: Address,
    server: EmbeddedServer | undefined,
    encoding: Encoding,
  ) {
    this.#plan = plan
    this.#exchange = exchange
    this.target = target
    this.#server = server
    this.#encoding = encoding
  }

  /** Opens the socket. Rejects with a UdptoolError. */
  static async open(plan: SendPlan, encoding: Encoding): Promise<MessageRun> {
    if (plan.engine === 'kernel') {
      throw new UdptoolError('engine', 'messages use the dgram engine, in lock-step: the kernel engine is for probes', {
        operation: '--engine kernel',
        hint: 'leave --engine out',
      })
    }
    const server = plan.self ? await startEmbeddedServer(plan.engine, plan.family) : undefined
    const [resolved] = server === undefined ? await resolveHost(plan.target.host, plan.family) : [server.address]
    const target: Address = server?.address ?? { ...resolved, port: plan.target.port }
    const exchange = await Exchange.open({ ...plan.sockets, target })
    return new MessageRun(plan, exchange, target, server, encoding)
  }

  /** Sends one message and waits for its reply or the timeout. */
  async ask(text: string): Promise<ResultMessage> {
    const sent = decodeMessage(text, this.#encoding)
    const answer = await this.#exchange.ask(sent, this.#plan.probe.timeout, bytes => !this.#isLate(bytes, sent))
    if (answer.kind === 'silence') {
      this.#unanswered.push(sent)
      if (this.#unanswered.length > REMEMBERED) this.#unanswered.shift()
    }
    const fate = messageFate(sent, answer.kind === 'reply' ? answer.bytes : undefined, answer.kind)
    const facts: MessageFacts = {
      fate,
      rule: answer.kind === 'reply' ? messageRule(sent, answer.bytes) : undefined,
      replySize: answer.kind === 'reply' ? answer.bytes.length : 0,
      document: this.#describe(text, answer, fate),
      rtt: answer.kind === 'reply' ? answer.rtt : undefined,
    }
    this.#messages.push(facts)
    return facts.document
  }

  /** Closes the socket and makes the Result. */
  async finish(interrupted: boolean): Promise<Result> {
    this.#exchange.close()
    await this.#server?.close()
    return createMessageResult(this.#messages, this.#plan.expectations, {
      command: 'send',
      version: readVersion(),
      host: describeHost(),
      target: this.target,
      options: effectiveOptions(this.#plan),
      startedAt: this.#startedAt,
      durationMs: performance.now() - this.#start,
      interrupted,
    })
  }

  /** A reply to an earlier message that had timed out is no answer to this one. */
  #isLate(bytes: Uint8Array, sent: Uint8Array): boolean {
    if (messageFate(sent, bytes, 'reply') === 'intact') return false
    return this.#unanswered.some(earlier => earlier.length > 0 && messageFate(earlier, bytes, 'reply') === 'intact')
  }

  #describe(text: string, answer: Answer, fate: string): ResultMessage {
    return {
      seq: this.#messages.length,
      sent: text,
      ...(this.#encoding === 'text' ? {} : { encoding: this.#encoding }),
      ...(answer.kind === 'reply'
        ? {
            reply: encodeReply(answer.bytes, this.#encoding),
            from: formatAddress(answer.from),
            rttMs: toMs(answer.rtt),
          }
        : {}),
      fate,
    }
  }
}
