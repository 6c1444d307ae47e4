import type { RemoteInfo } from 'node:dgram'
import type { Address } from '../../base/address.ts'
import { addressBytes, isLoopback } from '../../base/ip.ts'
import { localAddresses } from '../local-addresses.ts'
import { SEND_BUFFER } from '../send-buffer.ts'
import { boundAddress, openSocket } from '../open-socket.ts'
import type { SocketPlan } from '../port.ts'
import { BoundedSender } from './bounded-sender.ts'

/** Number of addresses that get their own socket. If a host has more, the routing table chooses the source address for the others. */
const MAX_ADDRESSES = 256

/** fe80::/10: such an address needs its interface (RFC 4291 section 2.5.6). */
const LINK_LOCAL = /^fe[89ab]/iu

export interface ListeningPlan extends SocketPlan {
  /** `via` is the socket that received the datagram and sends the answer. */
  readonly onMessage: (bytes: Buffer, from: RemoteInfo, via: number) => void
  /** A receive failed. An unconnected socket gets no ICMP errors, so this is an error of the local kernel, such as ENOMEM. */
  readonly onError: (error: Error) => void
}

/**
 * The sockets of a node:dgram server on one port. Node does not report which address of this host a datagram was sent to, and a socket on
 * the wildcard answers from the address that the routing table prefers. So on a host with several addresses each has its own socket, which
 * the kernel prefers to the one on the wildcard (SO_REUSEADDR, socket(7)). The wildcard's socket receives what is sent to other addresses,
 * such as 127.0.0.2 or one that was just added.
 */
export class ListeningSockets {
  readonly #plan: ListeningPlan
  readonly #senders: (BoundedSender | undefined)[] = []
  readonly #addresses: Address[] = []
  readonly #known = new Set<string>()
  /** Whether sockets share the port. */
  readonly #shares: boolean
  #closed = false

  private constructor(plan: ListeningPlan, shares: boolean) {
    this.#plan = plan
    this.#shares = shares
  }

  /** Rejects with a UdptoolError. No socket is left open then. */
  static async open(plan: ListeningPlan): Promise<ListeningSockets> {
    const shares = addressesBehind(plan.host).length > 1
    const bound = shares ? await findPort(plan) : undefined
    const listening = new ListeningSockets({ ...plan, port: bound?.port ?? plan.port }, shares)
    await listening.#add(plan.host)
    await listening.refresh()
    return listening
  }

  /** The address that clients send to. */
  get bound(): Address {
    const { host: address, port, family } = this.#plan
    return this.#addresses[0] ?? { address, port, family }
  }

  /** The addresses of the sockets. */
  get addresses(): readonly Address[] {
    return this.#addresses
  }

  /** The sender for answers to a client. */
  sender(via: number): BoundedSender | undefined {
    return this.#senders[via]
  }

  /** Whether Node will call the callback of a send in this tick. */
  get busy(): boolean {
    return this.#senders.some(sender => sender?.busy === true)
  }

  /** Opens sockets for addresses that this host got since. Best effort: an address that cannot be bound is tried again at the next call. */
  async refresh(): Promise<void> {
    if (!this.#shares || this.#closed) return
    const missing = addressesBehind(this.#plan.host).filter(address => !this.#known.has(address))
    for (const address of missing.slice(0, MAX_ADDRESSES - this.#known.size)) {
      this.#known.add(address)
      await this.#add(address).catch(() => this.#known.delete(address))
    }
  }

  close(): void {
    this.#closed = true
    for (const sender of this.#senders) sender?.close()
  }

  async #add(host: string): Promise<void> {
    const { family, port, recvBuffer, onMessage, onError } = this.#plan
    const via = this.#senders.push(undefined) - 1
    const socket = await openSocket({
      family,
      host,
      port,
      recvBuffer,
      sendBuffer: SEND_BUFFER,
      reuseAddr: this.#shares,
      onMessage: (bytes, from) => onMessage(bytes, from, via),
    })
    if (this.#closed) return void socket.close()
    socket.on('error', onError)
    this.#senders[via] = new BoundedSender(socket)
    this.#addresses.push(boundAddress(socket, family))
  }
}

/**
 * The addresses that a socket on this wildcard receives for, as such a socket is bound to them. Without loopback addresses, which only this
 * host can use. Empty if the address is not a wildcard.
 */
function addressesBehind(host: string): readonly string[] {
  const wildcard = addressBytes(host)
  if (wildcard?.every(byte => byte === 0) !== true) return []
  const others = (localAddresses() ?? [])
    .filter(({ address }) => !isLoopback(address))
    .map(({ address, name }) => (LINK_LOCAL.test(address) ? `${address}%${name}` : address))
  const ipv4 = others.filter(address => addressBytes(address)?.length === 4)
  // `::` also receives IPv4, and `::ffff:0.0.0.0` receives only IPv4 (ipv6(7)).
  const mapped = host.includes(':') ? ipv4.map(address => `::ffff:${address}`) : ipv4
  return wildcard.length === 4 ? mapped : [...others.filter(address => !ipv4.includes(address)), ...mapped]
}

/** Finds a free port. This bind does not share the port, so a port in use fails. */
async function findPort({ family, host, port, recvBuffer }: ListeningPlan): Promise<Address> {
  const socket = await openSocket({ family, host, port, recvBuffer, onMessage: () => {} })
  const bound = boundAddress(socket, family)
  await new Promise<void>(resolve => void socket.close(() => resolve()))
  return bound
}
