import { readFileSync } from 'node:fs'
import { parseSnmp } from '../../engine/kernel-counters.ts'

/** A counter of this end's /proc/net/snmp, or of another's text of it: `Tcp.OutSegs`. NaN where it has none of that name. */
export function snmp(name: string, text = snmpText()): number {
  return parseSnmp(text).get(name) ?? NaN
}

/** /proc/net/snmp; nothing where the system hides it. */
export function snmpText(): string {
  try {
    return readFileSync('/proc/net/snmp', 'latin1')
  } catch {
    return ''
  }
}
