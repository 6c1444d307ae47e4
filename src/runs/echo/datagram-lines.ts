import { formatAddress } from '../../base/address.ts'
import { counted } from '../../base/counted.ts'
import { isIPv4 } from '../../base/ip.ts'
import { MAX_SEEN_A_SECOND, type SeenDatagram, type SeenKind } from '../../facts/seen-datagram.ts'
import { eventLine } from '../event-line.ts'
import { DROP_WORDS } from './lines.ts'

const KIND_WORDS: Readonly<Record<SeenKind, string>> = {
  plain: 'plain data',
  probe: 'probe',
  reply: 'reply of a server',
  question: 'receipts request',
  answer: 'answer about receipts',
  damaged: 'damaged probe, returned by a server',
}

/** A datagram or a train of them, and what was done with it, in one line. */
export function datagramLine(seen: SeenDatagram): string {
  const { count, kind, length, answered, answeredBytes, delayed, dropped } = seen
  const what = count === 1 ? KIND_WORDS[kind] : `${count} × ${KIND_WORDS[kind]}`
  const number = (some: number): string => (count === 1 ? '' : `${some} `)
  const done = [
    ...(answered > 0 ? [`${number(answered)}answered with ${answeredBytes} B`] : []),
    ...(delayed > 0 ? [`${number(delayed)}to be answered after --delay`] : []),
    ...Object.entries(dropped).map(([reason, some]) => `${number(some)}not answered (${DROP_WORDS[reason] ?? reason})`),
  ]
  return `${timeOf(seen)} ${peerOf(seen)} ${what}, ${length} B: ${done.join(', ')}\n`
}

export function datagramEvent(seen: SeenDatagram): string {
  const { time: _time, address: _address, port: _port, ...rest } = seen
  return eventLine({ event: 'datagram', time: timeOf(seen), peer: peerOf(seen), ...rest })
}

/** The number of datagrams that were not shown since the last line. */
export function unseenLine(count: number): string {
  return `… ${counted(count, 'datagram')} more, not shown: at most ${MAX_SEEN_A_SECOND} are in a second\n`
}

export function unseenEvent(count: number): string {
  return eventLine({ event: 'unseen', count })
}

function timeOf({ time }: SeenDatagram): string {
  return new Date(time).toISOString()
}

function peerOf({ address, port }: SeenDatagram): string {
  return formatAddress({ address, port, family: isIPv4(address) ? 'udp4' : 'udp6' })
}
