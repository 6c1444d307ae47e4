import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { runClient, runHostile, runProber } from '../helpers/peers.ts'
import { requirePort, residentBytes } from '../helpers/tools.ts'
import { HOSTED, startServe, summaryOf } from '../helpers/udptool.ts'

const ENGINES = (await builtKernelEngine()) === undefined ? ['dgram'] : ['kernel', 'dgram']
const GUARDED_PORTS: number[] = []
for (const port of [1900, 3702, 5353, 11211, 27015]) if (await requirePort(port)) GUARDED_PORTS.push(port)

describe('hostile datagrams', () => {
  test.each(ENGINES)('after 30 000 of them the server still answers, with bounded memory (%s)', async engine => {
    await using server = await startServe(['--json', '--engine', engine])
    const hostile = await runHostile(server.at, '--count', '30000')
    expect(hostile.sent).toBe(30_000)
    const client = await runClient(server.at, '--clients', '20', '--sizes', '0,1,1472,65507', '--all-bytes')
    expect(client).toMatchObject({ sent: 100, right: 100, wrong: [] })
    const prober = await runProber(server.at, '--count', '4', '--skip', '2')
    expect(prober.receipts?.states).toEqual(['answered', 'answered', 'notReceived', 'answered'])
    expect(residentBytes(server.pid)).toBeLessThan(300e6)
    const finished = await server.stop()
    expect(finished.code).toBe(0)
    expect(finished.stderr).not.toMatch(/^\s+at /m)
    // The four datagrams of the prober and its receipts requests come on top.
    const { sent, sentinels = NaN } = hostile
    expect(summaryOf(finished).received).toBeGreaterThanOrEqual(sent + sentinels + client.sent)
  })

  test.each(['upper', 'echo'])(
    'have no reply longer than the request, and R, T, D and S with a wrong check have none (%s)',
    async mode => {
      await using server = await startServe(['--mode', mode])
      const hostile = await runHostile(
        server.at,
        '--judge',
        '--count',
        '1400',
        ...(mode === 'echo' ? ['--verbatim'] : []),
      )
      expect(hostile).toMatchObject({ sent: 1400, unanswered: 0, longer: [], unexpected: [] })
      expect(hostile.answers).toMatchObject({ noise: 100, empty: 100, forged: 100 })
      expect(Object.keys(hostile.answers ?? {})).not.toContain('kindR')
    },
  )

  test('of kinds R, T and D and the next version are counted under `kind`', async () => {
    await using server = await startServe(['--json'], HOSTED)
    const hostile = await runHostile(server.at, '--judge', '--count', '140')
    expect(hostile).toMatchObject({ sent: 140, unanswered: 0, unexpected: [] })
    expect(summaryOf(await server.stop()).dropped?.['kind']).toBeGreaterThanOrEqual(40)
  })
})

describe('loops', () => {
  test.each(GUARDED_PORTS)('plain data from port %i, which may come from another server, has no answer', async port => {
    await using server = await startServe(['--json'], HOSTED)
    const client = await runClient(server.at, '--expect', 'none', '--bind-port', `${port}`, '--sizes', '1,100')
    expect(client).toMatchObject({ sent: 2, replies: 0, wrong: [] })
    expect(summaryOf(await server.stop()).dropped).toEqual({ sourcePort: 2 })
  })
})

describe('address lists and limits', () => {
  test('--deny drops the datagrams of a network, and counts them', async () => {
    await using server = await startServe(['--deny', '127.0.0.2/32', '--json'], HOSTED)
    const client = await runClient(server.at, '--expect', 'none', '--bind', '127.0.0.2', '--sizes', '1,2,3')
    expect(client).toMatchObject({ sent: 3, replies: 0 })
    expect(summaryOf(await server.stop()).dropped).toEqual({ denied: 3 })
  })

  test('--allow drops the datagrams of all other addresses', async () => {
    await using server = await startServe(['--allow', '127.0.0.1/32', '--json'], HOSTED)
    const client = await runClient(server.at, '--expect', 'none', '--bind', '127.0.0.3', '--sizes', '1,2,3')
    expect(client).toMatchObject({ sent: 3, replies: 0 })
    expect(summaryOf(await server.stop()).dropped).toEqual({ denied: 3 })
  })

  test('--max-peers limits the table of peers, but all peers are answered', async () => {
    await using server = await startServe(['--max-peers', '10', '--json'], HOSTED)
    const client = await runClient(server.at, '--clients', '60', '--sizes', '1,2')
    expect(client).toMatchObject({ sent: 120, right: 120, wrong: [] })
    const summary = summaryOf(await server.stop())
    expect(summary).toMatchObject({ received: 120, replied: 120 })
    expect(summary.peers?.length).toBeLessThanOrEqual(10)
  })
})
