import { randomBytes } from 'node:crypto'
import type { Address, Family } from '../../../base/address.ts'
import { SOCKADDR_IN6_SIZE, SOCKADDR_IN_SIZE } from '../system/abi.ts'
import { fault, type Arena, type Region } from '../system/arena.ts'
import { ControlMessages } from './control-messages.ts'
import { finish, mix } from './murmur-hash.ts'
import { readSockaddr, writeSockaddr, type Zones } from '../system/sockaddr.ts'
import { LruList } from './lru-list.ts'
import { PktinfoTable } from './pktinfo-table.ts'

/** Slots of an empty table. It grows with its flows, because a large sparse table does not fit a cache. */
const FIRST_SLOTS = 256

/** Offset of the address in struct sockaddr_in6 (ipv6(7)). */
const IP6_ADDRESS = 8

const NONE = -1

/** The third word of an IPv4-mapped address, ::ffff:0:0/96 (RFC 4291 section 2.5.5.2), on a little-endian machine. */
const MAPPED_IP4 = 0xffff_0000 | 0

export interface FlowTablePlan {
  readonly family: Family
  /** Maximum number of flows. */
  readonly most: number
  /** Whether messages report which of our addresses received them (IP_PKTINFO). A socket bound to one address does not need it. */
  readonly local: boolean
}

/**
 * Numbers for flows, so that a machine needs no addresses. A flow is a peer and the local address that it sends to. Bounded: the least
 * recently used flow is evicted. Works on the bytes that the kernel wrote, and keeps only what an answer to the flow needs: with ten
 * thousand peers, each cache line that a datagram touches is a cache miss.
 */
export class FlowTable {
  readonly #arena: Arena
  readonly #words: Int32Array
  /** The peers' sockaddrs, each with the length of the family's sockaddr, rounded up to a power of two. */
  readonly #names: Region
  readonly #nameRoom: number
  /** Absent if a socket has one address. */
  readonly #pktinfo: PktinfoTable | undefined
  readonly #scratch: Region
  readonly #family: Family
  readonly #zones: Zones
  readonly #most: number
  readonly #evict: (flow: number) => void
  readonly #nameWords: number
  /** A random seed, so that a remote host cannot choose flows that share a slot. */
  readonly #seed = randomBytes(4).readInt32LE()
  /** Open addressing with linear probing: slot → flow. At most half full. */
  #slots = new Int32Array(FIRST_SLOTS).fill(NONE)
  #mask = FIRST_SLOTS - 1
  readonly #hashes: Int32Array
  readonly #order: LruList
  #count = 0

  constructor(arena: Arena, plan: FlowTablePlan, zones: Zones, evict: (flow: number) => void) {
    const { family, most, local } = plan
    if (!Number.isInteger(most) || most < 1 || most > 2 ** 26) throw fault(`a table cannot have ${most} flows`)
    this.#arena = arena
    this.#words = arena.words
    this.#family = family
    this.#zones = zones
    this.#most = most
    this.#evict = evict
    this.#nameWords = this.nameLength >> 2
    this.#nameRoom = nameRoom(family)
    this.#names = arena.allocate(most * this.#nameRoom)
    this.#pktinfo = local ? new PktinfoTable(arena, most) : undefined
    this.#scratch = arena.allocate(this.#nameRoom)
    this.#hashes = new Int32Array(most)
    this.#order = new LruList(most)
  }

  /** Bytes of the arena that a table needs. */
  static bytes({ family, most, local }: FlowTablePlan): number {
    return (most + 1) * nameRoom(family) + (local ? PktinfoTable.bytes(most) : 0) + 2 * 64
  }

  /** Length of a peer's sockaddr. */
  get nameLength(): number {
    return this.#family === 'udp4' ? SOCKADDR_IN_SIZE : SOCKADDR_IN6_SIZE
  }

