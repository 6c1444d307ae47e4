import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { openPath, requireNamespaces } from '../helpers/namespace.ts'

/** Sends probes through a router that rejects all of them, without a rate limit. All datagrams of the client pass the router. */
async function rejected(engine: string, ...args: readonly string[]): Promise<void> {
  const { client, router } = openPath()
  const before = client.snmp('Udp', 'OutDatagrams')
  const sysctls = ['net.ipv4.icmp_ratelimit=0', 'net.ipv4.icmp_msgs_per_sec=1000000', 'net.ipv4.icmp_msgs_burst=100000']
  router.run('sysctl', '-qw', ...sysctls)
  router.filter(`table inet t {
    counter seen { }
    chain c {
      type filter hook forward priority 0
      udp dport 9000 counter name seen reject with icmp type admin-prohibited
    }
  }`)
  const probes = ['--count', '1500', '--timeout', '2s', '--no-receipts', '--json', ...args]
  const run = await client.udptool('send', '--to', '10.2.0.1', '--engine', engine, ...probes)
  const { scheduled, sent, fates } = run.json().ledger
  const { refused = 0, unreachable = 0, lostUnknown = 0 } = fates
  expect(scheduled).toBe(1500)
  // Rarely, errors arrive as fast as the program reads them from the socket.
  expect(refused).toBeLessThan(15)
  // The kernel engine tests itself on loopback first, so its datagrams are counted at the router.
  const left = engine === 'dgram' ? client.snmp('Udp', 'OutDatagrams') - before : router.counted('seen')
  // One more datagram is the stray check, if no reply came.
  expect([0, 1]).toContain(left - sent)
  expect(unreachable + lostUnknown).toBe(sent)
}

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('ICMP errors of earlier datagrams', () => {
  cases([
    {
      fault: 'A8',
      what: 'a router rejects with admin-prohibited, dgram engine at 3000 a second',
      before: 'a quarter refused by our own kernel (EHOSTUNREACH), and not sent',
      right: 'all sent: a pending error of the socket belongs to an earlier datagram',
      shows: () => rejected('dgram', '--rate', '3kpps'),
    },
    {
      fault: 'A8',
      what: 'the same as a flood on the dgram engine',
      before: 'a quarter refused',
      right: 'all sent',
      shows: () => rejected('dgram', '--flood', '--window', '64'),
    },
    {
      fault: 'A8',
      what: 'the same as a flood on the kernel engine',
      before: 'sent, unless two errors came in a row',
      right: 'all sent',
      shows: () => rejected('kernel', '--flood', '--window', '64'),
    },
  ])
})
