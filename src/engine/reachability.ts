import { formatAddress } from '../base/address.ts'
import { UdptoolError } from '../base/error.ts'
import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import type { ProberSockets } from './port.ts'
import { Exchange } from './exchange.ts'

/** Time between two datagrams to one address. */
const PAUSE = 200 * MILLISECOND

/** Result of a few datagrams to an address: a reply, nothing, an ICMP error or a local refusal, or no socket at all. */
export type Reachability = 'answered' | 'silent' | 'refused' | 'unreachable'

export interface ReachabilityCheck {
  readonly reachability: Reachability
  /** Why there was no answer, as a clause. */
  readonly reason: string
}

/**
 * Sends datagrams to an address, one every 200 ms, until something comes back or the timeout is over. Never rejects: a failure is a result.
 * `datagram` makes the bytes of the n-th datagram.
 */
export async function checkReachability(
  sockets: ProberSockets,
  datagram: (number: number) => Uint8Array,
  timeout: Nanos,
  signal?: AbortSignal,
): Promise<ReachabilityCheck> {
  const { target, bind, recvBuffer, ttl } = sockets
  const at = formatAddress(target)
  const silent = { reachability: 'silent', reason: `${at} does not answer` } as const
  let exchange: Exchange
  try {
    const options = { ...(bind === undefined ? {} : { bind }), ...(ttl === undefined ? {} : { ttl }) }
    exchange = await Exchange.open({ target, recvBuffer, ...options })
  } catch (error) {
    if (!(error instanceof UdptoolError)) throw error
    return { reachability: 'unreachable', reason: error.message }
  }
  const close = (): void => exchange.close()
  const isOver = (): boolean => signal?.aborted === true
  if (isOver()) {
    close()
    return silent
  }
  signal?.addEventListener('abort', close)
  try {
    for (let number = 0; number * PAUSE < timeout; number++) {
      const wait = Math.min(PAUSE, timeout - number * PAUSE)
      const answer = await exchange.ask(datagram(number), wait, () => true)
      if (answer.kind === 'reply') return { reachability: 'answered', reason: '' }
      if (answer.kind !== 'silence') return { reachability: 'refused', reason: refusal(at, answer.error) }
      if (isOver()) return silent
    }
    return silent
  } finally {
    signal?.removeEventListener('abort', close)
    if (!isOver()) close()
  }
}

function refusal(at: string, error: string): string {
  return error === 'ECONNREFUSED' ? `nothing listens at ${at}` : `${at} cannot be reached (${error})`
}
