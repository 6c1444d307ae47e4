import { describe, expect, test } from 'vitest'
import { Host, connectHosts, requireNamespaces, sharedPath } from '../helpers/namespace.ts'
import { onCleanup } from '../helpers/lifetime.ts'
import { untilStable } from '../helpers/relay-host.ts'

const [ONE, OTHER] = ['10.7.0.1', '10.7.0.2']
/** A request of 44 octets: number 1, 2024-01-01T00:00:00Z, error 1 ms. */
const REQUEST = `00000001e93c7f00000000000f84${'00'.repeat(30)}`

/** Starts `stamp serve` on a host of the test, without a rate cap. It ends with the test. */
async function serveStamp(host: Host, ...args: readonly string[]): Promise<void> {
  const child = host.startHosted('stamp', 'serve', '--public', '--max-rate-per-source', '1Gpps', ...args)
  onCleanup(async () => {
    child.signal('SIGTERM')
    await child.finished
  })
  await child.waitFor('stdout', /listening.+\n/)
}

/** Two hosts on one link. The first one counts the datagrams between them in both directions. */
function pair(): readonly [Host, Host] {
  const [one, other] = [new Host(), new Host()]
  connectHosts(one, other, ['v0', `${ONE}/24`], ['v1', `${OTHER}/24`])
  one.filter(`table inet t {
    counter sent {}
    counter received {}
    chain out { type filter hook output priority 0; oifname "v0" meta l4proto udp counter name sent; }
    chain in { type filter hook input priority 0; iifname "v0" meta l4proto udp counter name received; }
  }`)
  return [one, other]
}

/** Sends one datagram that claims to be from the port of a reflector on the first host to a reflector on the other. */
async function forge(from: Host, sourcePort: number, port: number, ...more: readonly string[]): Promise<void> {
  const count = ['--addresses', '1', '--count', '1', '--rate', '1000']
  const source = ['--first', ONE, '--first-port', String(sourcePort)]
  const child = await from.peer(
    'forged_sources',
    ...source,
    ...count,
    '--to',
    `${OTHER}:${port}`,
    '--hex',
    REQUEST,
    ...more,
  )
  await child.finished
}

/** The number of datagrams that crossed the link, when no more do. */
async function crossed(host: Host): Promise<number> {
  return await untilStable(() => host.counted('sent') + host.counted('received'))
}

describe.runIf(requireNamespaces())('a forged datagram between two reflectors', () => {
  test.each(['kernel', 'dgram'])('ends at once on their own port (%s)', async engine => {
    const [one, other] = pair()
    await serveStamp(one, '--engine', engine, '--host', ONE, '--port', '18620')
    await serveStamp(other, '--engine', engine, '--host', OTHER, '--port', '18620')
    await forge(one, 18620, 18620)
    expect(await crossed(one)).toBe(1)
  })

  test.each(['kernel', 'dgram'])('ends after one answer on ports that no guard knows (%s)', async engine => {
    const [one, other] = pair()
    await serveStamp(one, '--engine', engine, '--stateful', '--host', ONE, '--port', '18620')
    await serveStamp(other, '--engine', engine, '--host', OTHER, '--port', '18621')
    await forge(one, 18620, 18621)
    expect(await crossed(one)).toBe(2)
  })

  test('ends after one answer if the other reflector answers everything', async () => {
    const [one, other] = pair()
    await serveStamp(one, '--host', ONE, '--port', '18620')
    await other.peer('stamp_reflector', '--host', OTHER, '--port', '18621')
    await forge(one, 18620, 18621)
    expect(await crossed(one)).toBe(2)
  })
})

describe.runIf(requireNamespaces())('through a router', () => {
  const send = ['stamp', 'send', '--to', '10.2.0.1:18620', '--count', '4', '--interval', '5ms', '--timeout', '20s']

  test('the reflector shows the number of routers on the way, and the marks with which packets arrive', async () => {
    const { client, router, server } = sharedPath()
    await serveStamp(server, '--host', '10.2.0.1', '--port', '18620', '--stateful')
    router.filter(`table inet t {
      chain c {
        type filter hook forward priority 0
        ip daddr 10.2.0.1 ip dscp ef ip dscp set af11
      }
    }`)
    const document = (await client.udptool(...send, '--tlv', 'cos', '--dscp', 'ef', '--json')).json()
    expect(document).toMatchObject({
      ledger: { fates: { intact: 4 } },
      evidence: { tos: { forward: [{ value: 10 << 2, count: 4 }] } },
      stamp: { hops: { least: 1, most: 1 } },
    })
    expect(document.warnings.map(({ code }) => code)).toEqual(['dscpChanged', 'replyDscpRefused'])
  })
})

describe.runIf(requireNamespaces())('forged sources', () => {
  const BYTES = `table inet t {
    counter requests {}
    counter replies {}
    chain in { type filter hook input priority 0; udp dport 18620 counter name requests; }
    chain out { type filter hook output priority 0; udp sport 18620 counter name replies; }
  }`

  test.each<[string, string, number, number]>([
    ['44 octets', REQUEST, 1, 300],
    // Of TWAMP-Light: its reply would be longer, so only sources of --allow and loopback get one.
    ['14 octets', REQUEST.slice(0, 28), 0, 0],
  ])('get no more octets than they send: %s', async (_, request, least, most) => {
    const { client, server } = sharedPath()
    server.filter(BYTES)
    await serveStamp(
      server,
      '--host',
      '10.2.0.1',
      '--port',
      '18620',
      '--stateful',
      '--twamp-light',
      '--max-sessions',
      '50',
    )
    const source = ['--first', '10.1.0.10', '--addresses', '100', '--to', '10.2.0.1:18620']
    const child = await client.peer('forged_sources', ...source, '--count', '300', '--rate', '2000', '--hex', request)
    await child.finished
    expect(await untilStable(() => server.counted('requests'))).toBe(300)
    const replies = await untilStable(() => server.counted('replies'))
    expect(replies).toBeGreaterThanOrEqual(least)
    expect(replies).toBeLessThanOrEqual(most)
  })
})
