import { isIPv6 } from '../../base/ip.ts'
import { parseOption } from '../../options/parse-options.ts'
import { rawOptions } from '../../options/raw-options.ts'
import { SEND_OPTIONS } from '../../runs/send/options.ts'
import type { Values } from '../file-options.ts'

/** The IP version that a module asks for, or that of its local address. Undefined: any. */
export function versionOf(options: Values): 4 | 6 | undefined {
  const { family, bind } = rawOptions(SEND_OPTIONS, options)
  if (family !== undefined || bind === undefined) return family
  const local = parseOption('bind', SEND_OPTIONS.bind, bind)
  return local === undefined ? undefined : isIPv6(local.host) ? 6 : 4
}
