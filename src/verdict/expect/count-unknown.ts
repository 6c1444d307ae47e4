import type { RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import { replyCount } from '../../ledger/fate.ts'
import type { Unknown } from './measured.ts'

type Part = readonly [count: number, what: string]

/**
 * The uncertainty of a count (docs/expectations.md). A loss without evidence may have any fate that needs evidence. An unidentified datagram
 * may be the reply to a lost probe, or a duplicate of a known reply. If the drop counter of a socket was read, it bounds what its buffer
 * dropped.
 */
export function unknownOf(metric: string, facts: RunFacts, { tally, drops }: Analysis): Unknown | undefined {
  const { fates, unidentified, longestRun } = tally.total
  // A probe with a proved reply keeps its fate, and one that never reached the server has no reply.
  const answerable = fates.lostUnknown + fates.lostReturn + fates.lostClientBuffer + fates.unreachable
  const lost: Part = [fates.lostUnknown, 'lostUnknown']
  const forward: Part = [fates.lostForward, 'lostForward']
  const back: Part = [fates.lostReturn, 'lostReturn']
  switch (metric) {
    case 'loss.forward':
    case 'lostForward':
    case 'loss.return':
    case 'lostReturn':
    case 'lostServerPolicy':
      return sumOf([lost])
    case 'unreachable':
      // ICMP errors are rate-limited and can be lost too.
      return sumOf(facts.engine.icmp === 'none' ? [lost, forward, back] : [lost])
    case 'lostServerBuffer':
      return sumOf([lost, forward], room(drops.server, drops.serverUnit ?? 1, fates.lostServerBuffer))
    case 'lostClientBuffer': {
      const train = Math.max(1, ...facts.clients.map(({ longestTrain }) => longestTrain))
      return sumOf([lost, back], room(drops.client, train, fates.lostClientBuffer))
    }
    case 'intact':
    case 'late':
    case 'truncated':
    case 'corrupt':
    case 'replies':
      return sumOf([[unidentified, 'unidentified']], answerable)
    case 'loss':
      return answered(unidentified, answerable)
    case 'loss.unknown':
    case 'lostUnknown':
      return answered(unidentified, fates.lostUnknown)
    case 'longestRun': {
      // Replies shorten the longest run most if they split it into equal parts.
      const replies = Math.min(unidentified, answerable, longestRun)
      const fewer = longestRun - Math.ceil((longestRun - replies) / (replies + 1))
      return replies === 0 ? undefined : { most: 0, fewer, what: mayBeReplies(unidentified) }
    }
    case 'duplicates':
    case 'foreign':
      return sumOf([[unidentified, 'unidentified']])
    case 'reordered':
      return sumOf([
        [replyCount(fates) - orderedCount(tally.orders), 'replies without a proved number'],
        [unidentified, 'unidentified'],
      ])
    default:
      return undefined
  }
}

/** Unidentified datagrams may be replies to these losses. */
function answered(unidentified: number, losses: number): Unknown | undefined {
  const fewer = Math.min(unidentified, losses)
  return fewer === 0 ? undefined : { most: 0, fewer, what: mayBeReplies(unidentified) }
}

function mayBeReplies(unidentified: number): string {
  return `${unidentified} unidentified may be replies`
}

/** The drops beyond the known ones that a counter allows, each of up to `unit` datagrams; unbounded if it was not read. */
function room(drops: number | undefined, unit: number, known: number): number {
  return drops === undefined ? Infinity : Math.max(0, drops * unit - known)
}

/** Replies whose place in the order of arrival is known. */
function orderedCount(orders: Analysis['tally']['orders']): number {
  return orders.reduce((sum, { reordering }) => sum + reordering.received, 0)
}

function sumOf(parts: readonly Part[], most = Infinity): Unknown | undefined {
  const known = parts.filter(([count]) => count > 0)
  const sum = Math.min(
    most,
    known.reduce((total, [count]) => total + count, 0),
  )
  return sum > 0 ? { most: sum, what: known.map(([count, what]) => `${count} ${what}`).join(' and ') } : undefined
}