  /** The flow of a message: its sockaddr is at `name` in the arena, with its control messages. */
  find(name: number, control: ControlMessages): number {
    const words = this.#words
    const from = name >> 2
    // Consecutive datagrams often have the same peer.
    const { latest } = this.#order
    if (latest < this.#count && this.#same(latest, from, control)) return latest
    let hash = this.#seed
    for (let i = 0; i < this.#nameWords; i++) hash = mix(hash, words[from + i] ?? 0)
    const local = control.local
    if (local >= 0) {
      const end = (local >> 2) + (control.localIs6 ? 4 : 1)
      for (let word = local >> 2; word < end; word++) hash = mix(hash, words[word] ?? 0)
    }
    hash = finish(hash)
    let slot = hash & this.#mask
    for (let flow = this.#slots[slot] ?? NONE; flow !== NONE; flow = this.#slots[slot] ?? NONE) {
      if (this.#hashes[flow] === hash && this.#same(flow, from, control)) {
        this.#order.use(flow)
        return flow
      }
      slot = (slot + 1) & this.#mask
    }
    return this.#add(from, hash, control)
  }

  /** The flow of a new peer. */
  enter(peer: Address): number {
    const { at } = this.#scratch
    writeSockaddr(this.#arena.bytes, at, { ...peer, family: this.#family }, this.#zones)
    return this.find(at, new ControlMessages(this.#arena.bytes, this.#words))
  }

  peer(flow: number): Address {
    const known = flow >= 0 && flow < this.#count
    const peer = known ? readSockaddr(this.#arena.bytes, this.#nameAt(flow), this.#zones) : undefined
    return peer ?? { address: this.#family === 'udp4' ? '0.0.0.0' : '::', port: 0, family: this.#family }
  }

  /** Address of the flow's sockaddr, of `nameLength` bytes. */
  nameAddress(flow: number): number {
    return this.#arena.address + this.#nameAt(flow)
  }

  /** Offset in the arena of the control message that sends from the flow's local address, of `sourceLength` bytes. */
  sourceAt(flow: number): number {
    return this.#pktinfo?.at(this.#checked(flow)) ?? 0
  }

  sourceLength(flow: number): number {
    return this.#pktinfo?.length(this.#checked(flow)) ?? 0
  }

  /** Whether datagrams to the flow's peer are IPv6. An IPv6 socket sends IPv4 to an IPv4-mapped address. */
  isIp6(flow: number): boolean {
    if (this.#family === 'udp4') return false
    const address = (this.#nameAt(flow) + IP6_ADDRESS) >> 2
    const words = this.#words
    return words[address] !== 0 || words[address + 1] !== 0 || words[address + 2] !== MAPPED_IP4
  }

  #checked(flow: number): number {
    if (flow < 0 || flow >= this.#most) throw fault(`there is no flow ${flow}`)
    return flow
  }

  #nameAt(flow: number): number {
    return this.#names.at + this.#checked(flow) * this.#nameRoom
  }

  #same(flow: number, from: number, control: ControlMessages): boolean {
    const words = this.#words
    const name = this.#nameAt(flow) >> 2
    for (let i = 0; i < this.#nameWords; i++) if (words[name + i] !== words[from + i]) return false
    return this.#pktinfo?.isFor(flow, control) ?? true
  }

  #add(from: number, hash: number, control: ControlMessages): number {
    let flow = this.#count
    if (flow < this.#most) this.#count++
    else {
      flow = this.#order.oldest
      this.#order.take(flow)
      this.#remove(flow)
      this.#evict(flow)
    }
    this.#words.copyWithin(this.#nameAt(flow) >> 2, from, from + this.#nameWords)
    this.#pktinfo?.write(flow, control)
    this.#hashes[flow] = hash
    this.#enterSlot(flow)
    this.#order.put(flow)
    return flow
  }

  /** Puts a flow into the first free slot from its own on. */
  #enterSlot(flow: number): void {
    if (this.#count * 2 > this.#slots.length) {
      this.#growSlots()
      return
    }
    let slot = (this.#hashes[flow] ?? 0) & this.#mask
    while (this.#slots[slot] !== NONE) slot = (slot + 1) & this.#mask
    this.#slots[slot] = flow
  }

  /** Doubles the slots and inserts all flows again. */
  #growSlots(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(NONE)
    this.#mask = this.#slots.length - 1
    for (let flow = 0; flow < this.#count; flow++) this.#enterSlot(flow)
  }

  /** Empties a flow's slot and moves the following ones up, so that a search still finds them. */
  #remove(flow: number): void {
    let hole = (this.#hashes[flow] ?? 0) & this.#mask
    while (this.#slots[hole] !== flow) hole = (hole + 1) & this.#mask
    for (let slot = (hole + 1) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const other = this.#slots[slot] ?? NONE
      if (other === NONE) break
      const home = (this.#hashes[other] ?? 0) & this.#mask
      if (((slot - home) & this.#mask) < ((slot - hole) & this.#mask)) continue
      this.#slots[hole] = other
      hole = slot
    }
    this.#slots[hole] = NONE
  }
}

function nameRoom(family: Family): number {
  return family === 'udp4' ? 16 : 32
}
