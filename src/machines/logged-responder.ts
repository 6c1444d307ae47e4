import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import { MAX_SEEN, MAX_SEEN_A_SECOND, type SeenKind } from '../facts/seen-datagram.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import { DROP_REASONS, type ServerFacts } from '../facts/server.ts'
import { KIND, OFFSET, resemblesMagic } from '../wire/probe.ts'
import type { Inbox, Environment } from './machine.ts'
import { Responder } from './responder.ts'

const NAMES: ReadonlyMap<number, SeenKind> = new Map([
  [KIND.probe, 'probe'],
  [KIND.reply, 'reply'],
  [KIND.request, 'question'],
  [KIND.answer, 'answer'],
  [KIND.damaged, 'damaged'],
])

/**
 * A responder that records each datagram and its outcome in `facts.seen`. Its driver passes it one row at a time, because the outcome is the
 * difference of the counters before and after. Without a log this class is not used.
 */
class LoggedResponder extends Responder {
  readonly #environment: Environment
  readonly #seen: ServerFacts
  #second = -1
  #noted = 0

  constructor(...args: ConstructorParameters<typeof Responder>) {
    super(...args)
    this.#environment = args[1]
    this.#seen = args[2]
    this.#seen.seen = []
  }

  override receive(inbox: Inbox, now: Nanos): void {
    const facts = this.#seen
    if (inbox.count !== 1 || !this.#mayNote(now)) {
      const { received } = facts
      super.receive(inbox, now)
      facts.unseen = (facts.unseen ?? 0) + facts.received - received
      return
    }
    const kind = kindOf(inbox)
    const { address, port } = this.#environment.peer(inbox.flow[0] ?? 0)
    const before = { ...facts, dropped: { ...facts.dropped } }
    super.receive(inbox, now)
    const count = facts.received - before.received
    const answered = facts.replied - before.replied
    const dropped = DROP_REASONS.map(
      reason => [reason, facts.dropped[reason] - before.dropped[reason]] as const,
    ).filter(([, more]) => more > 0)
    const { seconds, nanos } = this.#environment.epoch()
    const seen = (facts.seen ??= [])
    seen.push({
      time: seconds * 1000 + Math.floor((nanos + now) / MILLISECOND),
      address,
      port,
      length: facts.bytesReceived - before.bytesReceived,
      count,
      kind,
      answered,
      answeredBytes: facts.bytesReplied - before.bytesReplied,
      delayed: count - answered - dropped.reduce((sum, [, more]) => sum + more, 0),
      dropped: Object.fromEntries(dropped),
    })
    if (seen.length > MAX_SEEN) seen.shift()
  }

  #mayNote(now: Nanos): boolean {
    const second = Math.floor(now / SECOND)
    if (second !== this.#second) {
      this.#second = second
      this.#noted = 0
    }
    this.#noted += 1
    return this.#noted <= MAX_SEEN_A_SECOND
  }
}

export function responderFor({ logs }: ResponderPlan): typeof Responder {
  return logs === true ? LoggedResponder : Responder
}

/** Must be read before the answer overwrites the datagram. */
function kindOf({ bytes, at, size, stride }: Inbox): SeenKind {
  const start = at[0] ?? 0
  const length = Math.min(size[0] ?? 0, stride[0] ?? 0)
  if (length <= OFFSET.kind || !resemblesMagic(bytes, start, length)) return 'plain'
  // A server in upper-case mode turns a lower-case kind into this one.
  return NAMES.get((bytes[start + OFFSET.kind] ?? 0) & 0xdf) ?? 'plain'
}
