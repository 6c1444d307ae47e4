import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { measureIrtt, runIrtt, startIrttServe, type IrttOutput } from '../helpers/irtt-clients.ts'
import { runPeer, startPeer } from '../helpers/peers.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'
import { HOSTED, summaryOf } from '../helpers/udptool.ts'

const ENGINES = ['kernel', 'dgram'] as const
/** Three requests. The client waits at its end for 10 times the longest round trip, or for a minute if there was no reply. */
const SHORT = ['-i', '20ms', '-d', '60ms', '--wait=10x60s'] as const

/** Each value of the options of irtt for what a server reports, with the times that the replies have then. */
const STATS = ['none', 'count', 'window', 'both'] as const
const STAMPS = {
  none: [],
  send: ['send'],
  receive: ['receive'],
  both: ['receive', 'send'],
  // The client shows it as both.
  midpoint: ['receive', 'send'],
} as const
const CLOCKS = { wall: ['wall'], monotonic: ['monotonic'], both: ['wall', 'monotonic'] } as const

const COMBINATIONS = STATS.flatMap(stats =>
  Object.entries(STAMPS).flatMap(([stamps, moments]) =>
    Object.entries(CLOCKS).map(([clock, clocks]) => ({ stats, stamps, clock, moments, clocks })),
  ),
)

function keyFile(key: string): string {
  const file = join(temporaryFolder(), 'key')
  writeFileSync(file, `${key}\n`, { mode: 0o600 })
  return file
}

/** Replies may come after the client has ended, but only the last ones, so no loss has a direction. */
function expectWhole({ round_trips, stats }: IrttOutput): void {
  expect(stats.packets_received).toBeGreaterThan(0)
  expect(round_trips.map(({ lost }) => lost).filter(lost => lost.startsWith('true_'))).toEqual([])
  expect(round_trips.filter(({ lost }) => lost === 'false')).toHaveLength(stats.packets_received)
}

