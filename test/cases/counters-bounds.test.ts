import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { openPath, requireNamespaces, type Path } from '../helpers/namespace.ts'
import { fates, dropEveryNth, PORT, warningOf, send } from '../helpers/path-run.ts'
import { until } from '../helpers/relay-host.ts'
import { arrivalsAt, whileStopped } from '../helpers/stopped-server.ts'
import type { Run } from '../helpers/udptool.ts'

const kernel = await builtKernelEngine()

/** Probes of a burst. */
const BURST = 250

describe.runIf(kernel !== undefined && requireNamespaces())(
  'the drop counter of a buffer is an upper bound of its losses',
  () => {
    /** A run to a server that is stopped until all probes have arrived, and whose buffer holds about half of them. */
    async function overflow(path: Path, rules: string, first: () => Promise<unknown> = async () => {}): Promise<Run> {
      const half = ['--engine', 'kernel', '--recv-buffer', '1MiB']
      const server = await path.server.serve('--host', '10.2.0.1', '--port', PORT, ...half)
      path.router.filter(rules)
      const burst = [
        '--size',
        '1000',
        '--count',
        String(8 * BURST),
        '--burst',
        String(BURST),
        '--interval',
        '30ms',
        '--timeout',
        '10s',
      ]
      const arrived = arrivalsAt(path.server)
      return await whileStopped(
        server,
        () => arrived() >= 8 * BURST,
        async () => {
          await first()
          return await send(path, '10.2.0.1', ...burst)
        },
      )
    }

    cases([
      {
        fault: 'C9',
        what: 'one probe arrives twice while the server’s buffer overflows',
        before: 'no lostServerBuffer at all',
        right: 'at most RcvbufErrors, and more than half of it',
        shows: async () => {
          const path = openPath()
          const run = await overflow(
            path,
            `table ip t {
            chain c {
              type filter hook prerouting priority 0
              iifname "r0" udp dport ${PORT} numgen inc mod ${8 * BURST} == 0 dup to 10.2.0.1 device "r1"
            }
          }`,
          )
          const full = path.server.snmp('Udp', 'RcvbufErrors')
          const { lostServerBuffer = 0 } = fates(run)
          expect(run.json().ledger.duplicates).toBe(1)
          expect(full).toBeGreaterThan(BURST)
          expect(lostServerBuffer).toBeLessThanOrEqual(full)
          // Besides the observed copy, the buffer may have dropped others.
          expect(lostServerBuffer).toBeGreaterThan(0.5 * full)
        },
      },
      {
        fault: 'C9',
        what: 'another client sends one datagram to the server while its buffer overflows',
        before: 'no lostServerBuffer at all',
        right: 'at most RcvbufErrors, less what the other client may have lost',
        shows: async () => {
          const path = openPath()
          const stranger = ['10.2.0.1', PORT, '20', '1', '0', '1'] as const
          const run = await overflow(path, '', async () => (await path.router.peer('burst', ...stranger)).finished)
          const full = path.server.snmp('Udp', 'RcvbufErrors')
          const { lostServerBuffer = 0 } = fates(run)
          expect(full).toBeGreaterThan(BURST)
          expect(lostServerBuffer).toBeLessThanOrEqual(full)
          // For one received datagram, another client may have lost far less than a burst.
          expect(lostServerBuffer).toBeGreaterThanOrEqual(full - BURST)
        },
      },
      {
        fault: 'C9',
        what: 'other clients fill the server’s buffer while the network loses a tenth of the probes',
        before: '(must not become lostServerBuffer)',
        right: 'lostForward for each that the router dropped',
        shows: async () => {
          const path = openPath()
          // Probes only: a receipts request is no loss of the run.
          path.router.filter(`table inet t {
            counter c { }
            chain c {
              type filter hook forward priority 0
              udp dport ${PORT} @th,96,8 0x51 numgen inc mod 10 == 3 counter name c drop
            }
          }`)
          const small = ['--engine', 'kernel', '--recv-buffer', '4096']
          const server = await path.server.serve('--host', '10.2.0.1', '--port', PORT, ...small)
          const running = send(path, '10.2.0.1', '--count', '400', '--interval', '2ms')
          await until(() => path.router.counted('c') > 0)
          const full = (): boolean => path.server.snmp('Udp', 'RcvbufErrors') > 100
          server.signal('SIGSTOP')
          // On the server's own host, so the router does not drop these.
          await path.server.peer('burst', '10.2.0.1', PORT, '1000', '300', '0.05', '12')
          await until(full)
          server.signal('SIGCONT')
          const run = await running
          const { lostForward = 0 } = fates(run)
          expect(lostForward).toBeGreaterThanOrEqual(path.router.counted('c'))
        },
      },
      {
        fault: 'C8',
        what: 'nearly all losses are drops of the server’s buffer, which drops more large datagrams',
        before: 'fragmentLoss: "72 % of the packets are lost"',
        right: 'serverBufferOverflow, and no estimate of packet loss',
        shows: async () => {
          const path = openPath()
          dropEveryNth(path.router, 40)
          const half = ['--engine', 'kernel', '--recv-buffer', '512KiB']
          const server = await path.server.serve('--host', '10.2.0.1', '--port', PORT, ...half)
          const burst = [
            '--size',
            '100,4000',
            '--count',
            '600',
            '--burst',
            '100',
            '--interval',
            '1ms',
            '--timeout',
            '10s',
          ]
          const arrived = arrivalsAt(path.server)
          const run = await whileStopped(
            server,
            () => arrived() + path.router.counted('c') >= 600,
            () => send(path, '10.2.0.1', ...burst),
          )
          const { lostServerBuffer = 0, lostForward = 0 } = fates(run)
          expect(lostServerBuffer).toBeGreaterThan(lostForward)
          expect(lostServerBuffer).toBeLessThanOrEqual(path.server.snmp('Udp', 'RcvbufErrors'))
          expect(warningOf(run, 'serverBufferOverflow')).toBeDefined()
          expect(warningOf(run, 'fragmentLoss')).toBeUndefined()
          // The unexplained losses of a size are at most those of the run.
          for (const { ledger } of run.json().sizes)
            expect(ledger.fates['lostForward'] ?? 0).toBeLessThanOrEqual(lostForward)
        },
      },
    ])
  },
)
