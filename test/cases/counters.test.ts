import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { ROOT } from '../helpers/child.ts'
import { openPath, requireNamespaces, type Host, type Path } from '../helpers/namespace.ts'
import { fates, lostOf, PORT, warningOf, send, warnings } from '../helpers/path-run.ts'
import { arrivalsAt, whileStopped } from '../helpers/stopped-server.ts'

interface Doctor {
  readonly findings: readonly { readonly id: string; readonly what: string; readonly cost?: string }[]
}

const ENGINES = ['kernel', 'dgram'] as const

/** Makes the kernel compute the checksums of packets that leave by these devices, so that a changed byte is detected. */
function computeChecksums(host: Host, ...devices: readonly string[]): void {
  for (const device of devices) host.run('python3', `${ROOT}test/helpers/peers/offload.py`, device)
}

/** Makes the router change a byte of the payload of every tenth datagram, without a new checksum: to the server (dport) or from it. */
function damage({ client, router, server }: Path, field: 'dport' | 'sport'): void {
  computeChecksums(client, 'c0')
  computeChecksums(server, 's0')
  computeChecksums(router, 'r0', 'r1')
  router.filter(`table inet t {
    counter c { }
    chain c {
      type filter hook forward priority 0
      udp ${field} ${PORT} numgen inc mod 10 == 3 counter name c @th,448,8 set 0x2a
    }
  }`)
}

/** The number of datagrams with a wrong checksum at a host, IPv4 and IPv6. */
function badChecksums(host: Host): number {
  const ip6 = /^Udp6InCsumErrors\s+(\d+)/mu.exec(host.run('cat', '/proc/net/snmp6'))?.[1] ?? '0'
  return host.snmp('Udp', 'InCsumErrors') + Number(ip6)
}

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('wrong checksums in the drop counter of a socket', () => {
  cases(
    ENGINES.flatMap(engine =>
      ['10.2.0.1', 'fd02::1'].map(to => ({
        fault: 'A2',
        what: `wrong UDP checksums on the path to ${to}, ${engine} engine at both ends`,
        before: 'lostServerBuffer',
        right: 'lostForward, and the summary of the server has the number of wrong checksums',
        shows: async () => {
          const path = openPath()
          const server = await path.server.serve('--host', to, '--port', PORT, '--engine', engine)
          damage(path, 'dport')
          const run = await send(path, to, '--count', '300', '--interval', '1ms', '--size', '200', '--engine', engine)
          const lost = lostOf(run)
          expect(lost).toBeGreaterThan(20)
          expect(fates(run)).toEqual({ intact: 300 - lost, lostForward: lost })
          expect(warnings(run).map(({ code }) => code)).not.toContain('serverBufferOverflow')
          server.signal('SIGTERM')
          const { stdout } = await server.finished
          const counted = badChecksums(path.server)
          expect(counted).toBeGreaterThanOrEqual(lost)
          expect(stdout).toContain(`${counted} with a wrong UDP checksum`)
          expect(stdout).not.toContain('full receive buffer')
        },
      })),
    ),
  )

  cases(
    ENGINES.map(engine => ({
      fault: 'A2',
      what: `wrong UDP checksums from server to client, ${engine} engine at both ends`,
      before: 'lostClientBuffer, "the network is not to blame"',
      right: 'lostReturn, and the warning badChecksums',
      shows: async () => {
        const path = openPath()
        await path.server.serve('--host', '10.2.0.1', '--port', PORT, '--engine', engine)
        damage(path, 'sport')
        const run = await send(path, '10.2.0.1', '--count', '300', '--interval', '1ms', '--engine', engine)
        const lost = lostOf(run)
        const counted = badChecksums(path.client)
        expect(lost).toBeGreaterThan(20)
        expect(fates(run)).toEqual({ intact: 300 - lost, lostReturn: lost })
        expect(warningOf(run, 'clientBufferOverflow')).toBeUndefined()
        // Receipts answers are damaged, too, the last ones after the run.
        const { count, ...rest } = warningOf(run, 'badChecksums')?.evidence ?? {}
        expect(rest).toEqual({ lost })
        expect(count).toBeGreaterThanOrEqual(lost)
        expect(count).toBeLessThanOrEqual(counted)
      },
    })),
  )

  cases([
    {
      fault: 'A2',
      what: 'wrong checksums on the path to a relay: its summary, its record, and doctor on the same host',
      before: '"in the relay’s own full receive buffers", "their programs are too slow"',
      right: 'no full buffer; doctor names the wrong checksums',
      shows: async () => {
        const path = openPath()
        const { server } = path
        await server.serve('--host', '127.0.0.1', '--port', '9001')
        const program = `${ROOT}bin/udptool.js`
        const free = '--public --max-rate-per-source 1Gpps'
        const listen = `--listen 10.2.0.1:${PORT} --to 127.0.0.1:9001 ${free}`.split(' ')
        const relay = server.start(process.execPath, program, 'relay', ...listen)
        await relay.waitFor('stdout', /^listening .+\n/)
        damage(path, 'dport')
        const run = await send(path, '10.2.0.1', '--count', '300', '--interval', '1ms')
        const lost = lostOf(run)
        const counted = badChecksums(server)
        expect(lost).toBeGreaterThan(20)
        expect(fates(run)).toEqual({ intact: 300 - lost, lostForward: lost })
        const doctor = (await server.udptool('doctor', '--json')).json() as unknown as Doctor
        const finding = doctor.findings.find(({ id }) => id === 'drops.sockets')
        expect(finding?.what).toContain(`10.2.0.1:${PORT} (${counted})`)
        expect(finding?.cost).toContain('wrong checksum')
        expect(finding?.cost).not.toContain('too slow')
        relay.signal('SIGTERM')
        expect((await relay.finished).stdout).not.toContain('full receive buffers')
      },
    },
    {
      fault: 'A2',
      what: 'wrong checksums and a full buffer at the server in one run',
      before: 'all lostServerBuffer',
      right: 'lostServerBuffer is at most RcvbufErrors, and above 90 % of it',
      shows: async () => {
        const path = openPath()
        const { server } = path
        const half = ['--engine', 'kernel', '--recv-buffer', '256KiB']
        const child = await server.serve('--host', '10.2.0.1', '--port', PORT, ...half)
        damage(path, 'dport')
        const burst = ['--size', '1000', '--count', '600', '--burst', '200', '--interval', '1ms', '--timeout', '10s']
        const arrived = arrivalsAt(server)
        const run = await whileStopped(
          child,
          () => arrived() >= 600,
          () => send(path, '10.2.0.1', ...burst),
        )
        const full = server.snmp('Udp', 'RcvbufErrors')
        const { lostServerBuffer = 0, lostForward = 0 } = fates(run)
        expect(full).toBeGreaterThan(100)
        expect(lostServerBuffer).toBeLessThanOrEqual(full)
        expect(lostServerBuffer).toBeGreaterThan(0.9 * full)
        expect(lostServerBuffer + lostForward).toBe(lostOf(run))
      },
    },
  ])
})
