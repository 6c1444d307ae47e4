import { formatRate } from '../../base/rate.ts'
import { formatSize } from '../../base/size.ts'
import { DROP_REASONS, type DropReason } from '../../facts/drop-reason.ts'
import { receivedByKind, RECEIVED_KINDS, type ActivityFigures, type ReceivedKind } from '../../facts/server-activity.ts'
import type { ServerFacts } from '../../facts/server.ts'
import type { Line } from './line.ts'
import { countText, left, rateText, rightText } from './server-figures.ts'
import type { Style } from './style.ts'

const KIND_NAMES: Readonly<Record<ReceivedKind, string>> = {
  probes: 'probes',
  plain: 'plain data',
  requests: 'receipts requests',
  damaged: 'damaged probes',
  answers: 'answers of servers',
  denied: 'of denied addresses',
}

const REASON_NAMES: Readonly<Record<DropReason, string>> = {
  sourcePort: 'port never answered',
  sourceRate: 'over cap of a network',
  hops: 'TTL used up',
  rate: 'over --max-rate',
  denied: 'not allowed',
  kind: 'kind never answered',
  short: 'too short',
  malformed: 'malformed',
  unauthenticated: 'wrong HMAC',
  replayed: 'replayed',
  unknownSession: 'no open session',
  interval: 'faster than agreed',
  discard: 'discarded',
  sendFailed: 'refused by our kernel',
  sendBufferFull: 'send buffer full',
  unreachable: 'address unreachable',
  delayFull: 'too many delayed',
  shutdown: 'delayed at shutdown',
}

const RATE = 12
const TOTAL = 12

/** A table of `width` columns. */
class CountTable {
  readonly lines: Line[] = []
  readonly #name: number

  constructor(width: number, title: string) {
    this.#name = width - RATE - TOTAL
    this.lines.push([
      left(title, this.#name, 'bold'),
      rightText('per second', RATE, 'dim'),
      rightText('in all', TOTAL, 'dim'),
    ])
  }

  /** Undefined: not known. */
  addCount(name: string, perSecond: number | undefined, total: number | undefined, style: Style = 'plain'): void {
    const rate = perSecond === undefined ? undefined : rateText(perSecond, RATE - 2)
    this.add(name, rate, total === undefined ? undefined : countText(total, TOTAL - 2), style)
  }

  add(name: string, rate: string | undefined, total: string | undefined, style: Style = 'plain'): void {
    this.lines.push([left(name, this.#name, style), rightText(rate, RATE, style), rightText(total, TOTAL, style)])
  }
}

/** What arrived, by kind. The kinds add up to all. Kinds that never came are left out, except the usual two. */
export function receivedTable(facts: ServerFacts, width: number): Line[] {
  const rates = facts.activity?.perSecond
  const table = new CountTable(width, 'received')
  const counts = receivedByKind(facts)
  const perSecond = rates === undefined ? undefined : receivedByKind(rates)
  for (const kind of RECEIVED_KINDS) {
    if (counts[kind] === 0 && kind !== 'probes' && kind !== 'plain') continue
    table.addCount(`  ${KIND_NAMES[kind]}`, perSecond?.[kind], counts[kind])
  }
  table.addCount('  all', rates?.received, facts.received, 'bold')
  table.add('  payload', bitRate(rates?.bytesReceived), formatSize(facts.bytesReceived))
  return table.lines
}

/** What became of the received datagrams, which adds up to all of them, and those that the socket dropped. */
export function fateTable(facts: ServerFacts, width: number): Line[] {
  const rates = facts.activity?.perSecond
  const table = new CountTable(width, 'fates')
  table.addCount('  answered', rates?.replied, facts.replied)
  for (const reason of DROP_REASONS) {
    const count = facts.dropped[reason]
    if (count > 0) table.addCount(`  ${REASON_NAMES[reason]}`, rates?.dropped[reason], count, 'yellow')
  }
  const waiting = waitingAnswers(facts)
  if (waiting > 0)
    table.addCount('  waiting for --delay', rates === undefined ? undefined : waitingAnswers(rates), waiting)
  table.add('  payload of answers', bitRate(rates?.bytesReplied), formatSize(facts.bytesReplied))
  const { kernelDrops } = facts
  table.addCount('socket drops, at least', rates?.kernelDrops, kernelDrops, (kernelDrops ?? 0) > 0 ? 'red' : 'plain')
  return table.lines
}

/** Answers that were neither sent nor dropped yet. */
function waitingAnswers({
  received,
  replied,
  dropped,
}: Pick<ActivityFigures, 'received' | 'replied' | 'dropped'>): number {
  return DROP_REASONS.reduce((rest, reason) => rest - dropped[reason], received - replied)
}

function bitRate(bytesPerSecond: number | undefined): string | undefined {
  return bytesPerSecond === undefined ? undefined : formatRate({ unit: 'bits', perSecond: 8 * bytesPerSecond })
}
