import { describe, expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { Host, requireNamespaces } from '../helpers/namespace.ts'

/** Whose answers go where, and how they are written. */
const PAIRS = [
  ['kernel', 'kernel', 'upper'],
  ['kernel', 'dgram', 'echo'],
  ['dgram', 'kernel', 'upper'],
  ['dgram', 'dgram', 'echo'],
] as const
const KINDS = ['filled', 'unchecked', 'other', 'lower', 'lowerRequest', 'next'] as const
const COUNTERS = `table inet t {
  counter there { }
  counter back { }
  chain out {
    type filter hook output priority 0
    udp sport 9001 udp dport 9002 counter name there
    udp sport 9002 udp dport 9001 counter name back
  }
}`

/** What the kernel counted between two servers after forged datagrams that seem to come from the first. */
async function exchanged(
  engines: readonly [string, string],
  mode: string,
  kinds: readonly string[],
): Promise<[number, number]> {
  const host = new Host()
  host.filter(COUNTERS)
  for (const [n, engine] of engines.entries())
    await host.serve('--host', '127.0.0.1', '--port', String(9001 + n), '--engine', engine, '--mode', mode)
  const forged = kinds.flatMap(kind => ['--kind', kind])
  await host.peer('forge', '--source', '127.0.0.1:9001', '--to', '127.0.0.1:9002', ...forged)
  // Each server has dealt with what came before these probes.
  for (const port of ['9002', '9001']) {
    const { code } = await host.udptool('send', '--to', `127.0.0.1:${port}`, '--count', '2', '--interval', '0')
    expect(code).toBe(0)
  }
  return [host.counted('there'), host.counted('back')]
}

describe.runIf(requireNamespaces())('forged datagrams between two servers', () => {
  cases(
    PAIRS.map(([one, other, mode]) => ({
      fault: 'E1',
      what: `a probe, a damaged one and one in other letters, forged, between servers ${one} and ${other} in mode ${mode}`,
      before: 'exchanged for ever: 41 193 in 2 s',
      right: 'each returned once, as D, and never answered',
      shows: async () => {
        // Raw sockets pass the same hook, so what is forged is counted, too: it is all that goes there. A lower-case magic is plain
        // data to an echo server, which returns it as it came, and the other one too, until its TTL is used up.
        const kinds = mode === 'echo' ? KINDS.filter(kind => kind !== 'lower' && kind !== 'next') : KINDS
        expect(await exchanged([one, other], mode, kinds)).toEqual([kinds.length, kinds.length])
      },
    })),
  )
})
