import { expect } from 'vitest'
import { cases, type Case } from '../helpers/cases.ts'
import { startRelayCommand } from '../helpers/relay-command.ts'
import { HOSTED, runHosted, startServe, type Run } from '../helpers/udptool.ts'
import { portsOf, startFaultyServer, type FaultyServerTruth } from '../helpers/faulty-server.ts'

const ENGINES = ['kernel', 'dgram'] as const
/** No busy machine answers, or copies, later than this. */
const LONG_TIMEOUT = ['--timeout', '2s', '--linger', '1s'] as const

async function against(
  server: readonly string[],
  args: readonly string[],
): Promise<{ readonly run: ReturnType<Run['json']>; readonly truth: FaultyServerTruth }> {
  await using peer = await startFaultyServer(...server)
  const run = (await runHosted(['send', '--to', peer.at, '--json', ...args])).json()
  return { run, truth: await peer.stop() }
}

/** The expected fates by the server's record. */
function expectedFates({ record }: FaultyServerTruth): Record<string, number> {
  const answered = record.filter(({ answers }) => answers > 0)
  const count = (has: (row: (typeof record)[number]) => boolean): number => answered.filter(has).length
  const isCut = ({ cut, size }: (typeof record)[number]): boolean => cut !== undefined && cut < size
  const fates = {
    truncated: count(isCut),
    late: count(row => row.late && !isCut(row)),
    lostUnknown: record.length - answered.length,
  }
  const intact = answered.length - fates.truncated - fates.late
  return { intact, ...Object.fromEntries(Object.entries(fates).filter(([, n]) => n > 0)) }
}

function perEngine(row: Omit<Case, 'shows'>, shows: (engine: string) => Promise<void>): Case[] {
  return ENGINES.map(engine => ({ ...row, what: `${row.what} (${engine})`, shows: async () => await shows(engine) }))
}

