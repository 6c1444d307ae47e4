import { describe, expect, test } from 'vitest'
import { Host, connectHosts, requireNamespaces } from '../helpers/namespace.ts'
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
