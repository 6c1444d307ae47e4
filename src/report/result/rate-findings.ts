import { counted, formatCount } from '../../base/counted.ts'
import { formatRatio } from '../../base/ratio.ts'
import { formatSize } from '../../base/size.ts'
import type { ResultRate } from '../../verdict/result.ts'
import { limitPieces, type SizeRate } from '../../verdict/rate-words.ts'
import type { Finding } from './finding.ts'

/** Findings of a search for the highest rate besides its result: the limit of each size with its reason, and bursts. */
export function rateFindings({ sizes, state }: ResultRate): readonly Finding[] {
  return [
    ...sizes.flatMap(row => {
      const name = sizes.length > 1 ? `${formatSize(row.size)}: ` : ''
      return [...limitFindings(row, name), ...burstFindings(row, name)]
    }),
    ...(state === 'interrupted' ? [{ mark: '✗', text: 'not finished: a higher rate may hold' } as const] : []),
  ]
}

/** How the search was made, in pieces. */
export function rateConditions({ maxLoss }: ResultRate): readonly string[] {
  return [`a rate holds with at most ${formatRatio(maxLoss)} loss and no growing queue`]
}

/** The reason of a limit, and its figures. */
function limitFindings({ limit }: SizeRate, name: string): Finding[] {
  const pieces = limitPieces(limit)
  return [
    { mark: limit.kind === 'unknown' ? '?' : '·', text: `${name}${limit.reason}` },
    ...(pieces.length === 0 ? [] : [{ mark: '·', text: `${name}${pieces.join('; ')}` } as const]),
  ]
}

function burstFindings({ burst }: SizeRate, name: string): Finding[] {
  if (burst === undefined) return []
  const { intact, lossy } = burst
  const text = [
    ...(intact === undefined ? [] : [`a burst of ${counted(intact, 'datagram')} comes back whole`]),
    ...(lossy === undefined ? [] : [`one of ${formatCount(lossy)} does not`]),
  ].join(', ')
  return text === '' ? [] : [{ mark: '·', text: `${name}${text}` }]
}
