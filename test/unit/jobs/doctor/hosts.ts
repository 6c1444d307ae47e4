import { parseSnmp, parseSnmp6, parseSockstat } from '../../../../src/engine/kernel-counters.ts'
import type { InterfaceAddress, HostReader } from '../../../../src/jobs/doctor/host-reader.ts'

const LOOPBACK: readonly InterfaceAddress[] = [
  { name: 'lo', address: '127.0.0.1', family: 'IPv4', internal: true },
  { name: 'lo', address: '::1', family: 'IPv6', internal: true },
]
const ETH0: readonly InterfaceAddress[] = [
  { name: 'eth0', address: '192.0.2.2', family: 'IPv4', internal: false },
  { name: 'eth0', address: '2001:db8::2', family: 'IPv6', internal: false },
]

/** The files of a healthy host. */
const HEALTHY: Readonly<Record<string, string>> = {
  '/proc/sys/net/core/rmem_max': '4194304',
  '/proc/sys/net/core/rmem_default': '4194304',
  '/proc/sys/net/core/wmem_max': '212992',
  '/proc/sys/net/ipv4/udp_mem': '575802\t767738\t1151604',
  '/proc/sys/net/ipv4/ip_local_port_range': '32768\t60999',
  '/proc/sys/net/ipv4/icmp_ratelimit': '0',
  '/proc/sys/net/ipv4/ip_no_pmtu_disc': '0',
  '/proc/sys/net/ipv4/ipfrag_high_thresh': '4194304',
  '/proc/sys/net/ipv4/ipfrag_time': '30',
  '/proc/sys/net/ipv4/conf/all/rp_filter': '0',
  '/proc/sys/net/ipv4/conf/default/rp_filter': '1',
  '/proc/sys/net/ipv4/conf/eth0/rp_filter': '0',
  '/proc/net/udp': 'sl local_address\n 1: 0100007F:2328 00000000:0000 07 00000000:00000000 00:00000000 0 0 0 1 2 f 0',
  '/proc/net/snmp':
    'Ip: ReasmReqds ReasmFails FragFails OutRequests\nIp: 9 0 0 9\nUdp: InDatagrams RcvbufErrors SndbufErrors InCsumErrors MemErrors OutDatagrams\nUdp: 1000 0 0 0 0 1000',
  '/proc/net/sockstat': 'UDP: inuse 2 mem 70\nFRAG: inuse 0 memory 0',
  '/sys/class/net/eth0/flags': '0x1003',
  '/sys/class/net/eth0/mtu': '1500',
  '/sys/class/net/lo/flags': '0x9',
  '/sys/class/net/lo/mtu': '65536',
}

/** A healthy host with changed files. `undefined`: the file is missing. */
export function hostOf(
  changes: Readonly<Record<string, string | undefined>> = {},
  more: { readonly platform?: string; readonly addresses?: readonly InterfaceAddress[] | undefined } = {},
): HostReader {
  const files: Readonly<Record<string, string | undefined>> = { ...HEALTHY, ...changes }
  const read = (file: string): string | undefined => files[file]
  return {
    platform: more.platform ?? 'linux',
    read,
    list(folder) {
      const inside = Object.keys(files).filter(file => file.startsWith(`${folder}/`) && files[file] !== undefined)
      return [...new Set(inside.map(file => file.slice(folder.length + 1).split('/')[0] ?? ''))]
    },
    addresses: () => ('addresses' in more ? more.addresses : [...LOOPBACK, ...ETH0]),
    counters: () =>
      new Map([
        ...parseSnmp(read('/proc/net/snmp') ?? ''),
        ...parseSnmp6(read('/proc/net/snmp6') ?? ''),
        ...parseSockstat(read('/proc/net/sockstat') ?? ''),
      ]),
  }
}
