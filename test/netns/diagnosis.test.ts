import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { openPath, requireNamespaces, sharedPath, type Host } from '../helpers/namespace.ts'
import { arrivalsAt, whileStopped } from '../helpers/stopped-server.ts'
import type { Run } from '../helpers/udptool.ts'
import { codes as codesOf, warnings, type Warning } from '../helpers/warnings.ts'

const PORT = '9000'
// Neighbor discovery over IPv6 may take a second.
const FAST = ['--interval', '2ms', '--timeout', '2s', '--json']

const codes = (run: Run): readonly string[] => codesOf(run.json())

function warningOf(run: Run, code: string): Warning {
  const found = warnings(run.json()).find(one => one.code === code)
  if (found === undefined) throw new Error(`no ${code} in ${JSON.stringify(run.json().warnings)}`)
  return found
}

const fates = (run: Run): Readonly<Record<string, number>> => run.json().ledger.fates

function send(client: Host, to: string, size: string, count: number, ...more: readonly string[]): Promise<Run> {
  const target = to.includes(':') ? `[${to}]:${PORT}` : `${to}:${PORT}`
  return client.udptool('send', '--to', target, '--size', size, '--count', String(count), ...FAST, ...more)
}

/** Drops every IP fragment that a router receives, before netfilter can reassemble it (nf_defrag has priority -400). */
const NO_FRAGMENTS = `table inet t {
  counter fragments { }
  chain c {
    type filter hook prerouting priority -500
    ip frag-off & 0x3fff != 0 counter name fragments drop
    meta nfproto ipv6 exthdr frag exists counter name fragments drop
  }
}`

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('a path that drops fragments', () => {
  test.each([
    ['10.2.0.1', 1472, 3],
    ['fd02::1', 1452, 3],
  ])(
    'to %s: %d bytes pass, all datagrams of 4000 are lost, and the warning is about fragments',
    async (to, whole, fragments) => {
      const { client, router, server } = sharedPath()
      await server.serve('--host', to, '--port', PORT)
      router.filter(NO_FRAGMENTS)
      const run = await send(client, to, `${whole},4000`, 20)
      expect(fates(run)).toEqual({ intact: 10, lostForward: 10 })
      expect(codes(run)).toEqual(['fragmentsLost'])
      expect(warningOf(run, 'fragmentsLost')).toMatchObject({
        message: expect.stringContaining('drops IP fragments'),
        evidence: { mtu: 1500, largestWhole: whole, smallestLost: 4000, lost: 10, fragments },
      })
      expect(router.counted('fragments')).toBe(10 * fragments)
    },
  )

  test('only large probes: the answers to small receipts requests are the control', async () => {
    const { client, router, server } = sharedPath()
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    router.filter(NO_FRAGMENTS)
    const run = await send(client, '10.2.0.1', '4000', 10)
    expect(fates(run)).toEqual({ intact: 0, lostForward: 10 })
    expect(codes(run)).toEqual(['fragmentsLost'])
    expect(run.code).toBe(1)
  })

  test('only large probes without receipts: the small probe after the run is the control', async () => {
    const { client, router, server } = sharedPath()
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    router.filter(NO_FRAGMENTS)
    const run = await send(client, '10.2.0.1', '4000', 10, '--no-receipts')
    expect(fates(run)).toEqual({ intact: 0, lostUnknown: 10 })
    // A server that ignores large datagrams would look the same.
    expect(codes(run)).toEqual(['fragmentsSuspected'])
    expect(warningOf(run, 'fragmentsSuspected').message).toContain('a small probe is answered')
  })

  test('only large probes and no answer at all: fragments are lost, or there is no server', async () => {
    const { client, router } = sharedPath()
    router.filter(`table inet t {
      chain c {
        type filter hook forward priority 0
        drop
      }
    }`)
    const run = await send(client, '10.2.0.1', '4000', 5)
    expect(codes(run)).toEqual(['fragmentsSuspected'])
    expect(warningOf(run, 'fragmentsSuspected').hint).toContain('--size 1472,4000')
  })

  test('fragments are dropped from server to client only', async () => {
    const { client, router, server } = sharedPath()
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    router.filter(NO_FRAGMENTS.replace('priority -500', 'priority -500; iifname != "r1" accept'))
    const run = await send(client, '10.2.0.1', '1472,4000', 20)
    expect(fates(run)).toEqual({ intact: 10, lostReturn: 10 })
    expect(warningOf(run, 'fragmentsLost').message).toContain('from server to client')
  })

  test('with conntrack the same rule in the raw table sees no fragments, and they pass', async () => {
    const { client, router, server } = openPath()
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    const raw = NO_FRAGMENTS.replace('priority -500', 'priority -300')
    router.filter(raw)
    expect(codes(await send(client, '10.2.0.1', '1472,4000', 20))).toEqual(['fragmentsLost'])
    const before = router.counted('fragments')
    // A rule about the state of a connection makes conntrack reassemble fragments, at priority -400.
    router.filter(`table inet tracked {
      chain c {
        type filter hook forward priority 0
        ct state invalid drop
      }
    }`)
    const run = await send(client, '10.2.0.1', '1472,4000', 20)
    expect(fates(run)).toEqual({ intact: 20 })
    expect(codes(run)).toEqual([])
    expect(router.counted('fragments')).toBe(before)
  })

  test('replies lose some fragments: the failed reassembly on this host proves it', async () => {
    const { client, router, server } = openPath()
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    // A last fragment has an offset and no flag "more fragments".
    router.filter(`table inet t {
      chain c {
        type filter hook prerouting priority -500
        iifname "r1" ip frag-off & 0x2000 == 0 ip frag-off & 0x1fff != 0 drop
      }
    }`)
    const run = await send(client, '10.2.0.1', '1472,4000', 20)
    expect(fates(run)).toEqual({ intact: 10, lostReturn: 10 })
    // There is only one warning for the cause.
    expect(codes(run)).toEqual(['fragmentsLost'])
    expect(warningOf(run, 'fragmentsLost').message).toContain(
      '10 datagrams reached this host without some of their fragments',
    )
  })
})

