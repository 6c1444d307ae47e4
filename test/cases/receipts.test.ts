import { describe, expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { Host, requireNamespaces } from '../helpers/namespace.ts'
import { startPeer } from '../helpers/peers.ts'
import type { SelfDocument } from '../helpers/relay-command.ts'
import { HOSTED, runHosted, startServe } from '../helpers/udptool.ts'

interface PathChangeTruth {
  readonly oldUp: number
  readonly newUp: number
  readonly oldDown: number
  readonly newDown: number
  readonly lostDown: number
}

/** Compares the Result of a run whose path changes at its hundredth probe with the counts of path_change.py. */
async function expectPathChange(engine: string, ports: readonly number[]): Promise<void> {
  await using path = await startPeer<PathChangeTruth>('path_change', [
    '--at',
    '100',
    ...ports.flatMap(port => ['--to', String(port)]),
  ])
  const run = await runHosted([
    'send',
    '--to',
    path.at,
    '--json',
    '--count',
    '200',
    '--interval',
    '2ms',
    '--timeout',
    '3s',
    '--engine',
    engine,
  ])
  const { ledger, loss, evidence, warnings } = run.json()
  const truth = await path.stop()
  expect([truth.oldUp, truth.newUp]).toEqual([100, 100])
  expect(truth.lostDown).toBeGreaterThan(0)
  const lost = 200 - truth.oldDown - truth.newDown
  expect(ledger.fates).toEqual({ intact: 200 - lost, lostUnknown: lost })
  expect([evidence.receipts, loss.forward]).toEqual(['void', undefined])
  expect(warnings.map(({ code }) => code)).toContain('receiptsVoid')
}

cases(
  ['kernel', 'dgram'].flatMap(engine => [
    {
      fault: 'A4',
      what: `the client's port changes during the run, as behind a NAT, engine ${engine}`,
      before: 'lostForward, receipts whole',
      right: 'no direction, receipts void',
      shows: async () => {
        await using server = await startServe(['--engine', engine], HOSTED)
        await expectPathChange(engine, [server.port])
      },
    },
    {
      fault: 'A4',
      what: `another server replaces the first one during the run, engine ${engine}`,
      before: 'lostForward, receipts whole',
      right: 'no direction, receipts void',
      shows: async () => {
        await using one = await startServe(['--engine', engine], HOSTED)
        await using other = await startServe(['--engine', engine], HOSTED)
        await expectPathChange(engine, [one.port, other.port])
      },
    },
  ]),
)

cases([
  {
    fault: 'A10',
    what: 'relay --self --up drop=5% --down delay=1500ms --timeout 4s: the delay of receipts is longer than the server has run',
    before: 'receiptsVoid, "it was restarted"',
    right: 'every loss has a direction',
    shows: async () => {
      const rules = ['--up', 'drop=5%', '--down', 'delay=1500ms', '--timeout', '8s', '--seed', '4']
      const { stdout } = await runHosted(['relay', '--self', '--json', ...rules])
      const { verdict, result, truth } = JSON.parse(stdout) as SelfDocument
      const dropped = Object.values(truth.runs)
        .flatMap(run => Object.values(run))
        .filter(actions => actions.includes('up:dropped'))
      expect(dropped.length).toBeGreaterThan(0)
      expect(result.ledger.fates).toEqual({ intact: 200 - dropped.length, lostForward: dropped.length })
      expect([verdict, result.evidence.receipts]).toEqual(['pass', 'whole'])
    },
  },
  {
    fault: 'A18',
    what: 'relay --self --size 13: probes that do not contain their run',
    before: '"the records differ"',
    right: 'the losses of both records are equal',
    shows: async () => {
      const rules = ['--up', 'drop=10%', '--down', 'drop=10%', '--size', '13', '--timeout', '3s', '--seed', '3']
      const { stdout, code } = await runHosted(['relay', '--self', '--json', ...rules])
      const { verdict, comparison, result, truth } = JSON.parse(stdout) as SelfDocument
      const lost = Object.values(truth.others).flatMap(directions => Object.values(directions)).length
      expect(lost).toBeGreaterThan(0)
      expect(result.ledger.fates).toEqual({ intact: 200 - lost, lostUnknown: lost })
      expect(comparison.find(({ what }) => what === 'lost')).toEqual({
        what: 'lost',
        relay: lost,
        ledger: lost,
        equal: true,
      })
      expect([verdict, code]).toEqual(['pass', 0])
    },
  },
  {
    fault: 'A12',
    what: 'a reply of each client that 100 others overtake: with 65 clients only 64 replies of each are remembered',
    before: 'maxExtent 64, presented as exact',
    right: 'maxExtent 64 with atLeast; exact with one client',
    shows: async () => {
      await using server = await startPeer('first_reply_last', ['--after', '100'])
      const send = async (clients: string): Promise<unknown> => {
        const options = ['--clients', clients, '--count', '101', '--interval', '5ms', '--timeout', '20s', '--json']
        const { ledger, reordering } = (await runHosted(['send', '--to', server.at, ...options])).json()
        expect([ledger.fates['intact'], ledger.reordered]).toEqual([101 * Number(clients), Number(clients)])
        return reordering
      }
      expect(await send('1')).toMatchObject({ maxExtent: 100 })
      expect(await send('1')).not.toHaveProperty('atLeast')
      expect(await send('65')).toMatchObject({ maxExtent: 64, atLeast: true })
    },
  },
  {
    fault: 'E7',
    what: 'a slow server that answers one state per receipts request',
    before: 'the client sent receipts requests for 42 s for 20 probes',
    right: 'the rest of the range is requested once more, and stays unknown',
    shows: async () => {
      await using server = await startPeer<{ received: number; requests: number }>('partial_receipts', [])
      const run = await runHosted([
        'send',
        '--to',
        server.at,
        '--json',
        '--count',
        '20',
        '--interval',
        '1ms',
        '--timeout',
        '2s',
      ])
      // Two of the ten unanswered probes have a state: received, and not answered.
      expect(run.json().ledger.fates).toEqual({ intact: 10, lostUnknown: 10 })
      const { received, requests } = await server.stop()
      expect(received).toBe(20)
      // One for all states, one for the rest.
      expect(requests).toBe(2)
    },
  },
])

describe.runIf(requireNamespaces())('in a namespace', () => {
  cases([
    {
      fault: 'A5',
      what: 'two runs with the same --seed from the same port, the second loses every fifth probe from client to server',
      before: 'the second run’s losses are lostReturn: the server remembered the probes of the first',
      right: 'lostForward, the number of drops of the filter',
      shows: async () => {
        const host = new Host()
        await host.serve('--host', '127.0.0.1', '--port', '9000')
        const send = async (): Promise<unknown> => {
          const options = [
            '--count',
            '50',
            '--interval',
            '1ms',
            '--timeout',
            '2s',
            '--seed',
            '7',
            '--bind',
            '127.0.0.1:5555',
          ]
          const run = await host.udptool('send', '--to', '127.0.0.1:9000', '--json', ...options)
          return run.json().ledger.fates
        }
        expect(await send()).toEqual({ intact: 50 })
        // Drops probes of 128 bytes, not the longer receipts requests.
        host.filter(`table inet t {
          counter lost { }
          chain in {
            type filter hook input priority 0
            udp dport 9000 udp length 136 numgen inc mod 5 0 counter name lost drop
          }
        }`)
        expect(await send()).toEqual({ intact: 40, lostForward: 10 })
        expect(host.counted('lost')).toBe(10)
      },
    },
  ])
})
