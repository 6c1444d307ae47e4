import { describe, expect } from 'vitest'
import type * as Source from '../../src/index.ts'
import { cases } from '../helpers/cases.ts'
import { ROOT } from '../helpers/child.ts'
import { Host, requireNamespaces, connectHosts } from '../helpers/namespace.ts'
import { preload, untilStable, startRelayOn, tryRelayOn, until } from '../helpers/relay-host.ts'
import { takenPort } from '../helpers/tools.ts'

const { startRelay } = (await import(`${ROOT}dist/index.js`)) as typeof Source

/** Makes os.networkInterfaces() throw, as in a sandbox without AF_NETLINK. */
const NO_INTERFACES = preload(
  `import os from 'node:os'
  import { syncBuiltinESMExports } from 'node:module'
  os.networkInterfaces = () => { throw new Error('denied') }
  syncBuiltinESMExports()`,
)
/** Counts reads of the kernel's tables of sockets, and prints the count at exit. */
const COUNT_READS = preload(
  `import fs from 'node:fs'
  import { syncBuiltinESMExports } from 'node:module'
  const { readFileSync } = fs
  let reads = 0
  fs.readFileSync = (file, ...rest) => {
    if (String(file).startsWith('/proc/net/udp')) reads += 1
    return readFileSync(file, ...rest)
  }
  process.on('exit', () => process.stderr.write('reads ' + reads))
  syncBuiltinESMExports()`,
)

const SENT = `table inet t {
  counter sent { }
  chain out {
    type filter hook output priority 0
    udp dport 9001 counter name sent
  }
}`

const BURST = `import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for n in range(5000): sock.sendto(b"%d" % n, ("10.1.0.1", 9001))`

/** Sends to all targets at once. The sender's sockets are connected, so they receive no reply from another address. */
async function expectAnswers(client: Host, targets: readonly string[]): Promise<void> {
  const few = ['--count', '3', '--interval', '0', '--timeout', '20s', '--json']
  const fates = targets.map(async to => {
    const { json } = await client.udptool('send', '--to', to, ...few)
    return [to, json().ledger.fates]
  })
  expect(await Promise.all(fates)).toEqual(targets.map(to => [to, { intact: 3 }]))
}

/** Two connected hosts with addresses of both families. */
function twoHosts(): readonly [Host, Host] {
  const [one, other] = [new Host(), new Host()]
  connectHosts(
    one,
    other,
    ['w0', '10.1.0.1/24', '10.1.0.2/24', 'fd01::1/64', 'fd01::2/64'],
    ['w1', '10.1.0.9/24', 'fd01::9/64'],
  )
  return [one, other]
}

const ITSELF: readonly (readonly [string, string])[] = [
  ['0.0.0.0:9001', '127.0.0.1:9001'],
  ['0.0.0.0:9001', '127.9.9.9:9001'],
  ['0.0.0.0:9001', '10.1.0.2:9001'],
  ['0.0.0.0:9001', 'localhost:9001'],
  ['0.0.0.0:9001', '224.0.0.1:9001'],
  ['[::]:9001', '[::1]:9001'],
  ['[::]:9001', '[fd01::2]:9001'],
  ['[::]:9001', '127.0.0.1:9001'],
  ['[::]:9001', '[::ffff:10.1.0.1]:9001'],
  ['10.1.0.1:9001', '[::ffff:10.1.0.1]:9001'],
  ['127.0.0.1:9001', '0.0.0.0:9001'],
  ['[::1]:9001', '[::]:9001'],
]
const OTHERS: readonly (readonly [string, string])[] = [
  ['0.0.0.0:9001', '10.1.0.9:9001'],
  ['0.0.0.0:9001', '10.1.0.1:9002'],
  ['10.1.0.1:9001', '10.1.0.2:9001'],
  ['127.0.0.1:9001', '127.0.0.2:9001'],
  ['[fd01::1]:9001', '10.1.0.1:9001'],
]

/** The outcome of a relay with each pair of --listen and --to. */
async function starts(
  pairs: readonly (readonly [string, string])[],
  before: readonly string[] = [],
): Promise<readonly string[]> {
  const [host] = twoHosts()
  host.ip('route add local 10.7.0.0/16 dev lo')
  const ends: string[] = []
  for (const [listen, to] of pairs) {
    const { code, stderr } = await tryRelayOn(host, ['--listen', listen, '--to', to], before)
    ends.push(`${listen} ${to} ${code} ${stderr.includes('is the relay itself')}`)
  }
  return ends
}

