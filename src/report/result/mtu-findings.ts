import type { Result, ResultMtu } from '../../verdict/result.ts'
import { counted } from '../../base/counted.ts'
import type { Finding } from './finding.ts'

/** Findings of a search of the path MTU besides its result: what limits larger packets, and the two directions. Empty for other Results. */
export function mtuFindings({ mtu, truncation }: Result): readonly Finding[] {
  if (mtu === undefined) return []
  const lines: Lines = [
    ...noMtuReason(mtu),
    ...obstacle(mtu),
    ...ways(mtu),
    ...cuts(truncation),
    ...routers(mtu),
    ...datagrams(mtu),
    ...ending(mtu),
  ]
  return lines.map(([mark, text]) => ({ mark, text }))
}

type Lines = readonly (readonly [mark: Finding['mark'], text: string])[]

/** Why there is no path MTU although datagrams came back. */
function noMtuReason({ path, payload, method }: ResultMtu): Lines {
  if (path !== undefined || payload === undefined || method !== 'fragments') return []
  return [['·', 'this engine cannot forbid fragmentation, so it cannot prove a path MTU (--engine kernel can)']]
}

function obstacle({ path, limit, blackHole, method, hints, proof, return: back }: ResultMtu): Lines {
  if (method === 'fragments')
    return limit === 'silence'
      ? [['?', 'larger datagrams are not answered: the path loses them, or the server ignores datagrams of that size']]
      : limit === 'local'
        ? [['·', 'our own kernel refuses larger datagrams']]
        : []
  switch (limit) {
    case 'silence':
      // ICMP errors about replies go to the server, so this host cannot see them.
      if (blackHole === true && back !== undefined)
        return [
          [
            '✗',
            `answers above ${back} B vanish from server to client: either a black hole (the ICMP error does not reach the server), or they are fragmented and the path drops fragments`,
          ],
        ]
      return blackHole === true
        ? [
            [
              '✗',
              `a black hole: packets above ${path ?? 0} B vanish without an ICMP error. TCP hangs on such paths, and datagrams with DF are lost silently`,
            ],
          ]
        : proof === 'none'
          ? [
              [
                '?',
                'larger datagrams are not answered, with or without fragmentation: either the path loses them, or the server ignores datagrams of that size. The server does not report what it received; a udptool server there would',
              ],
            ]
          : []
    case 'icmp':
      return [
        [
          '·',
          `${hints.find(({ believed }) => believed)?.reporter ?? 'a router on the path'} reports by ICMP that larger packets are too big`,
        ],
      ]
    case 'local':
      return [['·', 'our own kernel refuses larger packets: this is the MTU of our own interface']]
    case 'largest':
      return [['·', 'UDP carries no larger datagrams']]
    default:
      return []
  }
}

function ways({ forward, return: back, path }: ResultMtu): Lines {
  if (forward === undefined) return []
  if (back === undefined) return [['·', `client to server: ${forward} (proved)`]]
  const narrow = forward > (path ?? 0) ? ', so the return path limits' : ''
  return [['·', `client to server ${forward}, server to client ${back}${narrow} (proved by the server's receipts)`]]
}

function cuts({ cutAt: [first] }: Result['truncation']): Lines {
  if (first === undefined) return []
  return [['·', `the answers were cut at ${first.length} B, so the return path was not tested with larger packets`]]
}

/** Routers that reported an MTU other than that of the path. */
function routers({ hints }: ResultMtu): Lines {
  return hints
    .filter(({ believed }) => !believed)
    .map(({ mtu, reporter = 'a router' }) => [
      '✗',
      `${reporter} reported an MTU of ${mtu}, which is not that of the path`,
    ])
}

function datagrams({ datagrams: asked = [] }: ResultMtu): Lines {
  return asked.map(({ size, packets }) => ['·', `${size} B: ${packets === 1 ? 'one packet' : `${packets} fragments`}`])
}

function ending({ restarts, state }: ResultMtu): Lines {
  return [
    ...(restarts === 0 ? [] : [['·', `the path changed: the search restarted ${counted(restarts, 'time')}`] as const]),
    ...(state === 'interrupted' ? [['✗', 'not finished: larger packets may pass'] as const] : []),
  ]
}