cases([
  {
    fault: 'A6',
    what: 'the relay drops every 5th of 60 probes of 8 bytes and doubles each reply',
    before: '60 intact, RTT min −1.08 ms',
    right: '48 intact and 12 lost, as in the relay’s record',
    shows: async () => {
      await using server = await startServe([], HOSTED)
      const rules = ['--up', 'drop=every:5', '--down', 'dup=100%,delay=10ms~9ms', '--seed', '1']
      await using relay = await startRelayCommand(server.at, rules)
      const args = ['--size', '8', '--count', '60', '--interval', '4ms', '--timeout', '2s', '--linger', '1s', '--json']
      const run = (await runHosted(['send', '--to', relay.at, ...args])).json()
      const { truth } = await relay.stop()
      const { dropped, forwarded } = truth.up
      expect([forwarded, dropped]).toEqual([48, 12])
      expect(run.ledger.fates).toEqual({ intact: forwarded, lostUnknown: dropped })
      expect(run.ledger.duplicates).toBe(truth.down.duplicated)
      expect(run.rtt.minMs).toBeGreaterThanOrEqual(0)
    },
  },
  ...perEngine(
    {
      fault: 'A6',
      what: 'probes of 8 bytes, every 5th lost, each reply twice with 12 ms between',
      before: 'a copy is the next probe’s reply: 20 of 20 intact, RTT below 0',
      right: '16 intact, 4 lost, and each probe has its own source port',
    },
    async engine => {
      const { run, truth } = await against(
        ['--drop-every', '5', '--copies', '2', '--spread', '12'],
        ['--size', '8', '--count', '20', '--interval', '4ms', ...LONG_TIMEOUT, '--engine', engine],
      )
      expect(truth.record).toHaveLength(20)
      expect(run.ledger.fates).toEqual(expectedFates(truth))
      expect(run.ledger).toMatchObject({ replies: 16, duplicates: 16, unidentified: 0 })
      expect(run.rtt?.minMs).toBeGreaterThanOrEqual(0)
      expect(portsOf(truth).size).toBe(20)
      expect(run.clients[0]?.ports).toBe(20)
    },
  ),
  ...perEngine(
    {
      fault: 'A6',
      what: 'empty datagrams and 12 bytes in turn, every 3rd answered after the timeout',
      before: 'a late reply is the next probe’s',
      right: 'late',
    },
    async engine => {
      const { run, truth } = await against(
        ['--late-every', '3', '--late', '2500', '--upper'],
        [
          '--size',
          '0,12',
          '--count',
          '12',
          '--interval',
          '1ms',
          '--timeout',
          '1500ms',
          '--linger',
          '3s',
          '--engine',
          engine,
        ],
      )
      expect(run.ledger.fates).toEqual(expectedFates(truth))
      expect(run.ledger).toMatchObject({ fates: { intact: 8, late: 4 }, duplicates: 0, unidentified: 0 })
      expect(run.sizes.map(({ ledger }) => ledger.scheduled)).toEqual([6, 6])
    },
  ),
  ...perEngine(
    {
      fault: 'A6',
      what: '--window 1, each reply cut to 9 bytes and sent twice, every 4th lost',
      before: 'a copy is the next probe’s reply',
      right: '15 truncated, 5 lost',
    },
    async engine => {
      const { run, truth } = await against(
        ['--cut', '9', '--copies', '2', '--spread', '7', '--drop-every', '4'],
        ['--window', '1', '--size', '200', '--count', '20', '--interval', '1ms', ...LONG_TIMEOUT, '--engine', engine],
      )
      expect(run.ledger.fates).toEqual(expectedFates(truth))
      expect(run.truncation.cutAt).toMatchObject([{ length: 9, count: 15 }])
      expect(run.rtt?.minMs).toBeGreaterThanOrEqual(0)
    },
  ),
  {
    fault: 'A6',
    what: '--window 1, intact replies, every 4th after the timeout',
    before: 'one port',
    right: 'late replies are identified, and each timeout is followed by a new port: four ports',
    shows: async () => {
      const { run, truth } = await against(
        ['--late-every', '4', '--late', '2500'],
        [
          '--window',
          '1',
          '--size',
          '100',
          '--count',
          '13',
          '--interval',
          '1ms',
          '--timeout',
          '1500ms',
          '--linger',
          '3s',
        ],
      )
      expect(run.ledger.fates).toEqual(expectedFates(truth))
      const ports = [...portsOf(truth)]
      expect(truth.record.map(({ port }) => ports.indexOf(port)).join('')).toBe('0000111122223')
    },
  },
  ...perEngine(
    {
      fault: 'A6',
      what: '--bind with a port: 8 bytes, each reply twice, every 3rd lost',
      before: 'a copy is the next probe’s reply',
      right: 'one port, and the next probe waits until no further reply can come',
    },
    async engine => {
      const server = ['--drop-every', '3', '--copies', '2', '--spread', '20']
      const args = ['--size', '8', '--count', '6', '--interval', '1ms', ...LONG_TIMEOUT, '--engine', engine]
      const { run, truth } = await against(server, [...args, '--bind', '127.0.0.1:28561'])
      expect([...portsOf(truth)]).toEqual([28561])
      expect(run.ledger).toMatchObject({ fates: expectedFates(truth), duplicates: 4, unidentified: 0 })
      expect(run.ledger.fates).toEqual({ intact: 4, lostUnknown: 2 })
      // The next probe waits for the linger after each of four answered ones, and for timeout and linger after a lost one.
      expect(run.durationMs).toBeGreaterThanOrEqual(4 * 1000 + 2000 + 1000)
    },
  ),
  {
    fault: 'A6',
    what: 'three clients of 4 bytes, each reply three times, every 7th lost',
    before: 'copies are replies of the next',
    right: 'clients share no port, and probes share no reply',
    shows: async () => {
      const { run, truth } = await against(
        ['--drop-every', '7', '--copies', '3', '--spread', '5'],
        ['--size', '4', '--clients', '3', '--count', '14', '--interval', '2ms', ...LONG_TIMEOUT],
      )
      expect(run.ledger.fates).toEqual(expectedFates(truth))
      expect(run.ledger.fates['intact']).toBe(36)
      expect(portsOf(truth).size).toBe(42)
      expect(run.clients.map(({ ports }) => ports)).toEqual([14, 14, 14])
    },
  },
  ...perEngine(
    {
      fault: 'E6',
      what: 'a datagram of 5 bytes after each echo, --window 1',
      before: '200 replies, 199 corrupt, RTT below 0',
      right: '200 intact: an identified reply replaces a guessed one',
    },
    async engine => {
      for (const junk of ['extra', 'UDT1Q']) {
        const { run, truth } = await against(
          ['--junk', junk],
          [
            '--window',
            '1',
            '--size',
            '100',
            '--count',
            '200',
            '--interval',
            '0',
            '--timeout',
            '20s',
            '--engine',
            engine,
          ],
        )
        expect(truth.record).toHaveLength(200)
        expect(run.ledger).toMatchObject({ scheduled: 200, replies: 200, fates: { intact: 200 } })
        const { replies, duplicates, unidentified, received } = run.ledger
        expect(replies + duplicates + unidentified).toBe(received)
        expect(run.rtt).toMatchObject({ count: 200 })
        expect(run.rtt?.minMs).toBeGreaterThanOrEqual(0)
      }
    },
  ),
])
