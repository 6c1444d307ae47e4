import { describe, expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { Host, requireNamespaces } from '../helpers/namespace.ts'

/** Engines of the two servers, and their mode. */
const PAIRS = [
  ['kernel', 'kernel', 'upper'],
  ['kernel', 'dgram', 'echo'],
  ['dgram', 'kernel', 'upper'],
  ['dgram', 'dgram', 'echo'],
] as const
const KINDS = ['filled', 'unchecked', 'other', 'lower', 'lowerRequest', 'next'] as const
const COUNTERS = `table inet t {
  counter up { }
  counter down { }
  chain out {
    type filter hook output priority 0
    udp sport 9001 udp dport 9002 counter name up
    udp sport 9002 udp dport 9001 counter name down
  }
}`

/** The kernel's counts of datagrams between two servers, after datagrams to the second one with the first one as forged source. */
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
  // When these probes are answered, each server has processed all earlier datagrams.
  for (const port of ['9002', '9001']) {
    const { code } = await host.udptool('send', '--to', `127.0.0.1:${port}`, '--count', '2', '--interval', '0')
    expect(code).toBe(0)
  }
  return [host.counted('up'), host.counted('down')]
}

describe.runIf(requireNamespaces())('forged datagrams between two servers', () => {
  cases(
    PAIRS.map(([one, other, mode]) => ({
      fault: 'E1',
      what: `forged probes, right, damaged and in lower case, between servers ${one} and ${other} in mode ${mode}`,
      before: 'exchanged for ever: 41 193 in 2 s',
      right: 'each is returned once, as D, which is not answered',
      shows: async () => {
        // Datagrams of raw sockets pass the same hook, so the forged ones are counted, and they are all in that direction. A lower-case
        // magic is plain data to echo servers, which return it to each other until its TTL is used up.
        const kinds = mode === 'echo' ? KINDS.filter(kind => kind !== 'lower' && kind !== 'next') : KINDS
        expect(await exchanged([one, other], mode, kinds)).toEqual([kinds.length, kinds.length])
      },
    })),
  )
})
