import { SECOND, type Nanos } from '../base/nanos.ts'

/**
 * No datagram and no ICMP error about it stays longer in the network (MSL, RFC 9293 section 3.4.1); IPv6 waits 60 s for fragments (RFC 8200
 * section 4.5).
 */
export const LONGEST_LIFE: Nanos = 120 * SECOND
