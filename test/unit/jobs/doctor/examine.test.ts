import { describe, expect, test } from 'vitest'
import { planNeed } from '../../../../src/jobs/doctor/plan.ts'
import { examine } from '../../../../src/jobs/doctor/run.ts'
import type { Finding } from '../../../../src/verdict/doctor.ts'
import { hostOf } from './hosts.ts'

const NEED = planNeed({})

type Changes = Readonly<Record<string, string | undefined>>

function find(id: string, changes: Changes, need = NEED): Finding {
  const found = examine(hostOf(changes), need).find(one => one.id === id)
  if (found === undefined) throw new Error(`no ${id}`)
  return found
}

test('a healthy host has nothing to fix', () => {
  const findings = examine(hostOf(), NEED)
  expect(findings.filter(({ level }) => level !== 'ok')).toEqual([])
  expect(findings.length).toBeGreaterThan(15)
})

const SNMP = (udp: string): Changes => ({
  '/proc/net/snmp': `Ip: ReasmReqds ReasmFails FragFails OutRequests\nIp: 100 3 1 1000000\nUdp: InDatagrams RcvbufErrors SndbufErrors InCsumErrors MemErrors OutDatagrams\nUdp: ${udp}`,
})

/** A socket dropped 42 datagrams, and the host has these counters. */
const DROPPING = (udp: string): Changes => ({
  ...SNMP(udp),
  '/proc/net/udp': 'sl\n 1: 0100007F:2328 00000000:0000 07 0:0 00:0 0 0 0 1 2 f 42',
})

/** Changes of a host, and the finding for each. */
test.each<[id: string, level: Finding['level'], Changes, says: RegExp]>([
  ['buffer.receiveLimit', 'warn', { '/proc/sys/net/core/rmem_max': '212992' }, /rmem_max=1048576$/u],
  ['buffer.receiveDefault', 'note', { '/proc/sys/net/core/rmem_default': '212992' }, /9\.2 ms at 10000\/s/u],
  ['buffer.sendLimit', 'warn', { '/proc/sys/net/core/wmem_max': '16384' }, /EMSGSIZE/u],
  ['buffer.memory', 'warn', { '/proc/net/sockstat': 'UDP: inuse 2 mem 800000' }, /800000 of 1151604/u],
  ['drops.receiveBuffer', 'warn', SNMP('1000 5 0 0 0 1000'), /^5 datagrams .* of 1005/u],
  ['drops.receiveBuffer', 'note', SNMP('1000000 5 0 0 0 1000'), /^5 datagrams/u],
  ['drops.sendBuffer', 'warn', SNMP('1000 0 7 0 0 1000'), /^7 datagrams/u],
  ['drops.checksum', 'warn', SNMP('1000 0 0 8 0 1000'), /^8 datagrams/u],
  ['drops.memory', 'warn', SNMP('1000 0 0 0 9 1000'), /^9 datagrams/u],
  ['drops.reassembly', 'warn', SNMP('1000 0 0 0 0 1000'), /^3 IP fragments/u],
  ['drops.fragmentation', 'note', SNMP('1000 0 0 0 0 1000'), /^1 packets/u],
  [
    'drops.sockets',
    'warn',
    { '/proc/net/udp': 'sl\n 1: 0100007F:2328 00000000:0000 07 0:0 00:0 0 0 0 1 2 f 42' },
    /127\.0\.0\.1:9000 \(42\)/u,
  ],
  ['drops.sockets', 'warn', DROPPING('1000 42 0 0 0 1000'), /their programs are too slow.*too small$/u],
  ['drops.sockets', 'warn', DROPPING('1000 12 0 30 0 1000'), /too slow.*up to 30 had a wrong checksum/u],
  ['drops.sockets', 'warn', DROPPING('1000 0 0 42 0 1000'), /^this host dropped 42 datagrams with a wrong checksum/u],
  ['mtu:eth0', 'warn', { '/sys/class/net/eth0/mtu': '1200' }, /IPv6 needs 1280/u],
  ['drops:eth0', 'note', { '/sys/class/net/eth0/statistics/rx_dropped': '17' }, /17 rx_dropped/u],
  ['returnPath', 'note', { '/proc/sys/net/ipv4/conf/eth0/rp_filter': '1' }, /strict on eth0/u],
  ['returnPath', 'note', { '/proc/sys/net/ipv4/conf/all/rp_filter': '1' }, /strict on eth0/u],
  ['ports', 'note', { '/proc/sys/net/ipv4/ip_local_port_range': '60000 60999' }, /^1000 ports/u],
  ['icmpErrors', 'note', { '/proc/sys/net/ipv4/icmp_ratelimit': '1000' }, /every 1000 ms/u],
  ['pathMtu', 'note', { '/proc/sys/net/ipv4/ip_no_pmtu_disc': '1' }, /is 1\)/u],
  ['reassembly', 'warn', { '/proc/net/sockstat': 'FRAG: inuse 300 memory 4000000' }, /^300 datagrams wait/u],
  [
    'conntrack',
    'warn',
    { '/proc/sys/net/netfilter/nf_conntrack_count': '900', '/proc/sys/net/netfilter/nf_conntrack_max': '1000' },
    /nf_conntrack_max=2000/u,
  ],
  [
    'conntrack.timeout',
    'note',
    {
      '/proc/sys/net/netfilter/nf_conntrack_count': '9',
      '/proc/sys/net/netfilter/nf_conntrack_max': '1000',
      '/proc/sys/net/netfilter/nf_conntrack_udp_timeout': '30',
      '/proc/sys/net/netfilter/nf_conntrack_udp_timeout_stream': '120',
    },
    /after 30 s .* after 120 s/u,
  ],
])('%s is a %s', (id, level, changes, says) => {
  const found = find(id, changes)
  expect(found.level).toBe(level)
  expect([found.what, found.cost, found.fix].join('\n')).toMatch(new RegExp(says.source, 'mu'))
  expect(found.cost).toMatch(/^\S.*\S$/u)
  expect(found.fix).toMatch(/^\S.*\S$/u)
})

