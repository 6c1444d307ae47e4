import { formatAddress } from '../../base/address.ts'
import { counted, formatCount } from '../../base/counted.ts'
import { isIPv4 } from '../../base/ip.ts'
import { firstPeers, type ActivePeer, type PeerOrder } from '../../facts/server-activity.ts'
import type { Line } from './line.ts'
import { countText, left, rateText, rightText, silenceText } from './server-figures.ts'
import type { ServerView } from './server-view.ts'

export const ORDER_NAMES: Readonly<Record<PeerOrder, string>> = {
  received: 'received',
  rate: 'per second',
  seen: 'last seen',
}
const HEADINGS = 2
/** Columns of the longest usual address, `192.168.100.100:40000`, and of a long one of IPv6. */
const LEAST_ADDRESS = 22
const MOST_ADDRESS = 48

/** The busiest peers, at most `height` lines with their headings. */
export function peerLines({ facts, order }: ServerView, width: number, height: number): Line[] {
  const { activity } = facts
  const peers = firstPeers(activity?.peers ?? [], order).slice(0, Math.max(0, height - HEADINGS))
  const evicted = facts.peersEvicted
  const known = activity === undefined ? '' : ` ${peers.length} of ${counted(activity.known, 'peer')} in the table`
  const title: Line = [
    { text: 'busiest peers', style: 'bold' },
    { text: known, style: 'dim' },
    ...(evicted > 0 ? [{ text: `, ${formatCount(evicted)} evicted with their counts`, style: 'yellow' } as const] : []),
  ]
  const address = Math.min(MOST_ADDRESS, Math.max(LEAST_ADDRESS, width - 4 * 14))
  const column = Math.max(8, Math.min(14, Math.floor((width - address) / 4)))
  const heading = (name: string, key?: PeerOrder): Line[number] =>
    rightText(key === order ? `▼${name}` : name, column, key === order ? 'bold' : 'dim')
  return [
    title,
    [
      left('  address', address, 'dim'),
      heading('received', 'received'),
      heading('answered'),
      heading(column < 12 ? 'per s' : 'per second', 'rate'),
      heading(column < 12 ? 'seen' : 'last seen', 'seen'),
    ],
    ...peers.map(peer => peerLine(peer, address, column)),
  ].slice(0, height)
}

function peerLine(
  { address, port, received, replied, perSecond, silent }: ActivePeer,
  name: number,
  column: number,
): Line {
  const peer = formatAddress({ address, port, family: isIPv4(address) ? 'udp4' : 'udp6' })
  const fits = column - 1
  return [
    { text: '  ' },
    left(peer, name - 2),
    rightText(countText(received, fits), column),
    rightText(countText(replied, fits), column, replied < received ? 'yellow' : 'plain'),
    rightText(perSecond === undefined ? undefined : rateText(perSecond, fits), column),
    rightText(silenceText(silent), column),
  ]
}
