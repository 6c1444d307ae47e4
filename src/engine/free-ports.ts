import type { Socket } from 'node:dgram'
import type { Family } from '../base/address.ts'
import { UdptoolError } from '../base/error.ts'
import { anyHost, boundAddress, openSocket } from './open-socket.ts'

/** Where to look for free ports. */
export interface FreePortsPlan {
  readonly count: number
  readonly family: Family
  /** Local address. Absent: every one. */
  readonly host?: string
  /** Ports that are promised to somebody, although no socket has them yet. */
  readonly isTaken: (port: number) => boolean
}

const MOST_PORT = 65_535
/** The kernel chooses ports at random, so each try begins at another one. */
const TRIES = 64
/** The sockets receive nothing. */
const BUFFER = 1

/**
 * Finds consecutive ports that no socket has, by binding sockets to all of them at once. The first one is a port that the kernel chose. Resolves
 * to it, or to undefined if there are none. Another program may take a port before its user does.
 */
export async function findFreePorts(plan: FreePortsPlan): Promise<number | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const first = await tryOnce(plan)
    if (first !== undefined) return first
  }
  return undefined
}

async function tryOnce({ count, family, host = anyHost(family), isTaken }: FreePortsPlan): Promise<number | undefined> {
  const sockets: Socket[] = []
  const bind = async (port: number): Promise<number | undefined> => {
    try {
      const socket = await openSocket({ family, host, port, recvBuffer: BUFFER, onMessage: () => {} })
      sockets.push(socket)
      return boundAddress(socket, family).port
    } catch (error) {
      if (error instanceof UdptoolError) return undefined
      throw error
    }
  }
  try {
    const first = await bind(0)
    if (first === undefined) return undefined
    const ports = Array.from({ length: count }, (_, n) => first + n)
    if (ports.some(port => port > MOST_PORT || isTaken(port))) return undefined
    for (const port of ports.slice(1)) if ((await bind(port)) === undefined) return undefined
    return first
  } finally {
    await Promise.all(sockets.map(async socket => new Promise<void>(resolve => void socket.close(() => resolve()))))
  }
}
