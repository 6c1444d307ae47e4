import { SECOND } from '../base/nanos.ts'
import { DEFAULT_HOST, DEFAULT_PORT } from '../base/target.ts'
import type { Flag } from './flag.ts'

/** Where a TCP client connects to. */
export interface TcpTargetOptions {
  /** `host:port`. Default 127.0.0.1:9000. */
  readonly to?: string
  /** Only this family of the addresses of a name. */
  readonly family?: 4 | 6
}

export const TCP_TARGET = `${DEFAULT_HOST}:${DEFAULT_PORT}`

/** Three tries of the kernel: it sends a SYN again after 1 s and after 3 s (RFC 6298 section 2), and so more than 7 s make no sense without it. */
export const CONNECT_PATIENCE = 8 * SECOND

/** The flags of every TCP client. */
export const TCP_TARGET_FLAGS: readonly Flag[] = [
  { form: '--to <target>', about: 'where to connect to: host, host:port or [v6]:port', fallback: TCP_TARGET },
  { form: '-4, --ipv4', about: 'only IPv4 addresses of a name' },
  { form: '-6, --ipv6', about: 'only IPv6 addresses of a name' },
]
