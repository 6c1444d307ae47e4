import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { Host, openPath, requireNamespaces, connectHosts } from '../helpers/namespace.ts'
import type { Run } from '../helpers/udptool.ts'

const PORT = '9000'
const FLOOD = ['--flood', '--size', '1400', '--count', '4000', '--window', '256', '--timeout', '10s', '--json']

const kernel = await builtKernelEngine()

interface Evidence {
  readonly serverSendFailed?: number
}

/** Fates, with `late` counted as answered, because a busy machine may delay any reply. */
function fatesOf(run: Run): Readonly<Record<string, number>> {
  const { intact = 0, late = 0, ...rest } = run.json().ledger.fates
  return { answered: intact + late, ...rest }
}

const evidenceOf = (run: Run): Evidence => run.json().evidence as unknown as Evidence
const codesOf = (run: Run): readonly string[] => run.json().warnings.map(({ code }) => code)

/** A flood through a router whose second link has an MTU of 1300. The client's interface has 1500. */
async function floodNarrowPath(server: string, target: string): Promise<void> {
  const path = openPath(1300)
  await path.server.serve('--host', server, '--port', PORT, '--engine', 'kernel')
  const run = await path.client.udptool('send', '--to', target, '--engine', 'kernel', ...FLOOD)
  const { answered = 0, unreachable = 0, ...rest } = fatesOf(run)
  // Probes are too big for the path until the router has reported its MTU.
  expect(unreachable).toBeLessThan(1000)
  expect(answered + unreachable + (rest['lostForward'] ?? 0)).toBe(4000)
  expect(rest['refused']).toBeUndefined()
  expect(answered).toBeGreaterThan(3000)
}

/** A flood to a server whose route back has a smaller MTU than its interface. */
async function floodNarrowRoute(version: '-4' | '-6'): Promise<void> {
  const [client, server] = [new Host(), new Host()]
  connectHosts(client, server, ['c0', '10.1.0.1/24', 'fd01::1/64'], ['s0', '10.1.0.2/24', 'fd01::2/64'])
  const [from, to] = version === '-4' ? ['10.1.0.1', '10.1.0.2'] : ['fd01::1', 'fd01::2']
  server.ip(`${version} route add ${from} dev s0 mtu lock 1300`)
  await server.serve('--host', to, '--port', PORT, '--engine', 'kernel')
  const target = version === '-4' ? `${to}:${PORT}` : `[${to}]:${PORT}`
  const run = await client.udptool('send', '--to', target, '--engine', 'kernel', ...FLOOD)
  expect(fatesOf(run)).toEqual({ answered: 4000 })
  expect(evidenceOf(run).serverSendFailed).toBeUndefined()
}

describe.runIf(kernel !== undefined && requireNamespaces())('trains and refusals', () => {
  cases([
    {
      fault: 'A8',
      what: 'flood of 1400 bytes through a router with MTU 1300',
      before: '404 106 of 404 170 refused, pass, no warning',
      right: 'single datagrams, in fragments; none refused',
      shows: () => floodNarrowPath('10.2.0.1', '10.2.0.1'),
    },
    {
      fault: 'A8',
      what: 'the same over IPv6',
      before: 'nearly all refused',
      right: 'single datagrams, in fragments; none refused',
      shows: () => floodNarrowPath('fd02::1', `[fd02::1]:${PORT}`),
    },
    {
      fault: 'A8',
      what: 'flood with --df=do of datagrams larger than the known path MTU',
      before: 'refused',
      right: 'refused with EMSGSIZE: the engine does not retry each as a failed train',
      shows: async () => {
        const { client, server } = openPath(1300)
        await server.serve('--host', '10.2.0.1', '--port', PORT, '--engine', 'kernel')
        // The client's kernel learns the path MTU.
        await client.udptool('send', '--to', '10.2.0.1', '--size', '1400', '--count', '3', '--json')
        const flood = ['--flood', '--size', '1400', '--count', '500', '--df=do', '--json']
        const run = await client.udptool('send', '--to', '10.2.0.1', '--engine', 'kernel', ...flood)
        expect(run.json().ledger.fates).toEqual({ intact: 0, refused: 500 })
        expect(run.json()).toMatchObject({ refused: [{ error: 'EMSGSIZE', count: 500 }] })
      },
    },
    {
      fault: 'A9',
      what: 'flood of 1400 bytes to a server with `mtu lock 1300` on its route back',
      before: '64 of 1088 whole, the rest withheld by the server',
      right: 'all whole: the server falls back to single datagrams',
      shows: () => floodNarrowRoute('-4'),
    },
    {
      fault: 'A9',
      what: 'the same over IPv6',
      before: 'most of them withheld by the server',
      right: 'all whole',
      shows: () => floodNarrowRoute('-6'),
    },
    {
      fault: 'A9',
      what: 'replies that a firewall on the host of the server refuses',
      before: 'withheld by the server',
      right: 'the server’s kernel refused to send them: in evidence, text and a warning',
      shows: async () => {
        const [client, server] = [new Host(), new Host()]
        connectHosts(client, server, ['c0', '10.1.0.1/24'], ['s0', '10.1.0.2/24'])
        server.filter(`table inet t {
          counter refused { }
          chain c {
            type filter hook output priority 0
            udp sport ${PORT} @th,96,8 0x52 udp length 208 counter name refused drop
          }
        }`)
        await server.serve('--host', '10.1.0.2', '--port', PORT)
        const probes = ['--size', '100,200', '--count', '40', '--interval', '2ms', '--timeout', '2s']
        const send = ['send', '--to', '10.1.0.2', ...probes]
        const run = await client.udptool(...send, '--json')
        expect(fatesOf(run)).toEqual({ answered: 20, lostServerPolicy: 20 })
        expect(evidenceOf(run)).toMatchObject({ receipts: 'whole', serverSendFailed: 20 })
        // Each reply was sent twice.
        expect(server.counted('refused')).toBe(40)
        expect(codesOf(run)).toContain('serverSendFailed')
        const { stdout } = await client.udptool(...send)
        expect(stdout.replaceAll(/\s+/g, ' ')).toContain("the server's kernel refused to send the reply")
        expect(stdout).not.toContain('withheld')
      },
    },
    {
      fault: 'A9',
      what: 'replies that a server withholds on purpose (--mode discard)',
      before: 'withheld by the server',
      right: 'withheld by the server, and no send errors of its kernel',
      shows: async () => {
        const [client, server] = [new Host(), new Host()]
        connectHosts(client, server, ['c0', '10.1.0.1/24'], ['s0', '10.1.0.2/24'])
        await server.serve('--host', '10.1.0.2', '--port', PORT, '--mode', 'discard')
        const send = ['send', '--to', '10.1.0.2', '--count', '20', '--interval', '2ms', '--timeout', '2s']
        const run = await client.udptool(...send, '--json')
        expect(fatesOf(run)).toEqual({ answered: 0, lostServerPolicy: 20 })
        expect(evidenceOf(run).serverSendFailed).toBeUndefined()
        expect(codesOf(run)).not.toContain('serverSendFailed')
      },
    },
  ])
})