describe.runIf(kernel !== undefined && requireNamespaces())('a path that loses packets', () => {
  test('every nineteenth packet: each loses its datagram, and the estimated packet loss fits', async () => {
    const { client, router, server } = openPath()
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    // Receipts requests are not fragmented and are shorter than any probe here.
    router.filter(`table inet t {
      counter lost { }
      chain c {
        type filter hook prerouting priority -500
        iifname "r0" ip length > 1000 numgen inc mod 19 == 0 counter name lost drop
      }
    }`)
    const run = await send(client, '10.2.0.1', '1472,8000', 400)
    const lost = router.counted('lost')
    expect(fates(run)).toEqual({ intact: 400 - lost, lostForward: lost })
    expect(codes(run)).toEqual(['fragmentLoss'])
    expect(warningOf(run, 'fragmentLoss').evidence).toMatchObject({ fragments: 6 })
    const { packetLoss, observed } = warningOf(run, 'fragmentLoss').evidence as { packetLoss: number; observed: number }
    // The rule counts packets above 1000 bytes: all of them except the 200 last fragments.
    expect(packetLoss).toBeGreaterThan(0.03)
    expect(packetLoss).toBeLessThan(0.07)
    expect(observed).toBeGreaterThan(0.15)
  })

  test('faster than a link of a fixed rate: losses equal the drops of its queue: rateLimited, not a cause at the ends', async () => {
    const { client, router, server } = openPath()
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    router.run('tc', ...'qdisc add dev r1 root tbf rate 250kbit burst 4000 limit 8000'.split(' '))
    const run = await send(client, '10.2.0.1', '1000', 300)
    const dropped = Number(/dropped (\d+)/u.exec(router.run('tc', '-s', 'qdisc', 'show', 'dev', 'r1'))?.[1])
    expect(dropped).toBeGreaterThan(50)
    expect(fates(run)).toEqual({ intact: 300 - dropped, lostForward: dropped })
    expect(codes(run)).toEqual(['rateLimited'])
    const { evidence } = warningOf(run, 'rateLimited')
    // Some 30 datagrams pass, too few at rest to prove a queue by their delays.
    expect(evidence).toMatchObject({ direction: 'forward' })
    // tbf counts the Ethernet header of 14 bytes as well.
    const built = (250_000 * 1028) / 1042
    expect(Math.abs(Number(evidence?.['bitsPerSecond']) / built - 1)).toBeLessThan(Number(evidence?.['error']))
  })

  test('datagrams of three sizes are dropped: sizeHole', async () => {
    const { client, router, server } = openPath()
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    // The UDP length of 1473 to 1475 bytes. Only the first fragment contains it.
    router.filter(`table inet t {
      counter hole { }
      chain c {
        type filter hook prerouting priority -500
        iifname "r0" ip frag-off & 0x1fff == 0 udp length 1481-1483 counter name hole drop
      }
    }`)
    const run = await send(client, '10.2.0.1', '1470..1478', 45)
    expect(router.counted('hole')).toBe(15)
    expect(fates(run)).toEqual({ intact: 30, lostForward: 15 })
    expect(codes(run)).toEqual(['sizeHole'])
    expect(warningOf(run, 'sizeHole').evidence).toEqual({
      from: 1473,
      to: 1475,
      passingBelow: 1472,
      passingAbove: 1476,
      lost: 15,
    })
  })
})

