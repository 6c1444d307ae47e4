import type { Socket } from 'node:dgram'
import type { Address, Family } from '../../base/address.ts'
import { UdptoolError } from '../../base/error.ts'
import { ICMP_ERRNOS } from '../icmp-errnos.ts'
import { anyHost, boundAddress, type OpenSocket } from '../open-socket.ts'
import { localPort } from '../local-port.ts'
import type { ProberSockets } from '../port.ts'
import { errorNumber } from '../socket-error.ts'
import { BoundedSender } from './bounded-sender.ts'
import { sendWithRetry } from './retried-send.ts'

/** Largest datagram of a row. Sizes above the limit of IP are sent too, so that the kernel refuses them. */
export const PROBE_ROOM = 65_536 * 2

/** What becomes known about a socket's probes beside their replies. */
export interface ProbeSocketEvents {
  /** An ICMP error about a probe, one before that with the token `before` if given. */
  readonly unreachable: (errno: number, before?: number) => void
  /** The kernel refused the probe with this token. */
  readonly refused: (token: number, errno: number) => void
  /** A receive failed. The error is from the local kernel, such as out of memory. */
  readonly failed: (error: Error) => void
}

/** A connected socket of node:dgram that sends probes. */
export class ProbeSocket {
  readonly bound: Address
  readonly #sender: BoundedSender
  readonly #events: ProbeSocketEvents

  constructor(socket: Socket, family: Family, events: ProbeSocketEvents) {
    this.#events = events
    // An ICMP error is reported as an error of the socket. Without a listener it would end the process.
    socket.on('error', error => {
      const errno = errorNumber(error)
      if (ICMP_ERRNOS.has(errno)) events.unreachable(errno)
      else events.failed(error)
    })
    this.bound = boundAddress(socket, family)
    this.#sender = new BoundedSender(socket)
  }

  /** Whether a datagram waits for room in the send buffer. */
  get full(): boolean {
    return this.#sender.full
  }

  /** Sends a probe; libuv may keep its bytes. `settled` is called after each try. */
  send(bytes: Uint8Array, token: number, settled: () => void = () => {}): void {
    const send = (sent: (error: Error | null) => void): void => {
      const done = (error: Error | null): void => {
        sent(error)
        settled()
      }
      this.#sender.send(bytes, undefined, { sent: done })
    }
    const isEarlier = (errno: number): void => this.#events.unreachable(errno, token)
    const refused = (errno: number): void => this.#events.refused(token, errno)
    sendWithRetry(send, { icmp: isEarlier, recovered: isEarlier, refused }, (work, ms) => void setTimeout(work, ms))
  }

  /** A waiting datagram is refused. */
  close(): void {
    this.#sender.close()
  }
}

/** The plan of such a socket. */
export function probeSocketPlan(sockets: ProberSockets, onMessage: (bytes: Buffer) => void, client = 0): OpenSocket {
  const { target, bind, recvBuffer, ttl } = sockets
  return {
    family: target.family,
    host: bind?.host ?? anyHost(target.family),
    port: localPort(sockets, client),
    recvBuffer,
    onMessage,
    connectTo: target,
    ...(ttl === undefined ? {} : { ttl }),
  }
}

/** Throws an `engine` error for options that node:dgram cannot set. */
export function refuseOptions({ df, tos }: ProberSockets): void {
  if (df !== undefined) throw cannot('--df needs', 'it', 'set the don’t-fragment mode')
  if (tos !== undefined) throw cannot('--tos and --dscp need', 'them', 'set the TOS byte')
}

function cannot(needs: string, it: string, what: string): UdptoolError {
  return new UdptoolError('engine', `${needs} the kernel engine: node:dgram cannot ${what}`, {
    operation: what,
    hint: `leave ${it} out, or send with the kernel engine (udptool engines shows whether it works here)`,
  })
}
