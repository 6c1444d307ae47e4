import type { RemoteInfo } from 'node:dgram'
import { setTimeout } from 'node:timers/promises'
import { formatAddress, type Address } from '../base/address.ts'
import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import type { ReplySource } from '../facts/run.ts'
import { anyHost, openSocket } from './open-socket.ts'

/** Time between two datagrams, because a burst may overflow a server's buffer. */
const APART_MS = 5
const RECV_BUFFER = 65_536

/**
 * Sends datagrams from a socket that receives from any address, and counts the addresses that reply: a connected socket only receives from
 * the address that it sends to. Ends when as many replies have come as datagrams were sent, or after `timeout`. Best effort: if no socket
 * can be opened, the list is empty.
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
