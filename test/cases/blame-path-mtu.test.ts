import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import type { ResultDocument } from '../helpers/document.ts'
import { openLongPath, requireNamespaces, type Host, type LongPath } from '../helpers/namespace.ts'
import { codes, onlyWarning } from '../helpers/warnings.ts'

const PORT = '9000'
const SERVER = '10.2.0.1'
const FAST = ['--interval', '10ms', '--timeout', '2s', '--json']

/** Drops every IP fragment that a router receives, before netfilter can reassemble it (nf_defrag has priority -400). */
const NO_FRAGMENTS = `table inet t {
  counter fragments { }
  chain c {
    type filter hook prerouting priority -500
    ip frag-off & 0x3fff != 0 counter name fragments drop
    meta nfproto ipv6 exthdr frag exists counter name fragments drop
  }
}`

async function sent(client: Host, ...args: readonly string[]): Promise<ResultDocument> {
  return (await client.udptool('send', '--to', SERVER, ...FAST, ...args)).json()
}

/** The path MTU is 1400, routers report too big packets, and the router after that link drops fragments. */
async function narrowPath(): Promise<LongPath> {
  const path = openLongPath(1400)
  path.second.filter(NO_FRAGMENTS)
  await path.server.serve('--host', SERVER, '--port', PORT)
  return path
}

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('a path of MTU 1400 that drops fragments', () => {
  cases([
    {
      fault: 'C1',
      what: 'send --size 4000, with an empty MTU cache',
      before: 'send at most 1472',
      right: 'fragments are dropped, send at most 1372, which was tested',
      shows: async () => {
        const { client, second } = await narrowPath()
        const result = await sent(client, '--size', '4000', '--count', '5')
        expect(result.ledger.fates).toEqual({ intact: 0, lostForward: 5 })
        const { code, message, hint } = onlyWarning(result)
        expect(code).toBe('fragmentsLost')
        expect(message).toContain('3 fragments at MTU 1400')
        expect(hint).toMatch(/^send at most 1372 bytes \(a single packet of that size was answered\)/u)
        expect(result.evidence).toMatchObject({
          mtu: 1500,
          pathMtu: { before: 1500, after: 1400 },
          packetChecks: [
            { size: 1472, answered: false },
            { size: 1372, answered: true },
          ],
        })
        // Three fragments of 1500, 1500 and 1068 bytes, of which the router splits two again. No check was fragmented.
        expect(second.counted('fragments')).toBe(5 * 5)
        expect(client.run('ip', 'route', 'get', SERVER)).toContain('mtu 1400')
      },
    },
    {
      fault: 'C1',
      what: 'send --size 1472, with an empty MTU cache and again',
      before: 'hosts ration ICMP, send slower; then: a black hole, ICMP is filtered',
      right: 'fragments at MTU 1400 are dropped, both times',
      shows: async () => {
        const { client } = await narrowPath()
        const cold = await sent(client, '--size', '1472', '--count', '6')
        expect(cold.evidence).toMatchObject({ pathMtu: { before: 1500, after: 1400 } })
        expect(cold.ledger.fates).toMatchObject({ intact: 0, unreachable: expect.any(Number) })
        const again = await sent(client, '--size', '1472', '--count', '6')
        expect(again.ledger.fates).toEqual({ intact: 0, lostForward: 6 })
        expect(again.evidence).toMatchObject({ pathMtu: { before: 1400, after: 1400 } })
        for (const result of [cold, again]) {
          const { code, message, hint } = onlyWarning(result)
          expect(code).toBe('fragmentsLost')
          expect(message).toContain('1472 bytes travel as 2 fragments at MTU 1400')
          expect(hint).toContain('send at most 1372 bytes')
        }
      },
    },
    {
      fault: 'C1',
      what: 'send --size 1372,1472, with an empty MTU cache',
      before: 'nothing',
      right: '1372 bytes pass, fragments are dropped',
      shows: async () => {
        const { client } = await narrowPath()
        const { code, message } = onlyWarning(await sent(client, '--size', '1372,1472', '--count', '12'))
        expect(code).toBe('fragmentsLost')
        expect(message).toContain('1372 bytes pass, and all 6 probes of 1472 bytes are lost')
      },
    },
    {
      fault: 'C1',
      what: 'over IPv6, 1452 bytes, with an empty MTU cache and again',
      before: 'a black hole',
      right: 'fragments are dropped, send at most 1352',
      shows: async () => {
        const { client, second, server } = openLongPath(1400)
        second.filter(NO_FRAGMENTS)
        await server.serve('--host', 'fd02::1', '--port', PORT)
        for (let n = 0; n < 2; n++) {
          const run = await client.udptool(
            'send',
            '--to',
            `[fd02::1]:${PORT}`,
            ...FAST,
            '--size',
            '1452',
            '--count',
            '6',
          )
          const { code, hint } = onlyWarning(run.json())
          expect(code).toBe('fragmentsLost')
          expect(hint).toContain('send at most 1352 bytes')
        }
      },
    },
    {
      fault: 'C1',
      what: 'the portable engine, which cannot read the kernel’s path MTU',
      before: 'a black hole',
      right: 'a black hole, or a smaller path MTU and dropped fragments',
      shows: async () => {
        const { client } = await narrowPath()
        await sent(client, '--size', '1472', '--count', '1')
        const result = await sent(client, '--size', '1472', '--count', '6', '--engine', 'dgram')
        expect(result.evidence).not.toHaveProperty('pathMtu')
        expect(onlyWarning(result)).toMatchObject({
          code: 'largeLost',
          message: expect.stringMatching(/Either .*black hole\), or our own kernel knows a smaller path MTU/u),
        })
      },
    },
    {
      fault: 'C1',
      what: 'sweep, with an empty MTU cache and again',
      before: 'ICMP alone, then a black hole',
      right: 'the MTU, and lost fragments',
      shows: async () => {
        const { client } = await narrowPath()
        for (const reason of ['10.1.0.254 reports by ICMP', '1372 bytes are the most that one packet of MTU 1400']) {
          const run = await client.udptool('sweep', '--to', SERVER, '--sizes', '1370..1380', ...FAST)
          const { sweep } = run.json()
          expect(sweep).toMatchObject({ maxIntactSize: 1372 })
          expect(sweep?.cliffs).toMatchObject([{ from: 1373, to: 1380 }])
          expect(sweep?.cliffs[0]?.cause).toContain(reason)
          expect(sweep?.cliffs[0]?.cause).toMatch(/larger datagrams travel in fragments, and the path loses those$/u)
        }
      },
    },
    {
      fault: 'C1',
      what: 'sweep and send with an interface MTU of 9000 and a path MTU of 1500',
      before: 'packets counted by the MTU of the interface',
      right: 'packets counted by the path MTU, and lost fragments',
      shows: async () => {
        const { client, second, server } = openLongPath(1500, 9000)
        second.filter(NO_FRAGMENTS)
        await server.serve('--host', SERVER, '--port', PORT)
        for (const reason of ['packets of at most 1500 bytes', '1472 bytes are the most that one packet of MTU 1500']) {
          const run = await client.udptool('sweep', '--to', SERVER, '--sizes', '1471..1474,4000', ...FAST)
          const [cliff] = run.json().sweep?.cliffs ?? []
          expect(cliff).toMatchObject({ from: 1473, to: 4000 })
          expect(cliff?.cause).toContain(reason)
          expect(cliff?.cause).toMatch(/larger datagrams travel in fragments, and the path loses those$/u)
        }
        const { code, message } = onlyWarning(await sent(client, '--size', '1472,4000', '--count', '10'))
        expect(code).toBe('fragmentsLost')
        expect(message).toContain('4000 bytes travel as 3 fragments at MTU 1500 (of the path: the interface has 9000)')
      },
    },
    {
      fault: 'C1',
      what: 'no warning: the same path without a filter, and its MTU in the kernel’s cache',
      before: 'nothing',
      right: 'nothing, and no additional packets',
      shows: async () => {
        const { client, server } = openLongPath(1400)
        await server.serve('--host', SERVER, '--port', PORT)
        await sent(client, '--size', '1472', '--count', '3')
        const result = await sent(client, '--size', '1372,1472,4000', '--count', '12')
        expect(result.ledger.fates).toEqual({ intact: 12 })
        expect(codes(result)).toEqual([])
        expect(result.evidence).not.toHaveProperty('packetChecks')
      },
    },
  ])
})
