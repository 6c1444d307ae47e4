import { describe, expect, test } from 'vitest'
import { countersGrown, otherDrops, parseSnmp, parseSnmp6, parseSockstat } from '../../../src/engine/kernel-counters.ts'

describe('in the format of the kernel', () => {
  test('/proc/net/snmp: names, then values, for each protocol', () => {
    const text = [
      'Ip: Forwarding DefaultTTL ReasmFails',
      'Ip: 1 64 7',
      'Udp: InDatagrams NoPorts RcvbufErrors InCsumErrors',
      'Udp: 268221 123 2642 3',
      'UdpLite: InDatagrams RcvbufErrors',
      'UdpLite: 0 0',
      '',
    ].join('\n')
    expect(Object.fromEntries(parseSnmp(text))).toEqual({
      'Ip.Forwarding': 1,
      'Ip.DefaultTTL': 64,
      'Ip.ReasmFails': 7,
      'Udp.InDatagrams': 268_221,
      'Udp.NoPorts': 123,
      'Udp.RcvbufErrors': 2642,
      'Udp.InCsumErrors': 3,
      'UdpLite.InDatagrams': 0,
      'UdpLite.RcvbufErrors': 0,
    })
  })

  test('/proc/net/snmp6: a name and a value', () => {
    const text = 'Ip6ReasmFails                   \t5\nUdp6InCsumErrors                \t0\n'
    expect(Object.fromEntries(parseSnmp6(text))).toEqual({ Ip6ReasmFails: 5, Udp6InCsumErrors: 0 })
  })

  test('/proc/net/sockstat: a title and pairs', () => {
    const text = 'sockets: used 43\nUDP: inuse 2 mem 70\nFRAG: inuse 4 memory 13824\n'
    expect(Object.fromEntries(parseSockstat(text))).toEqual({
      'sockets.used': 43,
      'UDP.inuse': 2,
      'UDP.mem': 70,
      'FRAG.inuse': 4,
      'FRAG.memory': 13_824,
    })
  })

  test('other files give nothing', () => {
    for (const text of ['', 'Ip: A B', 'Ip: A B\nUdp: 1 2', 'a b c']) {
      expect(parseSnmp(text).size).toBe(0)
      expect(parseSockstat('').size).toBe(0)
    }
  })
})

describe('growth', () => {
  const counters = (values: Readonly<Record<string, number>>): ReadonlyMap<string, number> =>
    new Map(Object.entries(values))

  test('of the counters of the family', () => {
    const before = {
      'Ip.ReasmFails': 1,
      'Udp.InCsumErrors': 5,
      'Udp.SndbufErrors': 0,
      'Udp.NoPorts': 7,
      'FRAG.inuse': 2,
      Ip6ReasmFails: 9,
    }
    const after = {
      'Ip.ReasmFails': 4,
      'Udp.InCsumErrors': 5,
      'Udp.SndbufErrors': 1,
      'Udp.NoPorts': 9,
      'FRAG.inuse': 0,
      Ip6ReasmFails: 20,
    }
    expect(countersGrown(counters(before), counters(after), 'udp4')).toEqual({
      reassemblyFailures: 3,
      badChecksums: 0,
      otherDrops: 0,
      noSocket: 2,
      sendBufferErrors: 1,
      // A reassembly that began before the run and was given up during it does not make the count negative.
      incomplete: 0,
    })
    expect(countersGrown(counters(before), counters(after), 'udp6')).toEqual({ reassemblyFailures: 11, otherDrops: 0 })
  })

  test('of counters that the system does not show is absent', () => {
    expect(countersGrown(counters({}), counters({ 'Ip.ReasmFails': 4 }), 'udp4')).toEqual({})
  })
})

describe('datagrams that sockets dropped for another reason than a full buffer', () => {
  const counted = (values: Readonly<Record<string, number>>, family: 'udp4' | 'udp6'): number | undefined =>
    otherDrops(new Map(Object.entries(values)), family)

  test.each<[string, Readonly<Record<string, number>>, number | undefined]>([
    ['nothing where nothing is counted', {}, undefined],
    ['wrong checksums', { 'Udp.InCsumErrors': 4 }, 4],
    ['all errors but those for want of memory', { 'Udp.InErrors': 20, 'Udp.RcvbufErrors': 12, 'Udp.MemErrors': 3 }, 5],
    ['never less than the wrong checksums', { 'Udp.InErrors': 2, 'Udp.RcvbufErrors': 2, 'Udp.InCsumErrors': 1 }, 1],
  ])('%s', (_, values, expected) => {
    expect(counted(values, 'udp4')).toBe(expected)
  })

  test('an IPv6 socket receives IPv4, too', () => {
    const values = { 'Udp.InCsumErrors': 4, Udp6InCsumErrors: 3 }
    expect(counted(values, 'udp6')).toBe(7)
    expect(counted(values, 'udp4')).toBe(4)
  })
})