describe.runIf(kernel !== undefined && requireNamespaces())('a path with a smaller MTU behind the router', () => {
  const NO_ICMP = `table inet t {
    chain c {
      type filter hook output priority 0
      icmp type destination-unreachable drop
      icmpv6 type packet-too-big drop
    }
  }`

  test.each([
    ['10.2.0.1', 1400],
    ['fd02::1', 1380],
  ])('ICMP dropped, %s: datagrams that fit the interface vanish in a black hole', async (to, size) => {
    const { client, router, server } = sharedPath(1400)
    await server.serve('--host', to, '--port', PORT)
    router.filter(NO_ICMP)
    const run = await send(client, to, `128,${size}`, 20)
    expect(fates(run)).toEqual({ intact: 10, lostForward: 10 })
    expect(codes(run)).toEqual(['blackHole'])
    expect(warningOf(run, 'blackHole').evidence).toEqual({ largestPassing: 128, smallestLost: size, lost: 10 })
  })

  test('ICMP dropped: datagrams that this host fragments pass, and the lost sizes below are reported as a black hole', async () => {
    const { client, router, server } = sharedPath(1400)
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    router.filter(NO_ICMP)
    const run = await send(client, '10.2.0.1', '1372,1373,1472,1473', 40)
    expect(fates(run)).toEqual({ intact: 20, lostForward: 20 })
    expect(codes(run)).toEqual(['blackHole'])
    expect(warningOf(run, 'blackHole').evidence).toEqual({ largestPassing: 1372, smallestLost: 1373, lost: 20 })
  })

  test.each(['kernel', 'dgram'])(
    'ICMP passes, %s engine: the first probe on a path with an unknown MTU is lost',
    async engine => {
      const { client, server } = openPath(1400)
      await server.serve('--host', '10.2.0.1', '--port', PORT)
      // With one probe in flight, the error arrives before the next one leaves.
      const single = ['--engine', engine, '--window', '1', '--timeout', '20s'] as const
      const run = await send(client, '10.2.0.1', '1400', 8, ...single)
      expect(fates(run)).toEqual({ intact: 7, unreachable: 1 })
      expect(warningOf(run, 'coldPath').evidence).toMatchObject({ size: 1400, lost: 1, passed: 7 })
      const warm = await send(client, '10.2.0.1', '1400', 8, ...single)
      expect(fates(warm)).toEqual({ intact: 8 })
      expect(codes(warm)).toEqual([])
    },
  )

  test('with DF: the warning names the router, the MTU, and the size that fits', async () => {
    const { client, server } = sharedPath(1400)
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    const run = await send(client, '10.2.0.1', '128,1400', 20, '--df=probe', '--interval', '20ms')
    expect(codes(run)).toEqual(['tooBigForPath'])
    expect(warningOf(run, 'tooBigForPath')).toMatchObject({
      hint: expect.stringContaining('1372'),
      evidence: { count: 10, mtu: 1400, reporter: '10.1.0.254' },
    })
    const refused = await send(client, '10.2.0.1', '128,1400', 20, '--df=do')
    expect(codes(refused)).toEqual(['tooBigToSend'])
  })
})

