import { createConnection, type Socket } from 'node:net'
import { formatAddress, type StreamAddress } from '../base/address.ts'
import { formatDuration } from '../base/duration.ts'
import { UdptoolError } from '../base/error.ts'
import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import type { Target } from '../base/target.ts'
import { resolveHost } from '../engine/resolve.ts'
import { socketError } from '../engine/socket-error.ts'
import { Connection } from './connection.ts'

export interface ConnectPlan {
  readonly target: Target
  /** Uses only addresses of this family. */
  readonly family?: 4 | 6
  /** For each address of the name. */
  readonly timeout: Nanos
}

/**
 * Connects to a host and port; if the name has several addresses, to the first in the resolver's order that accepts. Rejects with a
 * UdptoolError: `resolve`, `addressUnavailable`, `permission`, `socket`; also when `signal` is aborted, which closes an open connection.
 */
export async function connect({ target, family, timeout }: ConnectPlan, signal?: AbortSignal): Promise<Connection> {
  const addresses = await resolveHost(target.host, family)
  let failure: unknown
  for (const one of addresses) {
    const to = { address: one.address, port: target.port, family: one.family === 'udp4' ? 'tcp4' : 'tcp6' } as const
    try {
      const socket = await open(to, timeout, signal)
      const leave = (): void => void socket.destroy()
      signal?.addEventListener('abort', leave)
      socket.once('close', () => signal?.removeEventListener('abort', leave))
      return new Connection(socket, to)
    } catch (error) {
      if (signal?.aborted === true) throw error
      failure ??= error
    }
  }
  throw failure
}

async function open(to: StreamAddress, timeout: Nanos, signal?: AbortSignal): Promise<Socket> {
  const socket = createConnection({ host: to.address, port: to.port, allowHalfOpen: true, noDelay: true })
  return new Promise((resolve, reject) => {
    const giveUp = (reason: string): void => {
      const at = formatAddress(to)
      socket.destroy(
        new UdptoolError('socket', `cannot connect to ${at}: ${reason}`, { operation: 'connect to', address: at }),
      )
    }
    const late = setTimeout(() => giveUp(`nothing answered for ${formatDuration(timeout)}`), timeout / MILLISECOND)
    const leave = (): void => giveUp('it was interrupted')
    const over = (): void => {
      clearTimeout(late)
      signal?.removeEventListener('abort', leave)
      socket.off('error', fail)
    }
    const fail = (cause: Error): void => {
      over()
      reject(socketError(cause, 'connect to', formatAddress(to)))
    }
    socket.once('error', fail)
    socket.once('connect', () => {
      over()
      resolve(socket)
    })
    signal?.addEventListener('abort', leave)
    if (signal?.aborted === true) leave()
  })
}
