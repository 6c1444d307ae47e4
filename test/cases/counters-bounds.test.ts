import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { openPath, requireNamespaces, type Path } from '../helpers/namespace.ts'
import { fates, dropEveryNth, PORT, warningOf, send } from '../helpers/path-run.ts'
import type { Run } from '../helpers/udptool.ts'

const kernel = await builtKernelEngine()

/** Probes of a burst. */
const BURST = 250

describe.runIf(kernel !== undefined && requireNamespaces())('drops of a buffer are a bound', () => {
  /** A server whose buffer holds a sixth of a burst, so that it overflows though the server reads meanwhile. */
  async function overflow(path: Path, rules: string, during: () => Promise<unknown> = async () => {}): Promise<Run> {
    const small = ['--engine', 'kernel', '--recv-buffer', '49152']
    await path.server.serve('--host', '10.2.0.1', '--port', PORT, ...small)
    path.router.filter(rules)
    const burst = ['--size', '1000', '--count', String(8 * BURST), '--burst', String(BURST), '--interval', '30ms']
    const [run] = await Promise.all([send(path, '10.2.0.1', ...burst), during()])
    return run
  }

  cases([
    {
      fault: 'C9',
      what: 'one probe comes twice while the server’s buffer overflows',
      before: 'no lostServerBuffer at all',
      right: 'most of what RcvbufErrors counts, and not more',
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
        // One copy that was seen may stand for others that were dropped.
        expect(lostServerBuffer).toBeGreaterThan(0.5 * full)
      },
    },
    {
      fault: 'C9',
      what: 'a stranger sends one datagram to the server whose buffer overflows',
      before: 'no lostServerBuffer at all',
      right: 'what RcvbufErrors counts, less what the stranger may have lost, and not more',
      shows: async () => {
        const path = openPath()
        const run = await overflow(path, '', () => path.router.peer('burst', '10.2.0.1', PORT, '20', '1', '0', '1'))
        const full = path.server.snmp('Udp', 'RcvbufErrors')
        const { lostServerBuffer = 0 } = fates(run)
        expect(full).toBeGreaterThan(BURST)
        expect(lostServerBuffer).toBeLessThanOrEqual(full)
        // What a stranger may have lost beside each datagram that was received is far less than a burst.
        expect(lostServerBuffer).toBeGreaterThanOrEqual(full - BURST)
      },
    },
    {
      fault: 'C9',
      what: 'strangers fill the server’s buffer while the network loses a tenth of the probes',
      before: '(must not become lostServerBuffer)',
      right: 'lostForward for each that the router dropped',
      shows: async () => {
        const path = openPath()
        dropEveryNth(path.router, 10)
        const small = ['--engine', 'kernel', '--recv-buffer', '4096']
        await path.server.serve('--host', '10.2.0.1', '--port', PORT, ...small)
        // From the server's own host: the router does not lose these.
        await path.server.peer('burst', '10.2.0.1', PORT, '1000', '300', '0.05', '12')
        const run = await send(path, '10.2.0.1', '--count', '200', '--interval', '2ms')
        expect(path.server.snmp('Udp', 'RcvbufErrors')).toBeGreaterThan(100)
        const { lostForward = 0 } = fates(run)
        expect(lostForward).toBeGreaterThanOrEqual(path.router.counted('c'))
      },
    },
    {
      fault: 'C8',
      what: 'nearly all losses are drops of the server’s buffer, which hit large datagrams more',
      before: 'fragmentLoss: "72 % of the packets are lost"',
      right: 'serverBufferOverflow, and no figure of a packet loss',
      shows: async () => {
        const path = openPath()
        dropEveryNth(path.router, 40)
        const small = ['--engine', 'kernel', '--recv-buffer', '16384']
        await path.server.serve('--host', '10.2.0.1', '--port', PORT, ...small)
        const burst = ['--size', '100,4000', '--count', '600', '--burst', '100', '--interval', '1ms']
        const run = await send(path, '10.2.0.1', ...burst)
        const { lostServerBuffer = 0, lostForward = 0 } = fates(run)
        expect(lostServerBuffer).toBeGreaterThan(lostForward)
        expect(lostServerBuffer).toBeLessThanOrEqual(path.server.snmp('Udp', 'RcvbufErrors'))
        expect(warningOf(run, 'serverBufferOverflow')).toBeDefined()
        expect(warningOf(run, 'fragmentLoss')).toBeUndefined()
        // At most what the whole run leaves unexplained is unexplained of a size.
        for (const { ledger } of run.json().sizes)
          expect(ledger.fates['lostForward'] ?? 0).toBeLessThanOrEqual(lostForward)
      },
    },
  ])
})
