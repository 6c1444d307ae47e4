import { usage } from '../../base/error.ts'
import { parsePort } from '../../options/port.ts'
import { resemblesMagic } from '../../wire/probe.ts'

/** A fixed reply must not look like a probe, because two servers could then exchange it for ever. */
export function fixedReply(value: string, flag: string): Uint8Array {
  const bytes = new TextEncoder().encode(value)
  if (!resemblesMagic(bytes, 0, bytes.length)) return bytes
  throw usage(
    `${flag} cannot begin with "${value.slice(0, 4)}": that is how a probe of udptool begins`,
    'begin the reply with another text',
  )
}

/** The port of irtt's servers. */
const IRTT_PORT = 2112

/** The port of the server for clients of irtt; undefined: none. */
export function irttPort(value: boolean | number | string, flag: string): number | undefined {
  if (value === false) return undefined
  return value === true ? IRTT_PORT : parsePort(value, flag)
}