const refused = (pairs: readonly (readonly [string, string])[]): readonly string[] =>
  pairs.map(([listen, to]) => `${listen} ${to} 2 true`)

describe.runIf(requireNamespaces())('a relay whose --to is the relay itself', () => {
  cases([
    {
      fault: 'D2',
      what: 'a relay whose --to is an address that it listens on: wildcards, names, both families, IPv4-mapped addresses, multicast',
      before: 'one datagram made 6455 clients in 3 s',
      right: 'exit status 2; another address, port or family is allowed',
      shows: async () => {
        expect(await starts(ITSELF)).toEqual(refused(ITSELF))
        expect(await starts(OTHERS)).toEqual(OTHERS.map(([listen, to]) => `${listen} ${to} 0 false`))
      },
    },
    {
      fault: 'D2',
      what: 'the same where the interfaces cannot be read, and with an address that is on no interface',
      before: 'the relay answered itself',
      right: 'exit status 2: the routing table has the address',
      shows: async () => {
        const pairs = [['0.0.0.0:9001', '10.7.1.2:9001'], ...ITSELF.slice(2, 3), ...ITSELF.slice(6, 7)] as const
        expect(await starts(pairs, [NO_INTERFACES])).toEqual(refused(pairs))
      },
    },
    {
      fault: 'D2',
      what: 'startRelay of the library with a --to that is the relay itself',
      before: 'the relay answered itself',
      right: 'rejects with a usage error',
      shows: async () => {
        const port = await takenPort()
        for (const [listen, to] of [
          [`127.0.0.1:${port}`, `localhost:${port}`],
          [`0.0.0.0:${port}`, `127.0.0.1:${port}`],
        ] as const)
          await expect(startRelay({ listen, to, public: true })).rejects.toMatchObject({ code: 'usage' })
      },
    },
    {
      fault: 'D2',
      what: 'the address of the server is added to the relay’s host while the relay runs',
      before: 'one datagram made thousands of clients',
      right: 'it does not forward its own datagrams: each comes back once, and is counted',
      shows: async () => {
        const [host] = twoHosts()
        host.filter(SENT)
        const { end } = await startRelayOn(host, ['--listen', '0.0.0.0:9001', '--to', '10.1.0.50:9001'])
        host.ip('addr add 10.1.0.50/24 dev w0')
        await host.start(
          'python3',
          `${ROOT}test/helpers/peers/many_sockets.py`,
          '--to',
          '127.0.0.1:9001',
          '--count',
          '5',
        ).finished
        await untilStable(() => host.counted('sent'))
        expect(host.counted('sent')).toBe(10)
        expect(await end()).toMatchObject({ clients: 5, ignored: { own: 5 }, up: { seen: 5, forwarded: 5 } })
      },
    },
  ])
})

