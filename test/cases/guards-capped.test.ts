import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { Host, requireNamespaces, sharedPath } from '../helpers/namespace.ts'
import { fates, PORT, warningOf } from '../helpers/path-run.ts'
import type { Run } from '../helpers/udptool.ts'

const kernel = await builtKernelEngine()

const NOT_OF_THE_PATH = new Set(['intact', 'late', 'lostServerPolicy', 'lostServerBuffer', 'lostClientBuffer'])

/** Fates of datagrams larger than the path MTU. */
const TOO_BIG = new Set(['refused', 'unreachable'])

/** A run to a server with default caps, over a path without losses that counts the replies. All losses must be attributed to the cap. */
async function expectCapped(engine: string, ...args: readonly string[]): Promise<Run> {
  const { client, router, server } = sharedPath()
  await server.serveCapped('--host', '10.2.0.1', '--port', PORT, '--engine', engine)
  router.filter(`table inet t {
    counter replies { }
    chain c {
      type filter hook forward priority 0
      udp sport ${PORT} @th,96,8 0x52 counter name replies
    }
  }`)
  const fast = ['--engine', engine, '--timeout', '300ms', '--linger', '2s', ...args]
  const run = await client.udptool('send', '--to', '10.2.0.1', ...fast, '--json')
  // On a loaded machine a receive buffer may overflow and replies may be late. No other fate may occur.
  const { intact = 0, late = 0, lostServerPolicy = 0, lostClientBuffer = 0 } = fates(run)
  expect(Object.keys(fates(run)).filter(fate => !NOT_OF_THE_PATH.has(fate))).toEqual([])
  // The kernel engine may send replies in trains, and a router on the same host counts a train as one packet.
  if (engine === 'dgram') expect(router.counted('replies')).toBe(intact + late + lostClientBuffer)
  else expect(router.counted('replies')).toBeLessThanOrEqual(intact + late + lostClientBuffer)
  expect(lostServerPolicy).toBeGreaterThan(0)
  const warning = warningOf(run, 'serverCapped')
  expect(warning?.evidence).toMatchObject({ count: lostServerPolicy, replies: intact + late })
  expect(warning?.message).toContain('the network did not lose them')
  expect(warning).toMatchObject({ hint: expect.stringContaining('--max-rate-per-source') })
  expect(warningOf(run, 'repliesWithheld')).toBeUndefined()
  for (const code of ['fragmentLoss', 'fragmentsLost', 'blackHole', 'largeLost', 'sizeHole', 'flowsDiffer'])
    expect(warningOf(run, code)).toBeUndefined()
  return run
}

