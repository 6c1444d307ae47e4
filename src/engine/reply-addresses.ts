import type { RemoteInfo } from 'node:dgram'
import { setTimeout } from 'node:timers/promises'
import { formatAddress, type Address } from '../base/address.ts'
import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import type { ReplySource } from '../facts/run.ts'
import { anyHost, openSocket } from './open-socket.ts'

/** Time between two datagrams: a burst may be more than a server takes. */
const APART_MS = 5
const RECV_BUFFER = 65_536

/**
 * Sends datagrams from a socket that takes replies from anywhere, and counts the addresses that reply: a connected socket never sees
 * those of another address than the one that it sends to. Ends once as many have come as were sent, or after `patience`. Best effort:
 * where no socket can be opened the list is empty.
 */
export async function findReplyAddresses(
  target: Address,
  local: string | undefined,
  datagrams: readonly Uint8Array[],
  timeout: Nanos,
): Promise<readonly ReplySource[]> {
  const sources = new Map<string, ReplySource>()
  let replies = 0
  const onMessage = (_: Buffer, { address, port }: RemoteInfo): void => {
    replies += 1
    const from: Address = { address, port, family: target.family }
    const name = formatAddress(from)
    sources.set(name, { ...from, count: (sources.get(name)?.count ?? 0) + 1 })
  }
  try {
    const { family } = target
    const socket = await openSocket({
      family,
      host: local ?? anyHost(family),
      port: 0,
      recvBuffer: RECV_BUFFER,
      onMessage,
    })
    socket.on('error', () => {})
    for (const datagram of datagrams) {
      socket.send(datagram, target.port, target.address, () => {})
      await setTimeout(APART_MS)
    }
    const until = performance.now() + timeout / MILLISECOND
    while (replies < datagrams.length && performance.now() < until) await setTimeout(APART_MS)
    socket.close()
  } catch {
    return []
  }
  return [...sources.values()]
}
