import { readFileSync } from 'node:fs'
import type { Family } from '../base/address.ts'
import type { HostCounters } from '../facts/host.ts'

/** Names of the counters of a family in /proc/net/snmp and sockstat, and in snmp6 and sockstat6. */
const NAMES = {
  udp4: { reassemblyFailures: 'Ip.ReasmFails', incomplete: 'FRAG.inuse', udp: 'Udp.' },
  udp6: { reassemblyFailures: 'Ip6ReasmFails', incomplete: 'FRAG6.inuse', udp: 'Udp6' },
} as const

/** Counters for what a socket of a family receives. An IPv6 socket also receives IPv4 (RFC 3493 section 3.7). */
const RECEIVED_AS = { udp4: [NAMES.udp4.udp], udp6: [NAMES.udp4.udp, NAMES.udp6.udp] } as const

/** Counters by name. */
export type Counters = ReadonlyMap<string, number>

/** /proc/net/snmp (proc_net_snmp(5)): a line of names and a line of values per protocol. `Udp.RcvbufErrors` → value. */
export function parseSnmp(text: string): Counters {
  const found = new Map<string, number>()
  const lines = text.split('\n')
  lines.forEach((line, n) => {
    const [protocol = '', ...names] = line.split(' ')
    const [same, ...values] = lines[n + 1]?.split(' ') ?? []
    if (same !== protocol || Number.isInteger(Number(names[0]))) return
    names.forEach((name, i) => add(found, `${protocol.slice(0, -1)}.${name}`, values[i]))
  })
  return found
}

/** /proc/net/snmp6: a name and a value per line. `Udp6RcvbufErrors` → value. */
export function parseSnmp6(text: string): Counters {
  const found = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [name = '', value] = line.split(/\s+/u)
    add(found, name, value)
  }
  return found
}

/** /proc/net/sockstat and sockstat6: `FRAG: inuse 0 memory 0`. `FRAG.inuse` → value. */
export function parseSockstat(text: string): Counters {
  const found = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [title = '', ...words] = line.split(' ')
    for (let i = 0; i + 1 < words.length; i += 2) add(found, `${title.slice(0, -1)}.${words[i] ?? ''}`, words[i + 1])
  }
  return found
}

function add(counters: Map<string, number>, name: string, value: string | undefined): void {
  const count = Number(value)
  if (name !== '' && value !== undefined && value !== '' && Number.isSafeInteger(count)) counters.set(name, count)
}

/** The counters of this network namespace. Empty on systems other than Linux. */
export function readKernelCounters(): Counters {
  return new Map([
    ...parseSnmp(read('/proc/net/snmp')),
    ...parseSnmp6(read('/proc/net/snmp6')),
    ...parseSockstat(read('/proc/net/sockstat')),
    ...parseSockstat(read('/proc/net/sockstat6')),
  ])
}

/**
 * Datagrams that the sockets of a family on this host dropped for another reason than a full buffer: wrong checksums (InCsumErrors) and
 * what a filter rejected. InErrors counts every drop, RcvbufErrors and MemErrors those for lack of memory (net/ipv4/udp.c). Undefined if
 * the system does not count them.
 */
export function otherDrops(counters: Counters, family: Family): number | undefined {
  let sum: number | undefined
  for (const udp of RECEIVED_AS[family]) {
    const [checksums, errors] = [counters.get(`${udp}InCsumErrors`), counters.get(`${udp}InErrors`)]
    if (checksums === undefined && errors === undefined) continue
    const full = (counters.get(`${udp}RcvbufErrors`) ?? 0) + (counters.get(`${udp}MemErrors`) ?? 0)
    sum = (sum ?? 0) + Math.max(checksums ?? 0, (errors ?? 0) - full)
  }
  return sum
}

/** The current value on this host. Undefined if /proc does not show it. */
export function readOtherDrops(family: Family): number | undefined {
  const counters = family === 'udp4' ? parseSnmp(read('/proc/net/snmp')) : readKernelCounters()
  return otherDrops(counters, family)
}

/** Datagrams with a wrong checksum that this host received for the sockets of a family. Undefined if /proc does not show it. */
export function readBadChecksums(family: Family): number | undefined {
  const counters = readKernelCounters()
  const counts = RECEIVED_AS[family].flatMap(udp => counters.get(`${udp}InCsumErrors`) ?? [])
  return counts.length === 0 ? undefined : counts.reduce((sum, one) => sum + one, 0)
}

/** The growth of such a count since `before`, as a field of a document. No field if it is not known. */
export function badChecksumsSince(before: number | undefined, family: Family): { readonly badChecksums?: number } {
  const now = readBadChecksums(family)
  return before === undefined || now === undefined ? {} : { badChecksums: Math.max(0, now - before) }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

/** The growth of the counters for datagrams of a family that this host could not use or send. */
export function countersGrown(before: Counters, after: Counters, family: Family): HostCounters {
  const { reassemblyFailures, incomplete, udp } = NAMES[family]
  const grown = <Name extends keyof HostCounters>(name: Name, counter: string): { [K in Name]?: number } => {
    const [from, to] = [before.get(counter), after.get(counter)]
    // A gauge may also have fallen.
    return from === undefined || to === undefined
      ? {}
      : ({ [name]: Math.max(0, to - from) } as { [K in Name]?: number })
  }
  const [otherBefore, otherAfter] = [otherDrops(before, family), otherDrops(after, family)]
  return {
    ...grown('reassemblyFailures', reassemblyFailures),
    ...grown('incomplete', incomplete),
    ...grown('badChecksums', `${udp}InCsumErrors`),
    ...(otherBefore === undefined || otherAfter === undefined
      ? {}
      : { otherDrops: Math.max(0, otherAfter - otherBefore) }),
    ...grown('noSocket', `${udp}NoPorts`),
    ...grown('sendBufferErrors', `${udp}SndbufErrors`),
  }
}
