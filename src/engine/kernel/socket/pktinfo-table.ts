import { CMSG_HEADER, IN6_PKTINFO_SIZE, IN_PKTINFO_SIZE, controlSpace } from '../system/abi.ts'
import type { Arena, Region } from '../system/arena.ts'
import { writeSource4, writeSource6, type ControlMessages } from './control-messages.ts'

/** Layout of an entry: the control message, then its length. Length 0: the address is not known. */
const LENGTH_AT = controlSpace(IN6_PKTINFO_SIZE)
const ROOM = LENGTH_AT + 8

/** For each flow, the control message that sends answers from the address that the peer sent to (IP_PKTINFO, IPV6_PKTINFO). */
export class PktinfoTable {
  readonly #arena: Arena
  readonly #region: Region

  /** For flows 0 … most − 1. */
  constructor(arena: Arena, most: number) {
    this.#arena = arena
    this.#region = arena.allocate(most * ROOM)
  }

  /** Bytes of the arena that a table needs. */
  static bytes(most: number): number {
    return most * ROOM + 64
  }

  /** Offset in the arena of a flow's control message, of `length` bytes. */
  at(flow: number): number {
    return this.#region.at + flow * ROOM
  }

  length(flow: number): number {
    return this.#arena.words[(this.at(flow) + LENGTH_AT) >> 2] ?? 0
  }

  /** Stores the local address of this message. */
  write(flow: number, control: ControlMessages): void {
    const { bytes, words } = this.#arena
    const { local } = control
    const at = this.at(flow)
    words[(at + LENGTH_AT) >> 2] = lengthFor(control)
    if (local < 0) return
    if (!control.localIs6) writeSource4(bytes, words, at, local)
    else writeSource6(bytes, words, at, local, isLinkLocal(bytes, local) ? control.interface : 0)
  }

  /** Whether the flow's local address is that of this message. */
  isFor(flow: number, control: ControlMessages): boolean {
    const { words } = this.#arena
    if (this.length(flow) !== lengthFor(control)) return false
    if (control.local < 0) return true
    // The address follows the interface in in_pktinfo, and precedes it in in6_pktinfo.
    const data = (this.at(flow) + CMSG_HEADER) >> 2
    const local = control.local >> 2
    if (!control.localIs6) return words[data + 1] === words[local]
    for (let i = 0; i < 4; i++) if (words[data + i] !== words[local + i]) return false
    return true
  }
}

function lengthFor(control: ControlMessages): number {
  if (control.local < 0) return 0
  return controlSpace(control.localIs6 ? IN6_PKTINFO_SIZE : IN_PKTINFO_SIZE)
}

/** fe80::/10: such an address needs its interface (RFC 4291 section 2.5.6). */
function isLinkLocal(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xfe && ((bytes[at + 1] ?? 0) & 0xc0) === 0x80
}
