import type { Result } from '../../verdict/result.ts'
import { formatCount } from '../../base/counted.ts'
import { FATES, type Fate } from './fates.ts'
import { icmpName } from '../../verdict/icmp-name.ts'

/** Maximum number of listed entries; the others are counted. */
const LISTED = 3

/** Errors of the local kernel in plain words. */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['EMSGSIZE', 'too big to send'],
  ['ENOBUFS', 'our queue was full'],
  ['EAGAIN', 'still in our own queue'],
  ['EPERM', 'forbidden by our firewall'],
  ['EACCES', 'not permitted here'],
  ['ENETUNREACH', 'no route'],
  ['EHOSTUNREACH', 'no route to the host'],
  ['EADDRNOTAVAIL', 'our address is gone'],
])

/** The meaning of a fate in this run, with its evidence if there is any: `10 cut at 1024 bytes (request)`. */
export function explainFate(fate: Fate, result: Result): string {
  return evidence(fate, result) ?? ofProtocol(fate, result) ?? FATES.find(entry => entry.fate === fate)?.meaning ?? fate
}

/** What differs in another protocol: a reply is another packet than its probe, of which only some fields are known beforehand. */
function ofProtocol(fate: Fate, { protocol, evidence: { reflector } }: Result): string | undefined {
  switch (fate) {
    case 'intact':
      return protocol === 'stamp'
        ? 'every copied field right'
        : protocol === 'irtt'
          ? 'header and length right'
          : undefined
    case 'lostForward':
      if (protocol === 'irtt') return 'not received by the server'
      // The number of a stateful reflector counts replies, that of Direct Measurement what it received.
      if (protocol !== 'stamp') return undefined
      return reflector === 'direct' ? 'never reached the reflector' : 'lost before the reflector answered'
    default:
      return undefined
  }
}

/** Where datagrams were cut: `8 cut at 1024 bytes (request), 2 at 512`. Undefined: none was. */
export function explainCuts({ cutAt }: Result['truncation']): string | undefined {
  const cuts = cutAt.toSorted((a, b) => b.count - a.count || a.length - b.length)
  return listed(
    cuts.map(({ length, count, side }, index) => {
      const unit = length === 1 ? 'byte' : 'bytes'
      const where =
        index === 0 ? `${formatCount(count)} cut at ${length} ${unit}` : `${formatCount(count)} at ${length}`
      return side === 'unknown' ? where : `${where} (${side})`
    }),
  )
}

function evidence(fate: Fate, result: Result): string | undefined {
  switch (fate) {
    case 'truncated':
      return explainCuts(result.truncation)
    case 'corrupt':
      return explainCorruption(result)
    case 'unreachable':
      return ranked(result.unreachable ?? [], entry => icmpName(entry, result.target))
    case 'refused':
      return ranked(result.refused ?? [], ({ error }) => {
        const words = REFUSALS.get(error)
        return words === undefined ? error : `${error}: ${words}`
      })
    case 'lostServerPolicy':
      return explainSilence(result)
    default:
      return undefined
  }
}

/** Why the server did not answer probes that it had received, if its kernel refused to send. Undefined if it did not. */
function explainSilence({ ledger, evidence: { serverSendFailed = 0 } }: Result): string | undefined {
  if (serverSendFailed === 0) return undefined
  const withheld = (ledger.fates.lostServerPolicy ?? 0) - serverSendFailed
  const failed = "the server's kernel refused to send the reply"
  return withheld > 0
    ? `${formatCount(serverSendFailed)} ${failed}, ${formatCount(withheld)} withheld by the server`
    : failed
}

function explainCorruption({ corruption }: Result): string | undefined {
  if (corruption === undefined) return undefined
  const sides = [
    corruption.request > 0 ? `${formatCount(corruption.request)} in the request` : '',
    corruption.reply > 0 ? `${formatCount(corruption.reply)} in the reply` : '',
  ].filter(text => text !== '')
  const first = corruption.firstWrongByte === undefined ? '' : `, first at byte ${corruption.firstWrongByte}`
  return `wrong bytes${sides.length > 0 ? `: ${sides.join(', ')}` : ''}${first}`
}

/** Entries by number, the most frequent first; one alone needs no number. */
function ranked<T extends { readonly count: number }>(
  entries: readonly T[],
  name: (entry: T) => string,
): string | undefined {
  const [only, ...others] = entries
  if (only !== undefined && others.length === 0) return name(only)
  const sorted = entries.toSorted((a, b) => b.count - a.count)
  return listed(sorted.map(entry => `${formatCount(entry.count)} ${name(entry)}`))
}

function listed(texts: readonly string[]): string | undefined {
  if (texts.length === 0) return undefined
  const rest = texts.length - LISTED
  return texts.slice(0, LISTED).join(', ') + (rest > 0 ? `, ${rest} more` : '')
}
