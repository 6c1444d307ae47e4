import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { QueryDocument } from '../../src/verdict/query/query-document.ts'
import { ROOT } from '../helpers/child.ts'
import { startDnsmasq } from '../helpers/name-servers.ts'
import { Host, requireNamespaces } from '../helpers/namespace.ts'
import { startCaddy, startCoap, startKamailio } from '../helpers/quic-sip-coap-servers.ts'
import { COTURN_PORT, startCoturn } from '../helpers/stun-servers.ts'
import { CHRONYD_PORT, startChronyd } from '../helpers/time-servers.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'

const NAMES = [
  'resolver',
  'clock',
  'calls through NAT',
  'web over QUIC',
  'telephones',
  'sensors',
  'game server',
] as const
const FIREWALL = 'syslog is closed to us'
type Name = (typeof NAMES)[number]

/** Ports of 127.0.0.1. */
type Ports = Readonly<Record<Name, number>>

interface Check {
  readonly name: string
  readonly verdict: string
  readonly reason?: string
  readonly query?: QueryDocument
}

interface Outcome {
  readonly code: number | null
  readonly checks: ReadonlyMap<string, Check>
}

/** The check file of docs/services.md. */
function exampleFile(): { readonly checks: readonly { readonly name: string }[] } {
  const page = readFileSync(`${ROOT}docs/services.md`, 'utf8')
  const [, text = ''] = /^## A check file with all presets$[^]*?^```yaml\n([^]*?)^```$/m.exec(page) ?? []
  // The bound of the offset contains the delay, which is long on a busy machine.
  return parse(text.replace('ntp.offset<1s', 'ntp.offset<1h')) as ReturnType<typeof exampleFile>
}

/** Runs the example with the servers of this host, and with this timeout. */
async function check(host: Host, ports: Ports, timeout: string): Promise<Outcome> {
  const example = exampleFile()
  const checks = example.checks.map(one => ({
    ...one,
    target: `127.0.0.1:${one.name === FIREWALL ? 514 : ports[one.name as Name]}`,
    // Nothing is to come: a longer wait would show no more.
    timeout: one.name === FIREWALL ? '1s' : timeout,
  }))
  const file = join(temporaryFolder(), 'udptool.json')
  writeFileSync(file, JSON.stringify({ ...example, checks }))
  const run = await host.udptool('check', file, '--json')
  const suite = run.json() as unknown as { readonly checks: readonly Check[] }
  return { code: run.code, checks: new Map(suite.checks.map(one => [one.name, one])) }
}

/** A host with a firewall that drops what is sent to the syslog port. */
function openHost(): Host {
  const host = new Host()
  host.filter(`table inet t {
    chain i {
      type filter hook input priority 0
      udp dport 514 drop
    }
  }`)
  return host
}

/** Every check that asks a server fails with such a reason, without an answer in time. */
function expectRed({ code, checks }: Outcome, reason: RegExp): void {
  expect(code).toBe(1)
  for (const name of NAMES) {
    const found = checks.get(name)
    expect([found?.verdict, found?.query?.ledger.fates.answered], `${name}: ${found?.reason}`).toEqual(['fail', 0])
    expect(found?.reason, name).toMatch(reason)
  }
  expect(checks.get(FIREWALL)?.verdict).toBe('pass')
}

/** Python servers for all checks. `late`, … : the option of each that makes it so. */
async function startPeers(host: Host, ...options: readonly (readonly string[])[]): Promise<Ports> {
  const programs: readonly (readonly string[])[] = [
    ['dns_answerer'],
    ['ntp_server'],
    ['stun_server'],
    ...['quic', 'sip', 'coap', 'upper'].map(protocol => ['protocol_server', '--protocol', protocol]),
  ]
  const ports = await Promise.all(
    programs.map(async ([program = '', ...args], n) => {
      const peer = await host.peer(program, ...args, ...(options[Math.min(n, options.length - 1)] ?? []))
      return (JSON.parse(peer.stdout.split('\n')[0] ?? '') as { readonly port: number }).port
    }),
  )
  return Object.fromEntries(NAMES.map((name, n) => [name, ports[n] ?? 0])) as Ports
}

const tools = ['dnsmasq', 'chronyd', 'turnserver', 'caddy', 'kamailio', 'coap-server-notls', 'python3']

describe.runIf(requireNamespaces() && tools.every(requireTool))('the check file of docs/services.md', () => {
  test('passes with real servers, and names each that is stopped', async () => {
    const host = openHost()
    const servers = await Promise.all([
      startDnsmasq(host, { address: '127.0.0.1', port: 53 }, ['--address=/www.example.org/192.0.2.80']),
      startChronyd(host, 'local stratum 3'),
      startCoturn(host, '127.0.0.1'),
      startCaddy(host),
      startKamailio(host),
      startCoap(host),
    ])
    const echo = await host.serve('--port', '9000')
    const ports = {
      resolver: 53,
      clock: CHRONYD_PORT,
      'calls through NAT': COTURN_PORT,
      'web over QUIC': 443,
      telephones: 5060,
      sensors: 5683,
      'game server': 9000,
    }
    const { code, checks } = await check(host, ports, '30s')
    expect([...checks.values()].map(({ name, verdict }) => [name, verdict])).toEqual(
      [...NAMES, FIREWALL].map(name => [name, 'pass']),
    )
    expect(code).toBe(0)
    for (const name of NAMES) expect(checks.get(name)?.query?.ledger.fates.answered, name).toBe(1)

    for (const server of servers) await server.stop()
    echo.signal('SIGTERM')
    await echo.finished
    expectRed(await check(host, ports, '30s'), /^nothing listens on 127\.0\.0\.1:\d+ \(ICMP: port unreachable\)/)
  })

  test('fails, and says why, if all answer late, from another address, or another question', async () => {
    const [late, elsewhere, wrong] = [openHost(), openHost(), openHost()]
    const outcomes = await Promise.all([
      startPeers(late, ['--delay', '2.1'], ['--delays', '0/2100'], ['--delay', '2100']).then(
        async ports => await check(late, ports, '2s'),
      ),
      startPeers(elsewhere, ['--from', '127.0.0.2']).then(async ports => await check(elsewhere, ports, '2s')),
      startPeers(wrong, ['--id', '1'], ['--fault', 'origin'], ['--fault', 'id']).then(
        async ports => await check(wrong, ports, '2s'),
      ),
    ])
    expectRed(outcomes[0], /^the answer came after \S+ m?s, later than the timeout of 2 s/)
    expectRed(outcomes[1], /^(?:the answer|a datagram) came from 127\.0\.0\.2:\d+, not from 127\.0\.0\.1:\d+/)
    const [, , { checks }] = outcomes
    // A plain message has no id, so any reply is an answer: what it says decides.
    const answered = checks.get('game server')
    expect([answered?.verdict, answered?.query?.ledger.fates.answered]).toEqual(['pass', 1])
    for (const name of NAMES.slice(0, -1)) {
      const found = checks.get(name)
      expect([found?.verdict, found?.query?.arrivals.unmatched], `${name}: ${found?.reason}`).toEqual(['fail', 1])
      expect(found?.reason, name).toMatch(/^1 datagram from 127\.0\.0\.1:\d+ answers no request: its /)
    }
  })
})
