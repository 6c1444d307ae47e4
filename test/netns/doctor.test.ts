import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { Host, openPath, requireNamespaces } from '../helpers/namespace.ts'
import type { Run } from '../helpers/udptool.ts'

interface Finding {
  readonly level: string
  readonly what: string
  readonly fix?: string
}

function find(run: Run, id: string): Finding {
  const { findings } = run.json() as unknown as { readonly findings: readonly (Finding & { readonly id: string })[] }
  const found = findings.find(one => one.id === id)
  if (found === undefined) throw new Error(`no ${id} in ${findings.map(one => one.id).join(', ')}`)
  return found
}

/** All network settings of a host, without counters. */
function settings(host: Host): string {
  const lines = host.run('sh', '-c', 'sysctl -a 2>/dev/null').split('\n')
  return lines.filter(line => line.startsWith('net.') && !line.includes('_count')).join('\n')
}

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('udptool doctor in a namespace', () => {
  test('tests each address with an echo, reports the MTUs, and changes nothing', async () => {
    const { server } = openPath(1400)
    const before = settings(server)
    const run = await server.udptool('doctor', '--json')
    expect(settings(server)).toBe(before)
    expect(before).toContain('net.ipv4.ip_forward')
    expect(run.code).toBe(0)
    for (const address of ['127.0.0.1', '::1', '10.2.0.1', '10.2.0.2', 'fd02::1', 'fd02::2'])
      expect(find(run, `echo:${address}`)).toMatchObject({ level: 'ok' })
    expect(find(run, 'mtu:s0').what).toMatch(/MTU 1400: up to 1372 bytes .* IPv4, 1352 over IPv6; 4000 .* 3 fragments/u)
    expect(find(run, 'drops.receiveBuffer').level).toBe('ok')
    expect(find(run, 'drops.sockets').level).toBe('ok')
  })

  test('reports the drops of a receive buffer: the count of the kernel, and the socket', async () => {
    const { client, server } = openPath()
    await server.serve('--host', '10.2.0.1', '--port', '9000', '--engine', 'kernel', '--recv-buffer', '4096')
    const burst = ['--burst', '200', '--count', '200', '--size', '1000', '--no-receipts']
    await client.udptool('send', '--to', '10.2.0.1', '--interval', '100ms', ...burst)
    const lost = server.snmp('Udp', 'RcvbufErrors')
    expect(lost).toBeGreaterThan(0)
    const run = await server.udptool('doctor', '--json')
    expect(find(run, 'drops.receiveBuffer')).toMatchObject({ level: 'warn', what: expect.stringMatching(`^${lost} `) })
    expect(find(run, 'drops.sockets')).toMatchObject({ what: expect.stringContaining(`10.2.0.1:9000 (${lost})`) })
    expect(run.code).toBe(0)
  })

  test('fails if a firewall drops all UDP, and if loopback is down', async () => {
    const host = new Host()
    host.filter(`table inet t {
      chain c {
        type filter hook output priority 0
        meta l4proto udp drop
      }
    }`)
    const filtered = await host.udptool('doctor', '--json')
    expect(filtered.code).toBe(1)
    expect(filtered.json().verdict).toBe('fail')
    expect(find(filtered, 'echo:127.0.0.1').level).toBe('fail')
    host.ip('link set lo down')
    const down = await host.udptool('doctor', '--json')
    expect(down.code).toBe(1)
    expect(find(down, 'echo:loopback')).toMatchObject({ level: 'fail', fix: 'sudo ip link set lo up' })
  })

  test('reports the UDP timeout of conntrack', async () => {
    const { server } = openPath()
    server.run('sysctl', '-qw', 'net.netfilter.nf_conntrack_udp_timeout=17')
    const run = await server.udptool('doctor', '--json')
    expect(find(run, 'conntrack.timeout').what).toContain('after 17 s')
  })
})
