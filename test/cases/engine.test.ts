import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { requireNamespaces, sharedPath } from '../helpers/namespace.ts'

const PORT = '9000'

const kernel = await builtKernelEngine()

/** Sends probes through a router that drops some probes (kind `Q`) and some replies (`R`), and compares the fates with its counters. */
async function summaryOver(engine: string, ...args: readonly string[]): Promise<void> {
  const { client, router, server } = sharedPath()
  await server.serve('--host', '10.2.0.1', '--port', PORT, '--engine', engine)
  router.filter(`table inet t {
    counter up { }
    counter down { }
    chain c {
      type filter hook forward priority 0
      udp dport ${PORT} @th,96,8 0x51 numgen random mod 100 < 6 counter name up drop
      udp sport ${PORT} @th,96,8 0x52 numgen random mod 100 < 4 counter name down drop
    }
  }`)
  const full = client.snmp('Udp', 'SndbufErrors')
  const run = await client.udptool(
    'send',
    '--to',
    '10.2.0.1',
    '--engine',
    engine,
    '--timeout',
    '2s',
    '--summary',
    '--json',
    ...args,
  )
  const { scheduled, fates } = run.json().ledger
  const [up, down] = [router.counted('up'), router.counted('down')]
  expect(Math.min(up, down)).toBeGreaterThan(300)
  const { intact, late = 0, ...lost } = fates
  // A reply may be late on a busy machine; it is no loss.
  expect((intact ?? 0) + late).toBe(scheduled - up - down)
  // The dgram engine cannot exclude that the drops that its kernel counted at a full send queue were its own.
  const ambiguous = engine === 'dgram' ? client.snmp('Udp', 'SndbufErrors') - full : 0
  expect(lost).toEqual({
    lostForward: up - ambiguous,
    lostReturn: down,
    ...(ambiguous === 0 ? {} : { lostUnknown: ambiguous }),
  })
  expect(run.json().evidence.receipts).toBe('whole')
}

describe.runIf(kernel !== undefined && requireNamespaces())('directions of losses in a run with --summary', () => {
  cases([
    {
      fault: 'A1',
      what: '--summary on the kernel engine, 6 % lost forward and 4 % on return',
      before: '705 forward, 396 return, 832 unknown',
      right: 'the same directions as without --summary: the counters of the router',
      shows: () => summaryOver('kernel', '--count', '20000', '--rate', '5kpps'),
    },
    {
      fault: 'A1',
      what: '--summary with four clients on the kernel engine',
      before: 'directions of all pages but the last unknown',
      right: 'the counters of the router',
      shows: () => summaryOver('kernel', '--clients', '4', '--count', '5000', '--rate', '1500pps'),
    },
    {
      fault: 'A1',
      what: '--flood --summary of two sizes and three clients on the kernel engine',
      before: 'directions of all pages but the last unknown',
      right: 'the counters of the router',
      shows: () =>
        summaryOver('kernel', '--flood', '--window', '128', '--clients', '3', '--size', '80,90', '--count', '10000'),
    },
    {
      fault: 'A1',
      what: '--summary on the dgram engine',
      before: 'right',
      right: 'the counters of the router',
      shows: () => summaryOver('dgram', '--count', '12000', '--rate', '3kpps', '--window', '300'),
    },
  ])
})
