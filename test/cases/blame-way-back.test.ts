import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { openLongPath, requireNamespaces } from '../helpers/namespace.ts'
import { onlyWarning } from '../helpers/warnings.ts'

const PORT = '9000'
const SERVER = '10.2.0.1'
const SERVER6 = `[fd02::1]:${PORT}`
const FAST = ['--interval', '20ms', '--timeout', '2s', '--json']

function dropFragments(from: string): string {
  return `table inet t {
    counter fragments { }
    chain c {
      type filter hook prerouting priority -500
      iifname ${from} ip frag-off & 0x3fff != 0 counter name fragments drop
      iifname ${from} exthdr frag exists counter name fragments drop
    }
  }`
}

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('large answers over a path with a smaller MTU', () => {
  cases([
    {
      fault: 'C1',
      what: 'MTU 1400 from server to client only, where ICMP passes and fragments are dropped',
      before: 'a black hole, ICMP is filtered',
      right: 'a black hole or dropped fragments, from server to client',
      shows: async () => {
        const { client, router, second, server } = openLongPath()
        second.ip('route replace 10.1.0.0/24 via 10.3.0.1 mtu lock 1400')
        second.ip('-6 route replace fd01::/64 via fd03::1 mtu 1400')
        router.filter(dropFragments('r1'))
        await server.serve('--host', '::', '--port', PORT)
        for (const [to, size] of [
          [SERVER, '1472'],
          [SERVER6, '1452'],
        ] as const) {
          const run = (await client.udptool('send', '--to', to, ...FAST, '--size', size, '--count', '6')).json()
          expect(run.ledger.fates).toEqual({ intact: 0, lostReturn: 6 })
          const { code, message } = onlyWarning(run)
          expect(code).toBe('largeLost')
          expect(message).toMatch(
            /vanish from server to client\. Either .*black hole\), or the answers are fragmented/u,
          )
          expect(message).not.toContain('no ICMP')
        }
        expect(router.counted('fragments')).toBeGreaterThan(0)
        const { sweep } = (await client.udptool('sweep', '--to', SERVER, '--sizes', '1370..1380', ...FAST)).json()
        expect(sweep?.cliffs[0]?.cause).toMatch(
          /larger answers vanish from server to client, unfragmented .* or .* are fragmented$/u,
        )
      },
    },
    {
      fault: 'C1',
      what: 'IPv6, MTU 1400 in both directions, empty MTU caches: each kernel learns the MTU by a loss',
      before: 'too big, too few samples, replies in part',
      right: 'coldPath, one warning for both directions',
      shows: async () => {
        const { client, server } = openLongPath(1400)
        await server.serve('--host', '::', '--port', PORT)
        const run = (
          await client.udptool('send', '--to', SERVER6, ...FAST, '--size', '4000', '--count', '9', '--window', '1')
        ).json()
        expect(run.ledger.fates).toEqual({ intact: 7, unreachable: 1, lostReturn: 1 })
        expect(onlyWarning(run)).toMatchObject({
          code: 'coldPath',
          message: expect.stringMatching(
            /only the first 2 probes .*too big .*MTU 1400.*one of these was lost from server to client/u,
          ),
        })
      },
    },
    {
      fault: 'C1',
      what: 'the portable engine, empty MTU cache: 1472 bytes, MTU 1400, and a router that drops fragments',
      before: 'too big for the path, send less',
      right: 'too big, and later fragments are dropped',
      shows: async () => {
        const { client, second, server } = openLongPath(1400)
        second.filter(dropFragments('t0'))
        await server.serve('--host', SERVER, '--port', PORT)
        const args = ['--to', SERVER, ...FAST, '--size', '1472', '--count', '9', '--engine', 'dgram']
        const run = (await client.udptool('send', ...args)).json()
        const { lostForward, unreachable = 0 } = run.ledger.fates
        expect(lostForward).toBe(9 - unreachable)
        const { code, message, hint } = onlyWarning(run)
        expect(code).toBe('tooBigForPath')
        expect(message).toContain(`the path drops those: all ${lostForward} others of 1472 bytes are lost`)
        expect(hint).toContain('let fragments pass')
      },
    },
  ])
})
