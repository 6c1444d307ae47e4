import { describe, expect, test } from 'vitest'
import type { QueryDocument } from '../../src/verdict/query/query-document.ts'
import { Host, requireNamespaces } from '../helpers/namespace.ts'
import { Names } from '../helpers/names.ts'

/** A documentation address (RFC 5737), to which a host without a default route has no route. */
const NO_ROUTE = '192.0.2.1'
/** Longer than any test takes. */
const LONG = '1h'

async function echo(host: Host, address: string): Promise<void> {
  await host.peer('echo', '--host', address, '--port', '9000')
}

function ask(target: string, ...options: readonly string[]): readonly string[] {
  return ['query', 'message', target, '--send', 'hello', ...options]
}

function outcome(stdout: string): readonly (readonly (string | undefined)[])[] {
  const { requests } = JSON.parse(stdout) as QueryDocument
  return requests.map(({ target, fate, error }) => [target, fate, ...(error === undefined ? [] : [error])])
}

describe.runIf(requireNamespaces())('names with several addresses', () => {
  test('the second one answers if nothing listens at the first, and later questions go there', async () => {
    const host = new Host()
    await echo(host, '127.0.0.1')
    const names = new Names(host, { two: ['::1', '127.0.0.1'] })
    const { stdout, code } = await names.udptool(ask('two', '--count', '2', '--timeout', LONG, '--json')).finished
    expect(outcome(stdout)).toEqual([
      ['[::1]:9000', 'unreachable', 'ECONNREFUSED'],
      ['127.0.0.1:9000', 'answered'],
      ['127.0.0.1:9000', 'answered'],
    ])
    expect(JSON.parse(stdout)).toMatchObject({
      target: { address: '127.0.0.1', name: 'two' },
      reply: { text: 'HELLO' },
    })
    expect(code).toBe(0)
  })

  test('a silent one costs one request, and one without a route none, because the resolver sorts it last', async () => {
    const host = new Host()
    host.filter(
      'table inet t { counter silent {}; chain c { type filter hook input priority 0; ip6 daddr ::1 udp dport 9000 counter name silent drop; }; }',
    )
    await echo(host, '127.0.0.1')
    const names = new Names(host, { three: ['::1', '127.0.0.1', NO_ROUTE] })
    const { stdout, code } = await names.udptool(ask('three', '--count', '3', '--timeout', '5s', '--json')).finished
    expect(outcome(stdout)).toEqual([
      ['[::1]:9000', 'silent'],
      ['127.0.0.1:9000', 'answered'],
      ['127.0.0.1:9000', 'answered'],
      ['127.0.0.1:9000', 'answered'],
    ])
    expect(host.counted('silent')).toBe(1)
    expect(code).toBe(0)
  })
})

describe.runIf(requireNamespaces())('--wait-for', () => {
  test('a name that has no address yet', async () => {
    const host = new Host()
    await host.peer('dns_server', '127.0.0.1', '4')
    await echo(host, '127.0.0.1')
    const words = ask('later.test', '--wait-for', LONG, '--timeout', LONG, '--json')
    const { stdout, stderr, code } = await new Names(host).udptool(words).finished
    expect(outcome(stdout)).toEqual([['127.0.0.1:9000', 'answered']])
    expect(stderr).toMatch(/waiting up to 1h for later\.test:9000/u)
    expect(code).toBe(0)
  })

  test('a network and a service that come up later', async () => {
    const host = new Host()
    const query = new Names(host).udptool(ask(NO_ROUTE, '--wait-for', LONG, '--timeout', LONG, '--json'))
    await query.waitFor('stderr', /waiting up to 1h for 192\.0\.2\.1:9000 \(.*ENETUNREACH/u)
    host.ip(`addr add ${NO_ROUTE}/32 dev lo`)
    await echo(host, NO_ROUTE)
    const { stdout, code } = await query.finished
    const rows = outcome(stdout)
    expect(rows[0]).toEqual([`${NO_ROUTE}:9000`, 'refused', 'ENETUNREACH'])
    expect(rows.at(-1)).toEqual([`${NO_ROUTE}:9000`, 'answered'])
    expect(code).toBe(0)
  })

  test('Ctrl-C and the time limit while the name has no address', async () => {
    const host = new Host()
    await host.peer('dns_server', 'silent', '0')
    const names = new Names(host)
    const stopped = names.udptool(ask('never.test', '--wait-for', LONG))
    await stopped.waitFor('stderr', /waiting/u)
    stopped.signal('SIGINT')
    expect(await stopped.finished).toMatchObject({ code: 130, stdout: '' })
    const timed = await names.udptool(ask('never.test', '--wait-for', '1s')).finished
    expect(timed).toMatchObject({ code: 3, stdout: '' })
    expect(timed.stderr).toMatch(/cannot resolve never\.test/u)
  })
})

describe.runIf(requireNamespaces())('firewalls', () => {
  // Without IP_RECVERR Linux reports only ICMP errors that it calls fatal to a connected socket (icmp_err_convert of Linux): host unreachable
  // is none of them.
  test('one that rejects with another ICMP error than a closed port: the wait goes on to the timeout', async () => {
    const host = new Host()
    host.filter(
      'table inet t { chain c { type filter hook input priority 0; udp dport 9000 reject with icmp admin-prohibited; }; }',
    )
    await echo(host, '127.0.0.1')
    const words = ask('127.0.0.1', '--timeout', '1s', '--expect', 'noReply', '--json')
    const { stdout, code } = await new Names(host).udptool(words).finished
    expect(outcome(stdout)).toEqual([['127.0.0.1:9000', 'unreachable', 'EHOSTUNREACH']])
    expect((JSON.parse(stdout) as QueryDocument).durationMs).toBeGreaterThan(1000)
    expect(code).toBe(0)
  })

  test('one of this host that forbids to send proves nothing about the other side', async () => {
    const host = new Host()
    host.filter('table inet t { chain c { type filter hook output priority 0; udp dport 9000 drop; }; }')
    await echo(host, '127.0.0.1')
    const words = ask('127.0.0.1', '--retries', '1', '--timeout', LONG, '--expect', 'silent', '--json')
    const { stdout, code } = await new Names(host).udptool(words).finished
    expect(outcome(stdout)).toEqual([
      ['127.0.0.1:9000', 'refused', 'EPERM'],
      ['127.0.0.1:9000', 'refused', 'EPERM'],
    ])
    expect(code).toBe(1)
  })

  test('one that drops: silence is what noReply demands', async () => {
    const host = new Host()
    host.filter(
      'table inet t { counter dropped {}; chain c { type filter hook input priority 0; udp dport 9000 counter name dropped drop; }; }',
    )
    await echo(host, '127.0.0.1')
    const words = ask('127.0.0.1', '--retries', '1', '--timeout', '300ms', '--expect', 'silent', '--json')
    const { stdout, code } = await new Names(host).udptool(words).finished
    expect(outcome(stdout)).toEqual([
      ['127.0.0.1:9000', 'silent'],
      ['127.0.0.1:9000', 'silent'],
    ])
    expect(host.counted('dropped')).toBe(2)
    expect(code).toBe(0)
  })
})