describe.skipIf(!requireTool('irtt'))("Debian's client of irtt", () => {
  test.each(ENGINES)('understands combinations of statistics, stamps and clocks (%s)', async engine => {
    await using server = await startIrttServe(['--engine', engine], HOSTED)
    // Both engines run the same machine, so every fourth shows that the portable one carries it.
    const waiting = COMBINATIONS.filter((_, number) => engine === 'kernel' || number % 4 === 0)
    const runNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { stats, stamps, clock, moments, clocks } = next
        const args = [`--stats=${stats}`, `--tstamp=${stamps}`, `--clock=${clock}`]
        const output = await measureIrtt(server.irttPort, ...SHORT, ...args)
        expectWhole(output)
        expect(output.config.params).toMatchObject({ received_stats: stats, stamp_at: stamps, clock })
        const counts = stats === 'count' || stats === 'both' ? output.stats.packets_received : 0
        expect(output.stats.server_packets_received).toBe(counts)
        const [first] = output.round_trips
        for (const moment of ['receive', 'send'] as const) {
          const times = first?.timestamps.server[moment] ?? {}
          expect(Object.keys(times)).toEqual((moments as readonly string[]).includes(moment) ? clocks : [])
        }
      }
    }
    await Promise.all(Array.from({ length: 4 }, runNext))
  })

  test('measures in other lengths, fills and classes', async () => {
    await using server = await startIrttServe([], HOSTED)
    for (const args of [
      ['-l', '1472'],
      ['-l', '65507'],
      ['--sfill=rand'],
      ['--fill=rand', '-l', '300'],
      ['--dscp=184'],
    ]) {
      expectWhole(await measureIrtt(server.irttPort, ...SHORT, ...args))
    }
    expect((await runIrtt(server.irttPort, '-n')).code).toBe(0)
    const { code, stderr } = await runIrtt(server.irttPort, ...SHORT, '--sfill=pattern:0102')
    expect([code, stderr]).toEqual([1, expect.stringContaining('server restricted fill')])
    expectWhole(await measureIrtt(server.irttPort, ...SHORT, '--sfill=pattern:0102', '--loose'))
  })

  test('is measured with the same key, text or hex, and gets silence with another one or none', async () => {
    for (const [written, given] of [
      ['a secret', 'a secret'],
      ['0x00ff', '0x00ff'],
    ] as const) {
      await using server = await startIrttServe(['--irtt-key-file', keyFile(written), '--json'], HOSTED)
      expect(JSON.parse(server.irttReady)).toMatchObject({ protocol: 'irtt', auth: 'hmac' })
      expectWhole(await measureIrtt(server.irttPort, ...SHORT, `--hmac=${given}`))
      for (const wrong of [['--hmac=other'], []]) {
        const { code, stderr, stdout } = await runIrtt(server.irttPort, ...SHORT, '--timeouts=200ms', ...wrong)
        expect([code, `${stdout}${stderr}`]).toEqual([1, expect.stringContaining('OpenTimeout')])
      }
      const { irtt } = summaryOf(await server.stop()) as unknown as { irtt: { dropped: Record<string, number> } }
      expect(irtt.dropped['unauthenticated']).toBe(2)
    }
  })

  test('of a shorter session than it asks for stops', async () => {
    await using server = await startIrttServe(['--irtt-max-duration', '50ms'], HOSTED)
    const { code, stderr } = await runIrtt(server.irttPort, ...SHORT)
    expect([code, stderr]).toEqual([1, expect.stringContaining('server reduced duration')])
  })

  test.each(ENGINES)('finds what a relay did to each request and reply (%s)', async engine => {
    // On a busy machine the relay may forward many requests at once, which a server with a shortest interval ignores.
    await using server = await startIrttServe(['--engine', engine, '--irtt-min-interval', '0s'], HOSTED)
    const judge = async (seed: string): Promise<void> => {
      const to = `127.0.0.1:${server.irttPort}`
      await using relay = await startPeer<RelayTruth>('irtt_relay', ['--to', to, '--seed', seed])
      const { stats, round_trips } = await measureIrtt(relay.port, '-i', '40ms', '-d', '4s', '--wait=5s')
      const { probes, problems, pending, socketDrops } = await relay.stop()
      expect({ problems, pending, socketDrops }).toEqual({ problems: [], pending: 0, socketDrops: 0 })
      // What is impaired must be in a window of an unimpaired reply.
      expect(round_trips.length).toBeGreaterThan(30)
      const lost = Object.entries(probes).map(([sequence, { up, replies, down }]) => {
        expect(replies).toBe(up)
        return [Number(sequence), down > 0 ? 'false' : up > 0 ? 'true_down' : 'true_up']
      })
      expect(new Set(lost.map(([, word]) => word))).toEqual(new Set(['false', 'true_up', 'true_down']))
      expect(round_trips.map(({ seqno, lost: word }) => [seqno, word])).toEqual(lost)
      const arrived = Object.values(probes).filter(({ up }) => up > 0).length
      expect(stats.server_packets_received).toBe(arrived)
      expect(stats.upstream_loss_percent).toBeCloseTo((100 * (stats.packets_sent - arrived)) / stats.packets_sent, 6)
      expect(stats.duplicates).toBeGreaterThan(0)
    }
    await Promise.all(['a', 'b', 'c'].map(judge))
  })
})

/** What irtt_relay.py did: how many requests it forwarded, replies came, and replies it forwarded, by sequence number. */
interface RelayTruth {
  readonly probes: Readonly<Record<string, { readonly up: number; readonly replies: number; readonly down: number }>>
  readonly problems: readonly string[]
  readonly pending: number
  readonly socketDrops: number
}

interface HostileTruth {
  readonly sent: number
  readonly answers: number
  /** Answers longer than their requests, without those to open requests. */
  readonly longer: number
  /** The count in the reply to the last echo request, which is well-formed. */
  readonly count: number
}

describe('a client written from the page', () => {
  test.each(ENGINES)('sends 20 000 malformed datagrams, and the two that end irtt 0.9, to %s', async engine => {
    await using server = await startIrttServe(['--engine', engine, '--json'], HOSTED)
    const truth = await runPeer<HostileTruth>('irtt_hostile', ['--to', `127.0.0.1:${server.irttPort}`])
    expect(truth).toMatchObject({ longer: 0, count: 2 })
    expect(truth.sent).toBe(20_002)
    const finished = await server.stop()
    expect(finished.code).toBe(0)
    expect(finished.stderr).toBe('')
  })
})
