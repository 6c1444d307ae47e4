import { SECOND } from '../base/nanos.ts'
import { present } from '../base/present.ts'
import { DEFAULT_HOST, DEFAULT_PORT, parseTarget } from '../base/target.ts'
import { FAMILY_OPTIONS } from '../options/family.ts'
import type { LibraryOptions, OptionTable } from '../options/option.ts'
import { parseOptions } from '../options/parse-options.ts'
import type { ConnectPlan } from '../stream/connect.ts'

/** Three attempts: Linux resends a SYN after 1 s and after 3 s (RFC 6298 sections 2.1 and 5.5), and the third then has 4 s. */
const CONNECT_TIMEOUT = 7 * SECOND

/** Options for the target of a TCP client. */
export const TCP_TARGET_OPTIONS = {
  /** `host:port`. Default 127.0.0.1:9000. */
  to: {
    form: '--to <target>',
    about: 'host:port, [v6]:port or host',
    default: `${DEFAULT_HOST}:${DEFAULT_PORT}`,
    once: true,
    parse: parseTarget,
  },
  ...FAMILY_OPTIONS,
} satisfies OptionTable

export interface TcpTargetOptions extends LibraryOptions<typeof TCP_TARGET_OPTIONS> {
  /** Use only this family of the addresses of a name. */
  readonly family?: 4 | 6
}

/** Parses them. Throws a `usage` error. */
export function planConnect(raw: TcpTargetOptions): ConnectPlan {
  const { to } = parseOptions(TCP_TARGET_OPTIONS, raw)
  return { target: to, timeout: CONNECT_TIMEOUT, ...present({ family: raw.family }) }
}