describe.runIf(kernel !== undefined && requireNamespaces())('a router on the path', () => {
  test.each([
    ['10.2.0.1', 'ip dscp set cs1'],
    ['fd02::1', 'ip6 dscp set cs1'],
  ])('changes the DSCP of packets to %s', async (to, rule) => {
    const { client, router, server } = sharedPath()
    await server.serve('--host', to, '--port', PORT)
    const plain = await send(client, to, '200', 10, '--dscp', 'ef')
    expect(codes(plain)).toEqual([])
    expect(plain.json().evidence).toMatchObject({ tos: { forward: [{ value: 0xb8, count: 10 }] } })
    router.filter(`table inet t {
      chain c {
        type filter hook forward priority 0
        udp dport ${PORT} ${rule}
      }
    }`)
    const run = await send(client, to, '200', 10, '--dscp', 'ef')
    expect(codes(run)).toEqual(['dscpChanged'])
    expect(warningOf(run, 'dscpChanged').evidence).toEqual({ sent: 46, arrived: 8, count: 10 })
    expect(run.json().evidence).toMatchObject({ tos: { forward: [{ value: 0x20, count: 10 }] } })
  })

  test('clears the ECN bits, or marks congestion', async () => {
    const { client, router, server } = sharedPath()
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    const rule = (what: string): string => `flush ruleset
      table inet t {
        chain c {
          type filter hook forward priority 0
          udp dport ${PORT} ip ecn set ${what}
        }
      }`
    router.filter(rule('not-ect'))
    expect(codes(await send(client, '10.2.0.1', '200', 10, '--tos', '2'))).toEqual(['ecnChanged'])
    router.filter(rule('ce'))
    const run = await send(client, '10.2.0.1', '200', 10, '--tos', '2')
    expect(codes(run)).toEqual(['congestionMarked'])
    expect(warningOf(run, 'congestionMarked').evidence).toEqual({ there: 10, back: 0 })
  })

  test('rejects probes, or this host does', async () => {
    const { client, router, server } = openPath()
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    const chain = (hook: string, verdict: string): string => `table inet t {
      chain c {
        type filter hook ${hook} priority 0
        udp dport ${PORT} ${verdict}
      }
    }`
    router.filter(chain('forward', 'reject with icmp type admin-prohibited'))
    const rejected = await send(client, '10.2.0.1', '200', 40)
    // The router limits its ICMP errors, so not every probe has one.
    expect(codes(rejected)).toEqual(['turnedBack', 'icmpRateLimited'])
    expect(warningOf(rejected, 'turnedBack')).toMatchObject({
      message: expect.stringMatching(/^10\.1\.0\.254 .*forbids/u),
    })
    const { unreachable, lostUnknown } = fates(rejected)
    expect(warningOf(rejected, 'icmpRateLimited').evidence).toEqual({ unreachable, lostUnknown })
    client.filter(chain('output', 'drop'))
    expect(codes(await send(client, '10.2.0.1', '200', 10))).toEqual(['forbiddenHere'])
  })
})

describe.runIf(kernel !== undefined && requireNamespaces())('a receive buffer that overflows', () => {
  test('of the server: losses equal the drops that its kernel counted, and the suggested buffer is large enough', async () => {
    const { client, server } = sharedPath()
    const small = await server.serve(
      '--host',
      '10.2.0.1',
      '--port',
      PORT,
      '--engine',
      'kernel',
      '--recv-buffer',
      '4096',
    )
    const burst = ['--burst', '200', '--interval', '200ms', '--timeout', '5s']
    const before = server.snmp('Udp', 'RcvbufErrors')
    const arrived = arrivalsAt(server)
    const run = await whileStopped(
      small,
      () => arrived() >= 400,
      () => send(client, '10.2.0.1', '1000', 400, ...burst),
    )
    const dropped = server.snmp('Udp', 'RcvbufErrors') - before
    expect(fates(run)).toEqual({ intact: 400 - dropped, lostServerBuffer: dropped })
    const warning = warningOf(run, 'serverBufferOverflow')
    expect(warning.evidence).toMatchObject({ drops: dropped, booked: dropped })
    small.signal('SIGTERM')
    await small.finished
    const flag = /--recv-buffer (\S+)/u.exec(warning.hint)?.[1] ?? ''
    await server.serve('--host', '10.2.0.1', '--port', PORT, '--engine', 'kernel', '--recv-buffer', flag)
    const cured = await send(client, '10.2.0.1', '1000', 400, ...burst)
    expect(fates(cured)).toEqual({ intact: 400 })
    expect(server.snmp('Udp', 'RcvbufErrors') - before).toBe(dropped)
  })

  test('of the client: losses equal the drops that its kernel counted', async () => {
    const { client, server } = sharedPath()
    await server.serve('--host', '10.2.0.1', '--port', PORT)
    const before = client.snmp('Udp', 'RcvbufErrors')
    const run = await send(
      client,
      '10.2.0.1',
      '1000',
      400,
      '--burst',
      '200',
      '--interval',
      '200ms',
      '--recv-buffer',
      '2304',
    )
    const dropped = client.snmp('Udp', 'RcvbufErrors') - before
    expect(dropped).toBeGreaterThan(0)
    expect(fates(run)).toEqual({ intact: 400 - dropped, lostClientBuffer: dropped })
    expect(warningOf(run, 'clientBufferOverflow').evidence).toMatchObject({ drops: dropped, booked: dropped })
    expect(codes(run)).toEqual(['clientBufferOverflow'])
  })
})
