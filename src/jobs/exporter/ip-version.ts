import { parseOption } from '../../options/parse-options.ts'
import { rawOptions } from '../../options/raw-options.ts'
import { SEND_OPTIONS } from '../../runs/send/options.ts'
import { usedVersion } from '../../runs/ip-version.ts'
import type { Values } from '../file-options.ts'

/** The IP version that a module asks for, or that of its local address. Undefined: any. */
export function versionOf(options: Values): 4 | 6 | undefined {
  const { family, bind } = rawOptions(SEND_OPTIONS, options)
  return usedVersion(family, parseOption('bind', SEND_OPTIONS.bind, bind))
}
