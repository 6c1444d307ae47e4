import { formatAddress, type Address } from '../../base/address.ts'
import { UdptoolError } from '../../base/error.ts'
import { toMs } from '../../base/nanos.ts'
import type { Answer } from '../../engine/exchange.ts'
import { createMessageResult, type MessageFacts } from '../../verdict/message-document.ts'
import { messageFate, messageRule } from '../../verdict/message-fate.ts'
import type { Result, ResultMessage } from '../../verdict/result.ts'
import { readVersion } from '../version.ts'
import { startEmbeddedServer, type EmbeddedServer } from '../embedded-server.ts'
import { describeHost } from '../host.ts'
import { effectiveOptions } from './effective.ts'
import type { SendPlan } from './plan.ts'
import { MessageLinks } from './message-links.ts'
import { findTargets, type TargetHooks } from './targets.ts'
import { decodeMessage, encodeReply, isText, type Encoding } from './message-encoding.ts'

type Reply = Extract<Answer, { readonly kind: 'reply' }>

/** A message as given and as sent. */
interface Asked {
  readonly text: string
  readonly bytes: Uint8Array
}

/** A conversation: one message at a time, each with its reply. Call `ask` for each message, then `finish`. */
export class MessageRun {
  readonly #plan: SendPlan
  readonly #links: MessageLinks
  readonly #server: EmbeddedServer | undefined
  readonly #encoding: Encoding
  readonly #startedAt = new Date().toISOString()
  readonly #start = performance.now()
  readonly #asked: Asked[] = []
  readonly #messages: MessageFacts[] = []

  private constructor(plan: SendPlan, links: MessageLinks, server: EmbeddedServer | undefined, encoding: Encoding) {
    this.#plan = plan
    this.#links = links
    this.#server = server
    this.#encoding = encoding
  }

  /** Opens the socket. Rejects with a UdptoolError. */
  static async open(plan: SendPlan, encoding: Encoding, hooks: TargetHooks = {}): Promise<MessageRun> {
    if (plan.engine === 'kernel') {
      throw new UdptoolError('engine', 'messages use the dgram engine, in lock-step: the kernel engine is for probes', {
        operation: '--engine kernel',
        hint: 'leave --engine out',
      })
    }
    const server = plan.self ? await startEmbeddedServer(plan.engine, plan.family) : undefined
    const late: { book: (seq: number, reply: Reply) => void } = { book: () => {} }
    let run: MessageRun
    try {
      const targets = server === undefined ? await findTargets(plan, hooks) : ([server.address] as const)
      const links = await MessageLinks.open(plan, targets, (seq, reply) => late.book(seq, reply), hooks.signal)
      run = new MessageRun(plan, links, server, encoding)
    } catch (error) {
      await server?.close()
      throw error
    }
    late.book = (seq, reply) => run.#bookLate(seq, reply)
    return run
  }

  /** The target of messages: the address of a name that replied, or else the first. */
  get target(): Address {
    return this.#links.target
  }

  /** Sends one message, given as text or bytes, and waits for its reply or the timeout. */
  async ask(given: string | Uint8Array): Promise<ResultMessage> {
    const text = typeof given === 'string' ? given : encodeReply(given, 'text')
    const bytes = typeof given === 'string' || this.#encoding !== 'text' ? decodeMessage(text, this.#encoding) : given
    const asked = { text, bytes }
    this.#asked.push(asked)
    const answer = await this.#links.ask(bytes)
    const facts = this.#factsOf(asked, answer, this.#messages.length)
    this.#messages.push(facts)
    return facts.document
  }

  /** Waits for copies and late replies unless it was interrupted, closes the sockets and makes the Result. */
  async finish(interrupted: boolean): Promise<Result> {
    if (!interrupted) await this.#links.linger()
    this.#links.close()
    await this.#server?.close()
    const { duplicates, unidentified } = this.#links
    const context = {
      command: 'send',
      version: readVersion(),
      host: describeHost(),
      target: this.target,
      ...(this.#plan.self || this.#plan.target.host === this.target.address
        ? {}
        : { targetName: this.#plan.target.host }),
      options: effectiveOptions(this.#plan),
      startedAt: this.#startedAt,
      durationMs: performance.now() - this.#start,
      interrupted,
    } as const
    return createMessageResult(this.#messages, this.#plan.expectations, context, { duplicates, unidentified })
  }

  #factsOf(asked: Asked, answer: Answer, seq: number, isLate = false): MessageFacts {
    const reply = answer.kind === 'reply' ? answer : undefined
    const fate = messageFate(asked.bytes, reply?.bytes, isLate ? 'late' : answer.kind)
    return {
      fate,
      rule: reply === undefined ? undefined : messageRule(asked.bytes, reply.bytes),
      replySize: reply?.bytes.length ?? 0,
      document: this.#describe(asked, reply, fate, seq),
      rtt: reply?.rtt,
    }
  }

  #bookLate(seq: number, reply: Reply): void {
    const asked = this.#asked[seq]
    if (asked !== undefined) this.#messages[seq] = this.#factsOf(asked, reply, seq, true)
  }

  #describe(asked: Asked, reply: Reply | undefined, fate: string, seq: number): ResultMessage {
    const encoding = this.#encoding
    const sentIsText = encoding !== 'text' || isText(asked.bytes)
    const replyIsText = encoding !== 'text' || reply === undefined || isText(reply.bytes)
    return {
      seq,
      sent: asked.text,
      ...(sentIsText ? {} : { sentBase64: encodeReply(asked.bytes, 'base64') }),
      ...(encoding === 'text' ? {} : { encoding }),
      ...(reply === undefined
        ? {}
        : {
            reply: encodeReply(reply.bytes, encoding),
            ...(replyIsText ? {} : { replyBase64: encodeReply(reply.bytes, 'base64') }),
            from: formatAddress(reply.from),
            rttMs: toMs(reply.rtt),
          }),
      fate,
    }
  }
}
