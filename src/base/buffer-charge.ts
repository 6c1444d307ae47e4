/** The smallest receive buffer of Linux, even if less is requested (SOCK_MIN_RCVBUF in its net/sock.h; measured). */
export const SMALLEST_RECV_BUFFER = 2304

/** The least that Linux charges a receive buffer for a datagram, and what it charges above the payload of a large one (measured). */
const OVERHEAD = 832
/** Maximum payload → charged bytes (skb truesize on loopback, Linux 6; a network card takes the same or slightly more). */
const STEPS: readonly (readonly [size: number, charge: number])[] = [
  [197, 832],
  [645, 1280],
  [1669, 2304],
  [3717, 4352],
  [7813, 8448],
  [16_004, 16_640],
]

/**
 * Bytes of a socket's receive buffer that a waiting datagram uses. The kernel counts the memory that holds the datagram, not its length: a
 * buffer of 212992 bytes, the usual default, holds 256 datagrams of 100 bytes or 25 of 4000.
 */
export function bufferCharge(size: number): number {
  return STEPS.find(([most]) => size <= most)?.[1] ?? size + OVERHEAD
}
