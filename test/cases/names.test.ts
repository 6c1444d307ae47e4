import { describe, expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { Host, requireNamespaces } from '../helpers/namespace.ts'
import { Names } from '../helpers/names.ts'
import type { RelayEvent } from '../helpers/relay-command.ts'

/** A documentation address (RFC 5737), to which a host without a default route has no route. */
const NO_ROUTE = '192.0.2.1'
/** Longer than any test takes. */
const LONG = '1h'

/** Sends 20 datagrams to a relay at once, and prints the number of different replies. */
const BURST = `import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for n in range(20): sock.sendto(b"%d" % n, ("127.0.0.1", 9001))
sock.settimeout(20)
got = set()
try:
  while len(got) < 20: got.add(sock.recv(9))
except TimeoutError: pass
print(len(got))`

async function echo(host: Host, address: string): Promise<void> {
  await host.peer('echo', '--host', address, '--port', '9000', '--mode', 'echo')
}

describe.runIf(requireNamespaces())('names with several addresses', () => {
  cases([
    {
      fault: 'D1',
      what: 'a message to a name whose first address has no server',
      before: 'no reply, unreachable',
      right: 'the reply of the second address',
      async shows() {
        const host = new Host()
        await echo(host, '127.0.0.1')
        const names = new Names(host, { two: ['::1', '127.0.0.1'] })
        const { stdout, code } = await names.udptool(['send', '--to', 'two', '--json', 'hello']).finished
        const { messages, target } = JSON.parse(stdout)
        expect({ code, messages: messages.length, reply: messages[0].reply, from: messages[0].from }).toEqual({
          code: 0,
          messages: 1,
          reply: 'hello',
          from: '127.0.0.1:9000',
        })
        expect(target).toMatchObject({ address: '127.0.0.1', name: 'two' })
      },
    },
    {
      fault: 'D1',
      what: 'lines to a name whose first address has no route and whose second does not answer',
      before: 'cannot send, exit status 3',
      right: 'every line is answered by the third address, and only the first was sent to the second',
      async shows() {
        const host = new Host()
        host.filter(
          'table inet t { counter silent {}; chain c { type filter hook input priority 0; ip6 daddr ::1 udp dport 9000 counter name silent drop; }; }',
        )
        await echo(host, '127.0.0.1')
        const names = new Names(host, { three: [NO_ROUTE, '::1', '127.0.0.1'] })
        const sender = names.udptool(['send', '--to', 'three', '--stdin', '--json'], { stdin: 'fifo' })
        sender.write('one\ntwo\nthree\n')
        sender.end()
        const { stdout, code } = await sender.finished
        const { messages } = JSON.parse(stdout)
        expect(code).toBe(0)
        expect(messages.map(({ reply }: { reply: string }) => reply)).toEqual(['one', 'two', 'three'])
        expect(host.counted('silent')).toBe(1)
      },
    },
    {
      fault: 'D1',
      what: 'probes to a name whose first address does not answer',
      before: 'all probes lost',
      right: 'the run uses the second address, which answers',
      async shows() {
        const host = new Host()
        host.filter(
          'table inet t { chain c { type filter hook input priority 0; ip6 daddr ::1 udp dport 9000 drop; }; }',
        )
        await echo(host, '127.0.0.1')
        const names = new Names(host, { two: ['::1', '127.0.0.1'] })
        const words = ['send', '--to', 'two', '--count', '3', '--timeout', '2s', '--engine', 'dgram', '--json']
        const { stdout, code } = await names.udptool(words).finished
        const { ledger, target } = JSON.parse(stdout)
        expect({ code, ledger }).toMatchObject({ code: 0, ledger: { scheduled: 3, fates: { intact: 3 } } })
        expect(target).toMatchObject({ address: '127.0.0.1', name: 'two' })
      },
    },
    {
      fault: 'D1',
      what: 'a relay to a name with three addresses: no route, no server, a server',
      before: 'only the first address was tried: every datagram lost',
      right: 'every probe comes back, and the server received each once',
      async shows() {
        const host = new Host()
        host.filter(
          'table inet t { counter arrived {}; chain c { type filter hook input priority 0; ip daddr 127.0.0.1 udp dport 9000 counter name arrived; }; }',
        )
        await echo(host, '127.0.0.1')
        const names = new Names(host, { three: [NO_ROUTE, '::1', '127.0.0.1'] })
        const relay = names.udptool(['relay', '--to', 'three:9000', '--listen', '127.0.0.1:0'])
        const [, port = ''] = await relay.waitFor('stdout', /^listening udp4 127\.0\.0\.1:(\d+)/u)
        const words = [
          'send',
          '--to',
          `127.0.0.1:${port}`,
          '--count',
          '5',
          '--window',
          '1',
          '--timeout',
          '20s',
          '--no-receipts',
          '--json',
        ]
        const { json, code } = await host.udptool(...words)
        expect({ code, fates: json().ledger.fates }).toEqual({ code: 0, fates: { intact: 5 } })
        expect(host.counted('arrived')).toBe(5)
        relay.signal('SIGTERM')
        expect(await relay.finished).toMatchObject({ code: 0 })
        const program = ['sh', '-c', `exec ${process.execPath} bin/udptool.js send --to $UDPTOOL_TARGET --count 2`]
        const child = names.udptool(['exec', '--to', 'three:9000', '--relay', 'delay=1ms', '--', ...program])
        expect(await child.finished).toMatchObject({ code: 0 })
      },
    },
    {
      fault: 'D1',
      what: 'a burst to a relay to a name whose first address has no server',
      before: 'of 20 datagrams the server got 9, seven of them twice',
      right: 'the server received each once',
      async shows() {
        const host = new Host()
        host.filter(
          'table inet t { counter arrived {}; chain c { type filter hook input priority 0; ip daddr 127.0.0.1 udp dport 9000 counter name arrived; }; }',
        )
        await echo(host, '127.0.0.1')
        const names = new Names(host, { two: ['::1', '127.0.0.1'] })
        const relay = names.udptool(['relay', '--to', 'two:9000', '--listen', '127.0.0.1:9001', '--json'])
        await relay.waitFor('stdout', /listening/u)
        const { stdout } = await host.start('python3', '-c', BURST).finished
        expect([stdout.trim(), host.counted('arrived')]).toEqual(['20', 20])
        relay.signal('SIGTERM')
        const { up, down } = JSON.parse((await relay.finished).stdout.trimEnd().split('\n').at(-1) ?? '') as RelayEvent
        expect([up, down]).toMatchObject([
          { seen: 20, forwarded: 20 },
          { seen: 20, forwarded: 20 },
        ])
      },
    },
    {
      fault: 'D1',
      what: 'a server or a relay bound to a name whose first address is not of this host',
      before: 'cannot bind, exit status 3',
      right: 'it listens on the second',
      async shows() {
        const names = new Names(new Host(), { two: [NO_ROUTE, '127.0.0.1'] })
        for (const words of [
          ['serve', '--host'],
          ['tcp', 'serve', '--host'],
          ['relay', '--listen'],
        ]) {
          const server = names.udptool([...words, 'two', '--port', '0', '--public'])
          await server.waitFor('stdout', /^listening (?:udp|tcp)4 127\.0\.0\.1:/u)
          server.signal('SIGTERM')
          expect(await server.finished).toMatchObject({ code: 0 })
        }
      },
    },
  ])
})

describe.runIf(requireNamespaces())('--wait-for', () => {
  cases([
    {
      fault: 'D1',
      what: 'a server at the second address of a name',
      before: 'only the first was tried, for the whole time',
      right: 'the run begins at once, to the address that answered',
      async shows() {
        const host = new Host()
        await echo(host, '127.0.0.1')
        const names = new Names(host, { two: ['::1', '127.0.0.1'] })
        const words = ['send', '--to', 'two', '--wait-for', LONG, '--count', '2', '--json']
        const { stdout, code } = await names.udptool(words).finished
        expect(code).toBe(0)
        expect(JSON.parse(stdout)).toMatchObject({ target: { address: '127.0.0.1' }, ledger: { fates: { intact: 2 } } })
      },
    },
    {
      fault: 'D1',
      what: 'a name that gets its address later',
      before: 'cannot resolve, exit status 3 at once',
      right: 'the run begins when the name resolves',
      async shows() {
        const host = new Host()
        await host.peer('dns_server', '127.0.0.1', '4')
        await echo(host, '127.0.0.1')
        const words = ['send', '--to', 'later.test', '--wait-for', LONG, '--count', '2', '--json']
        const { stdout, stderr, code } = await new Names(host).udptool(words).finished
        expect(code).toBe(0)
        expect(JSON.parse(stdout)).toMatchObject({ target: { name: 'later.test' }, ledger: { fates: { intact: 2 } } })
        expect(stderr).toMatch(/waiting up to 1h for later\.test:9000/u)
      },
    },
    {
      fault: 'D1',
      what: 'a network that comes up later, and a message',
      before: 'no route to this network, exit status 3 at once',
      right: 'one line reports the wait; the message is sent when there is a route and a server',
      async shows() {
        const host = new Host()
        const words = ['send', '--to', `${NO_ROUTE}:9000`, '--wait-for', LONG, 'hello']
        const sender = new Names(host).udptool(words)
        await sender.waitFor('stderr', /waiting up to 1h for 192\.0\.2\.1:9000 \(.*no route/u)
        host.ip(`addr add ${NO_ROUTE}/32 dev lo`)
        await echo(host, NO_ROUTE)
        const { stdout, stderr, code } = await sender.finished
        expect({ code, lines: stderr.match(/waiting/gu)?.length }).toEqual({ code: 0, lines: 1 })
        expect(stdout).toMatch(/^hello {2}192\.0\.2\.1:9000/u)
      },
    },
    {
      fault: 'D1',
      what: 'Ctrl-C and the time limit while the name server does not answer',
      before: 'nothing ended it before the resolver gave up',
      right: '130, and exit status 3 with the reason',
      async shows() {
        const host = new Host()
        await host.peer('dns_server', 'silent', '0')
        const names = new Names(host)
        const stopped = names.udptool(['send', '--to', 'never.test', '--wait-for', LONG, '--count', '1'])
        await stopped.waitFor('stderr', /waiting/u)
        stopped.signal('SIGINT')
        expect(await stopped.finished).toMatchObject({ code: 130, stdout: '' })
        const timed = await names.udptool(['send', '--to', 'never.test', '--wait-for', '1s', '--count', '1']).finished
        expect(timed).toMatchObject({ code: 3, stdout: '' })
        expect(timed.stderr).toMatch(/cannot resolve never\.test/u)
      },
    },
  ])
})
