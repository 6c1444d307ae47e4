import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import type { ResultDocument } from '../helpers/document.ts'
import { openPath, requireNamespaces } from '../helpers/namespace.ts'

const COUNT = 20
const TARGETS = { udp4: '10.2.0.1', udp6: 'fd02::1' } as const

interface Run {
  readonly engine?: 'kernel' | 'dgram'
  readonly family?: keyof typeof TARGETS
  readonly size?: number
}

/** A run through a router that drops every probe and answers it with an ICMP error of each kind (forged_icmp.py). */
async function forged(kinds: readonly string[], run: Run = {}): Promise<ResultDocument> {
  const { client, router } = openPath()
  await router.peer('forged_icmp', 'r0', ...kinds)
  router.filter(`table inet t {
    chain c {
      type filter hook forward priority 0
      udp dport 9000 drop
    }
  }`)
  const { engine = 'kernel', family = 'udp4', size = 300 } = run
  const options = ['--engine', engine, '--count', String(COUNT), '--size', String(size), '--interval', '5ms']
  const target = ['--to', TARGETS[family], '--timeout', '3s', '--linger', '1s', '--no-receipts']
  return (await client.udptool('send', ...target, ...options, '--json')).json()
}

function fatesOf({ ledger: { fates } }: ResultDocument): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(fates).filter(([, count]) => count !== 0))
}

function codesOf({ warnings }: ResultDocument): readonly string[] {
  return warnings.map(({ code }) => code)
}

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('forged ICMP errors', () => {
  cases([
    {
      fault: 'E14',
      what: 'control: errors that quote the probe, and errors that quote only the ports (RFC 792)',
      before: 'counted as unreachable',
      right: 'counted as unreachable, and a second error for the same probe as ignored',
      shows: async () => {
        for (const [kind, family] of [
          ['true', 'udp4'],
          ['true', 'udp6'],
          ['ports', 'udp4'],
        ] as const) {
          const document = await forged([kind, kind], { family })
          expect(fatesOf(document)).toEqual({ unreachable: COUNT })
          expect(codesOf(document)).not.toContain('icmpIgnored')
          // The second of two errors without payload may arrive after the next probe was sent.
          if (kind === 'true') expect(document.evidence.icmpIgnored).toEqual({ settled: COUNT })
        }
      },
    },
    {
      fault: 'E14',
      what: 'errors that quote junk, sequences never sent, another run; "too big" with MTU 65535, of the packet, below 68',
      before: 'all but one counted as unreachable, with tooBigForPath: "the path carries IP packets of 65535 bytes"',
      right: 'ignored and counted by reason, with a warning, and no probe unreachable',
      shows: async () => {
        // The kernel delivers an error that quotes another source port to no socket.
        const document = await forged(['junk', 'unsent', 'run', 'big65535', 'big328', 'big60', 'port'])
        expect(fatesOf(document)).toEqual({ lostUnknown: COUNT })
        expect(document.evidence.icmpIgnored).toEqual({ quote: COUNT, foreign: 2 * COUNT, mtu: 3 * COUNT })
        expect(document.unreachable).toBeUndefined()
        expect(codesOf(document)).toContain('icmpIgnored')
        expect(codesOf(document)).not.toContain('tooBigForPath')
        expect(codesOf(document)).not.toContain('coldPath')
      },
    },
    {
      fault: 'E14',
      what: 'the same over IPv6, where no MTU is below 1280',
      before: 'counted as unreachable',
      right: 'ignored and counted',
      shows: async () => {
        const document = await forged(['junk', 'run', 'big65535', 'big1279'], { family: 'udp6', size: 1300 })
        expect(fatesOf(document)).toEqual({ lostUnknown: COUNT })
        expect(document.evidence.icmpIgnored).toEqual({ quote: COUNT, foreign: COUNT, mtu: 2 * COUNT })
      },
    },
    {
      fault: 'E14',
      what: 'control: "too big" with a plausible MTU',
      before: 'counted as unreachable',
      right: 'counted as unreachable, with the MTU',
      shows: async () => {
        const document = await forged(['big600'], { size: 1000 })
        expect(fatesOf(document)).toEqual({ unreachable: COUNT })
        expect(document.unreachable?.map(({ mtu }) => mtu)).toEqual([600])
        expect(codesOf(document)).toContain('tooBigForPath')
      },
    },
    {
      fault: 'E14',
      what: '"too big" for packets that every path carries, dgram engine, which cannot read the quoted packet',
      before: 'counted as unreachable',
      right: 'ignored and counted',
      shows: async () => {
        const document = await forged(['big60'], { engine: 'dgram', size: 40 })
        expect(fatesOf(document)).toEqual({ lostUnknown: COUNT })
        // A socket keeps one error at a time, so a slow reader may miss some.
        expect(document.evidence.icmpIgnored?.['mtu']).toBeGreaterThan(0)
      },
    },
    {
      fault: 'E14',
      what: 'a message that a server answers after forged errors',
      before: 'unreachable, and the answer is not read',
      right: 'the answer is the reply',
      shows: async () => {
        const { client, router, server } = openPath()
        await server.serve('--host', '10.2.0.1', '--port', '9000')
        await router.peer('forged_icmp', 'r0', 'junk', 'big65535')
        const { messages } = (
          await client.udptool('send', 'hello', '--to', '10.2.0.1', '--timeout', '20s', '--json')
        ).json()
        expect(messages).toMatchObject([{ sent: 'hello', reply: 'HELLO', fate: 'intact' }])
      },
    },
  ])
})