test('a loose rp_filter for all is loose, also if that of an interface is strict', () => {
  const changes = { '/proc/sys/net/ipv4/conf/all/rp_filter': '2', '/proc/sys/net/ipv4/conf/eth0/rp_filter': '1' }
  expect(find('returnPath', changes).level).toBe('ok')
})

test('conntrack that is nearly empty is ok, and a missing one is reported', () => {
  const some = { '/proc/sys/net/netfilter/nf_conntrack_count': '9', '/proc/sys/net/netfilter/nf_conntrack_max': '1000' }
  expect(find('conntrack', some)).toMatchObject({ level: 'ok', what: expect.stringContaining('9 of at most 1000') })
  expect(find('conntrack', {})).toMatchObject({ level: 'ok', what: expect.stringContaining('not in use') })
})

test('counters of IPv6 count, too', () => {
  const changes = { '/proc/net/snmp6': 'Udp6RcvbufErrors\t5\nUdp6InDatagrams\t10' }
  expect(find('drops.receiveBuffer', changes)).toMatchObject({ level: 'warn', what: expect.stringMatching(/^5 /u) })
})

test('without an IPv6 address, IPv6 is missing or only on loopback', () => {
  const v4 = { name: 'eth0', address: '192.0.2.2', family: 'IPv4', internal: false } as const
  const loopback = { name: 'lo', address: '::1', family: 'IPv6', internal: true } as const
  const of = (addresses: Parameters<typeof hostOf>[1]): string =>
    examine(hostOf({}, addresses), NEED).find(({ id }) => id === 'ipv6')?.what ?? ''
  expect(of({ addresses: undefined })).toBe('')
  expect(of({ addresses: [v4] })).toBe('this host has no IPv6')
  expect(of({ addresses: [v4, loopback] })).toContain('loopback only')
})

test('an interface that is down or has no address is left out', () => {
  expect(() => find('mtu:eth0', { '/sys/class/net/eth0/flags': '0x1002' })).toThrow('no mtu:eth0')
  expect(() => find('mtu:eth1', { '/sys/class/net/eth1/flags': '0x1003', '/sys/class/net/eth1/mtu': '1500' })).toThrow(
    'no mtu:eth1',
  )
})

test('nothing is reported about a missing file', () => {
  const gone = Object.fromEntries(
    ['core/rmem_max', 'core/rmem_default', 'ipv4/udp_mem', 'ipv4/icmp_ratelimit'].map(name => [
      `/proc/sys/net/${name}`,
      undefined,
    ]),
  )
  const ids = examine(hostOf(gone), NEED).map(({ id }) => id)
  for (const id of ['buffer.receiveLimit', 'buffer.receiveDefault', 'buffer.memory', 'icmpErrors'])
    expect(ids).not.toContain(id)
})

describe('other systems', () => {
  test.each([
    ['darwin', 'sysctl net.inet.udp'],
    ['win32', 'netsh'],
  ])('on %s the doctor says what it cannot see', (platform, by) => {
    const findings = examine(hostOf({}, { platform }), NEED)
    expect(findings).toMatchObject([{ id: 'platform', level: 'note', fix: expect.stringContaining(by) }])
  })
})

describe('the need', () => {
  test('is rate × pause × the charge of a datagram, of which the kernel grants the double', () => {
    expect(planNeed({ rate: '1000pps', pause: '100ms', size: 100 })).toEqual({
      rate: 1000,
      pauseMs: 100,
      size: 100,
      recvBuffer: (100 * 832) / 2,
    })
    expect(planNeed({ rate: '8Mbit', pause: '1s', size: 1000 })).toMatchObject({ rate: 1000 })
  })

  test('grows with each of them', () => {
    const large = planNeed({ rate: '1Mpps', pause: '1s' })
    expect(find('buffer.receiveLimit', {}, large).level).toBe('warn')
  })

  test.each([{ rate: '10' }, { pause: '10' }, { size: 'x' }, { size: 65_528 }, { rate: '1Mbit', size: 0 }])(
    '%o is refused',
    options => {
      expect(() => planNeed(options)).toThrow(expect.objectContaining({ code: 'usage' }))
    },
  )
})
