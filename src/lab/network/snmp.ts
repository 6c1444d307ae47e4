import { readFileSync } from 'node:fs'
import { parseSnmp } from '../../engine/kernel-counters.ts'

/** A counter from /proc/net/snmp of this end, or from the text of another: `Tcp.OutSegs`. NaN if there is no such counter. */
export function snmp(name: string, text = snmpText()): number {
  return parseSnmp(text).get(name) ?? NaN
}

/** /proc/net/snmp. Empty if the system hides it. */
export function snmpText(): string {
  try {
    return readFileSync('/proc/net/snmp', 'latin1')
  } catch {
    return ''
  }
}
