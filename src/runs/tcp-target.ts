import { SECOND } from '../base/nanos.ts'
import { DEFAULT_HOST, DEFAULT_PORT, parseTarget } from '../base/target.ts'
import type { ConnectPlan } from '../stream/connect.ts'
import type { Flag } from '../options/flag.ts'

/** Where a TCP client connects to. */
export interface TcpTargetOptions {
  /** `host:port`. Default 127.0.0.1:9000. */
  readonly to?: string
  /** Only this family of the addresses of a name. */
  readonly family?: 4 | 6
}

const TCP_TARGET = `${DEFAULT_HOST}:${DEFAULT_PORT}`

/** Three tries: Linux sends a SYN again after 1 s and after 3 s (RFC 6298 sections 2.1 and 5.5), and the third has 4 s for its answer. */
const CONNECT_PATIENCE = 7 * SECOND

/** The flags of every TCP client. */
export const TCP_TARGET_FLAGS: readonly Flag[] = [
  { form: '--to <target>', about: 'host:port, [v6]:port or host', fallback: TCP_TARGET },
  { form: '-4, --ipv4', about: 'IPv4 addresses only' },
  { form: '-6, --ipv6', about: 'IPv6 addresses only' },
]

/** Reads them; throws a `usage` error. */
export function planConnect({ to, family }: TcpTargetOptions): ConnectPlan {
  const target = parseTarget(to ?? TCP_TARGET, '--to')
  return { target, timeout: CONNECT_PATIENCE, ...(family === undefined ? {} : { family }) }
}