describe.runIf(kernel !== undefined && requireNamespaces())('a run to a server with rate caps', () => {
  cases(
    (
      [
        ['kernel', '--flood', '--window', '128', '--count', '2000'],
        ['kernel', '--flood', '--window', '128', '--count', '2000', '--summary'],
        ['kernel', '--flood', '--window', '64', '--count', '500', '--clients', '4', '--size', '128,1400'],
        ['kernel', '--rate', '4kpps', '--count', '8000', '--size', '64,1000'],
        ['dgram', '--flood', '--window', '64', '--count', '3000', '--clients', '2'],
        ['dgram', '--rate', '3kpps', '--count', '6000', '--summary'],
      ] as const
    ).map(([engine, ...args]) => ({
      fault: 'E9',
      what: `send ${args.join(' ')} on the ${engine} engine`,
      before: 'no cap for probes',
      right: 'withheld replies are lostServerPolicy with the warning serverCapped, and no warning is about the path',
      shows: async () => {
        await expectCapped(engine, ...args)
      },
    })),
  )

  cases([
    {
      fault: 'E9',
      what: 'the headline and expectations of a capped run',
      before: 'lost',
      right: 'withheld by the server, and no losses of the path',
      shows: async () => {
        const { client, server } = sharedPath()
        await server.serveCapped('--host', '10.2.0.1', '--port', PORT)
        const burst = ['--count', '2000', '--burst', '2000', '--timeout', '3s', '--rate', '2kpps']
        const expected = ['loss.forward==0', 'loss.return==0', 'lostUnknown==0', 'lostServerPolicy>0']
        const expectations = expected.flatMap(one => ['--expect', one])
        const run = await client.udptool('send', '--to', '10.2.0.1', ...burst, ...expectations)
        expect(run.stdout).toMatch(/ of 2000 probes came back whole, .*\d+ withheld by the server/u)
        expect(run.stdout.split('\n', 1)[0]).not.toMatch(/\blost\b/u)
        expect(run.code).toBe(0)
        const loss = await client.udptool('send', '--to', '10.2.0.1', ...burst, '--expect', 'loss==0')
        expect(loss.code).toBe(1)
      },
    },
    ...(
      [
        ['--size', '33', '--rate', '2500pps', '--count', '10000'],
        ['--no-receipts', '--rate', '700pps', '--count', '2800', '--clients', '4'],
        ['--no-receipts', '--rate', '3kpps', '--count', '12000', '--size', '128,1400'],
      ] as const
    ).map(args => ({
      fault: 'E9',
      what: `a run without receipts that exceeds the cap: send ${args.join(' ')}`,
      before: 'lostUnknown without a warning, or the warnings fragmentLoss and flowsDiffer about the path',
      right: 'lostUnknown, and the warning capSuspected: the default cap explains the losses',
      shows: async () => {
        const { client, server } = sharedPath()
        await server.serveCapped('--host', '10.2.0.1', '--port', PORT)
        const run = await client.udptool('send', '--to', '10.2.0.1', '--timeout', '2s', ...args, '--json')
        const { lostUnknown = 0 } = fates(run)
        expect(lostUnknown).toBeGreaterThan(0)
        expect(warningOf(run, 'capSuspected')?.evidence).toMatchObject({ count: lostUnknown })
        for (const code of ['fragmentLoss', 'blackHole', 'largeLost', 'sizeHole', 'flowsDiffer'])
          expect(warningOf(run, code)).toBeUndefined()
      },
    })),
    {
      fault: 'E7',
      what: 'a server that reads 1024 bytes of each datagram, one of seven probes lost from client to server',
      before: 'receipts requests of 1200 bytes, which the server cut: no answer for 3 s, no direction',
      right: 'receipts requests not longer than the replies, and every loss has a direction',
      shows: async () => {
        const { client, router, server } = sharedPath()
        await server.serve('--host', '10.2.0.1', '--port', PORT, '--recv-size', '1024')
        router.filter(`table inet t {
            counter lost { }
            chain c {
              type filter hook forward priority 0
              udp dport ${PORT} @th,96,8 0x51 numgen inc mod 7 == 3 counter name lost drop
            }
          }`)
        const many = ['--size', '1400', '--count', '140', '--interval', '2ms', '--timeout', '2s']
        const run = await client.udptool('send', '--to', '10.2.0.1', ...many, '--json')
        expect(router.counted('lost')).toBe(20)
        expect(fates(run)).toEqual({ intact: 0, truncated: 120, lostForward: 20 })
        expect(run.json()).toMatchObject({ evidence: { receipts: 'whole' } })
      },
    },
    {
      fault: 'E9',
      what: 'sweep and mtu with default options, over a path of MTU 1400',
      before: 'no cap for probes',
      right: 'they stay below the caps, and find the path MTU',
      shows: async () => {
        const { client, server } = sharedPath(1400)
        await server.serveCapped('--host', '10.2.0.1', '--port', PORT)
        const runs = await Promise.all([
          client.udptool('sweep', '--to', '10.2.0.1', '--json'),
          client.udptool('mtu', '10.2.0.1', '--json'),
        ])
        // On a busy machine, late probes are sent in a burst, which may exceed the cap.
        for (const run of runs) {
          expect(Object.keys(fates(run)).filter(fate => !NOT_OF_THE_PATH.has(fate) && !TOO_BIG.has(fate))).toEqual([])
          if ((fates(run)['lostServerPolicy'] ?? 0) > 0) expect(warningOf(run, 'serverCapped')).toBeDefined()
        }
        expect(runs[1].json()).toMatchObject({ mtu: { path: 1400 } })
      },
    },
    {
      fault: 'E1',
      what: 'a client whose port number is that of the server',
      before: 'answered, whatever the port',
      right: 'not answered, and a warning that a udptool server never answers that port',
      shows: async () => {
        const { client, server } = sharedPath()
        await server.serveCapped('--host', '10.2.0.1', '--port', PORT)
        const bound = ['--bind', `10.1.0.1:${PORT}`, '--count', '3', '--interval', '10ms', '--timeout', '2s']
        const run = await client.udptool('send', '--to', '10.2.0.1', ...bound, '--json')
        expect(warningOf(run, 'onlyStrayAnswered')?.message).toContain(
          `theirs was ${PORT}, and a udptool server never answers that port`,
        )
        expect(run.code).toBe(1)
      },
    },
    {
      fault: 'E8',
      what: '--clients 1100 from one address, one probe in seven lost',
      before: 'all receipts are void without a reason; a warning that the server is wrong',
      right: 'a warning about the limit of 1024 runs per address at a server',
      shows: async () => {
        const host = new Host()
        await host.serve('--port', PORT)
        host.filter(`table inet t {
          chain c {
            type filter hook input priority 0
            udp dport ${PORT} @th,96,8 0x51 numgen inc mod 7 == 3 drop
          }
        }`)
        const many = ['--clients', '1100', '--count', '3', '--interval', '500ms', '--timeout', '2s']
        const run = await host.udptool('send', '--to', '127.0.0.1', ...many, '--json')
        const named = warningOf(run, 'receiptsVoid') ?? warningOf(run, 'receiptsShort')
        expect(named?.message).toMatch(/remembers 1024 runs of one address.* this run has 1100 ports/u)
        expect(warningOf(run, 'implausibleEvidence')).toBeUndefined()
      },
    },
  ])
})
