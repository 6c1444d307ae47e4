import type { Result, ResultMtu } from '../../verdict/result.ts'
import { counted } from '../../base/counted.ts'
import type { Finding } from './finding.ts'

/** What a search of the path MTU found besides its answer: what is in the way of larger packets, the directions. Nothing of another Result. */
export function mtuStory({ mtu, truncation }: Result): readonly Finding[] {
  if (mtu === undefined) return []
  const told: Told = [
    ...reservation(mtu),
    ...obstacle(mtu),
    ...ways(mtu),
    ...cuts(truncation),
    ...routers(mtu),
    ...datagrams(mtu),
    ...ending(mtu),
  ]
  return told.map(([mark, text]) => ({ mark, text }))
}

type Told = readonly (readonly [mark: Finding['mark'], text: string])[]

/** Why there is no path MTU although datagrams came back; what was found stands in the headline. */
function reservation({ path, payload, method }: ResultMtu): Told {
  if (path !== undefined || payload === undefined || method !== 'fragments') return []
  return [['·', 'this engine cannot forbid fragments, so it proves no path MTU (--engine kernel)']]
}

function obstacle({ path, limit, blackHole, method, hints, proof, return: back }: ResultMtu): Told {
  if (method === 'fragments')
    return limit === 'silence'
      ? [['?', 'larger ones are not answered: the path loses them, or the server ignores datagrams that large']]
      : limit === 'local'
        ? [['·', 'larger ones are refused by our own kernel']]
        : []
  switch (limit) {
    case 'silence':
      // Errors about answers go to the server, so nothing here shows whether there were any.
      if (blackHole === true && back !== undefined)
        return [
          [
            '✗',
            `answers above ${back} B vanish on the way back: either a black hole (the ICMP error that should say so does not reach the server), or they travel in fragments there, and the path drops those`,
          ],
        ]
      return blackHole === true
        ? [
            [
              '✗',
              `a black hole: packets above ${path ?? 0} B vanish, and no ICMP error says so. TCP hangs on such paths, and a datagram that must not be cut is lost without a word`,
            ],
          ]
        : proof === 'none'
          ? [
              [
                '?',
                'larger ones are not answered, nor when they may be cut on the way: either the path loses them, or the server ignores datagrams that large. It does not report what it received, so a udptool server there would tell',
              ],
            ]
          : []
    case 'icmp':
      return [
        [
          '·',
          `${hints.find(({ believed }) => believed)?.reporter ?? 'a router on the path'} says by ICMP that larger ones are too big`,
        ],
      ]
    case 'local':
      return [['·', 'larger ones are refused by our own kernel: it is the MTU of our own interface']]
    case 'largest':
      return [['·', 'UDP carries no larger ones']]
    default:
      return []
  }
}

function ways({ forward, return: back, path }: ResultMtu): Told {
  if (forward === undefined) return []
  if (back === undefined) return [['·', `the way to the server: ${forward} (proved)`]]
  const narrow = forward > (path ?? 0) ? ': the way back is the narrow one' : ''
  return [['·', `to the server ${forward}, back ${back}${narrow} (proved by the server's receipts)`]]
}

function cuts({ cutAt: [first] }: Result['truncation']): Told {
  if (first === undefined) return []
  return [['·', `the answers were cut at ${first.length} B, so the way back was not tried with more`]]
}

/** Who named an MTU that is not the path's. */
function routers({ hints }: ResultMtu): Told {
  return hints
    .filter(({ believed }) => !believed)
    .map(({ mtu, reporter = 'a router' }) => ['✗', `${reporter} named an MTU of ${mtu}, which is not that of the path`])
}

function datagrams({ datagrams: asked = [] }: ResultMtu): Told {
  return asked.map(({ size, packets }) => ['·', `${size} B: ${packets === 1 ? 'one packet' : `${packets} fragments`}`])
}

function ending({ restarts, state }: ResultMtu): Told {
  return [
    ...(restarts === 0
      ? []
      : [['·', `the path changed: the search began again ${counted(restarts, 'time')}`] as const]),
    ...(state === 'interrupted' ? [['✗', 'not finished: larger ones may pass'] as const] : []),
  ]
}