describe.runIf(requireNamespaces())('a relay with other clients', () => {
  cases([
    {
      fault: 'E10',
      what: 'a relay with a full table, and 600 new clients that evict others while one client sends 300 probes',
      before: 'each eviction read all of /proc/net/udp: 60 new clients a second stopped the relay',
      right: 'fewer than 200 reads of that file, and the client with probes has no losses',
      shows: async () => {
        const host = new Host()
        await host.serve('--host', '127.0.0.1', '--port', '9000')
        const { child, end } = await startRelayOn(host, ['--max-clients', '8', '--to', '127.0.0.1:9000'], [COUNT_READS])
        host.filter(`table inet t {
          counter probes { }
          chain in {
            type filter hook input priority 0
            udp dport 9001 counter name probes
          }
        }`)
        const run = ['--to', '127.0.0.1:9001', '--count', '300', '--interval', '15ms', '--timeout', '20s', '--json']
        const honest = host.udptool('send', ...run)
        // A client that has sent one datagram is as new as the others.
        await until(() => host.counted('probes') >= 2)
        const forged = await host.peer('many_sockets', '--to', '127.0.0.1:9001', '--count', '600', '--rate', '300')
        const { json } = await honest
        await forged.finished
        expect(json().ledger.fates).toEqual({ intact: 300 })
        const { clients = 0, clientsEvicted = 0 } = await end()
        // A new client may have the port of one that is still in the table.
        expect([clients > 500, clientsEvicted]).toEqual([true, clients - 8])
        const { stderr } = await child.finished
        // Two tables, now and then, and not for each of almost 600 clients that lose their place.
        expect(Number(/reads (\d+)/.exec(stderr)?.[1])).toBeLessThan(200)
      },
    },
    {
      fault: 'D2',
      what: 'a client off loopback that sends 5000 datagrams as fast as it can',
      before: 'all were forwarded, and their answers',
      right: '1000 a second are forwarded, the default cap of a server; the others are counted',
      shows: async () => {
        const [host, client] = twoHosts()
        const { end } = await startRelayOn(host, ['--listen', '10.1.0.1:9001', '--to', '127.0.0.1:9000'])
        const begin = performance.now()
        await client.start('python3', '-c', BURST).finished
        // Waits until the receive queue of the relay's socket is empty (proc(5)).
        await until(() => / 0100010A:2329 \S+ \S+ 00000000:00000000 /.test(host.run('cat', '/proc/net/udp')))
        const { up, ignored = {} } = await end()
        const seconds = (performance.now() - begin) / 1000
        expect((up?.seen ?? 0) + (up?.kernelDropped ?? NaN) + (ignored['sourceRate'] ?? 0)).toBe(5000)
        expect(up?.seen).toBeLessThanOrEqual(1000 * seconds + 100)
      },
    },
    {
      fault: 'D2',
      what: '300 clients that send one datagram and close their socket, so the relay’s sockets reuse their ports',
      before: 'a relay that only looked at ports took some of them for itself',
      right: 'all are forwarded',
      shows: async () => {
        const host = new Host()
        const { end } = await startRelayOn(host, ['--to', '127.0.0.1:9000'])
        const script = `${ROOT}test/helpers/peers/many_sockets.py`
        await host.start('python3', script, '--to', '127.0.0.1:9001', '--count', '300', '--text', 'hello').finished
        await until(() => / 0100007F:2329 \S+ \S+ 00000000:00000000 /.test(host.run('cat', '/proc/net/udp')))
        const { up, ignored } = await end()
        expect([up?.seen, ignored]).toEqual([300, undefined])
      },
    },
    {
      fault: 'D15',
      what: 'a relay on 0.0.0.0 and on :: of a host with several addresses',
      before: 'it answered from the address that the routing table prefers',
      right: 'it answers from the destination address of the request, also from one that was added later',
      shows: async () => {
        const [host, client] = twoHosts()
        await host.serve('--host', '127.0.0.1', '--port', '9000')
        await startRelayOn(host, ['--listen', '0.0.0.0:9001'])
        await startRelayOn(host, ['--listen', '[::]:9002'])
        host.ip('addr add 10.1.0.3/24 dev w0')
        // In the table of sockets, an address is a number in the byte order of the machine (proc(5)).
        await until(() => host.run('cat', '/proc/net/udp').includes(' 0300010A:2329 '))
        const targets = ['10.1.0.1:9001', '10.1.0.2:9001', '10.1.0.3:9001', '[fd01::1]:9002', '[fd01::2]:9002']
        await expectAnswers(client, targets)
      },
    },
    {
      fault: 'D15',
      what: 'a server on 0.0.0.0 and on :: of the same host, on the dgram engine',
      before: 'it answered from the address that the routing table prefers: all lost',
      right: 'it answers from the destination address of the request; a port in use is still an error',
      shows: async () => {
        const [host, client] = twoHosts()
        const words = ['--engine', 'dgram', '--port']
        await host.serve('--host', '0.0.0.0', ...words, '9001')
        await host.serve('--host', '::', '--delay', '1ms', ...words, '9002')
        const targets = ['10.1.0.1:9001', '10.1.0.2:9001', '10.1.0.2:9002', '[fd01::1]:9002', '[fd01::2]:9002']
        await expectAnswers(client, targets)
        const second = await host.udptool('serve', '--host', '0.0.0.0', '--public', ...words, '9001')
        expect([second.code, second.stderr.includes('EADDRINUSE')]).toEqual([3, true])
      },
    },
  ])
})
