import { describe, expect, test } from 'vitest'
import { requireNamespaces, sharedPath } from '../helpers/namespace.ts'

/** A link of several behind a hash of the ports that drops everything. */
const BAD_LINK = `table inet t {
  counter dropped {}
  chain forward {
    type filter hook forward priority 0;
    udp sport { 40003, 40007, 40011 } counter name dropped drop
  }
}
`

describe.runIf(requireNamespaces())('flows through a router that drops three source ports', () => {
  test('flowsDiffer names them, and gives the command that repeats it', async () => {
    const { client, router, server } = sharedPath()
    await server.peer('echo', '--host', '10.2.0.1', '--port', '9000')
    router.filter(BAD_LINK)
    const args = [
      'send',
      '--to',
      '10.2.0.1:9000',
      '--source-ports',
      '40000-40015',
      '--count',
      '10',
      '--interval',
      '20ms',
    ]
    const run = await client.udptool(...args, '--timeout', '3s', '--no-receipts', '--json')
    expect(router.counted('dropped')).toBe(30)
    const { ledger, warnings } = run.json()
    expect(ledger.fates).toMatchObject({ lostUnknown: 30 })
    expect(warnings.find(({ code }) => code === 'flowsDiffer')).toMatchObject({
      message:
        '3 of 16 flows lose everything: source ports 40003, 40007, 40011; the others lose nothing: a bad path behind ECMP or LAG hashing',
      hint: expect.stringContaining('udptool send --to 10.2.0.1:9000 --source-ports 40000-40015 --count 10'),
      evidence: { different: 3, ports: '40003, 40007, 40011' },
    })
  })
})
