import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { LOCAL_TIME } from '../helpers/local-time.ts'
import { runPeer } from '../helpers/peers.ts'
import { HOSTED, startServe, type ServerProcess } from '../helpers/udptool.ts'

const ENGINES = (await builtKernelEngine()) === undefined ? ['dgram'] : ['kernel', 'dgram']

interface Event {
  readonly event: string
  readonly at?: string
  readonly address?: string
  readonly port?: number
  readonly reason?: string
  readonly kind?: string
  readonly length?: number
  readonly lines?: number
  readonly peers?: unknown
  readonly unanswered?: number
  readonly received?: number
}

/** Address, own port (0: any), TTL (0: the default), datagram in hex, how many of them. */
type Source = readonly [address: string, port: number, ttl: number, hex: string, count: number]

const HELLO = Buffer.from('hello').toString('hex')
/** It begins like the reply of a server, which is never answered. */
const REPLY = Buffer.from(`UDT1R${'0'.repeat(95)}`).toString('hex')

/** Sends from Python sockets; returns the addresses and ports that the kernel gave them. */
async function sendFrom({ port }: ServerProcess, ...sources: readonly Source[]): Promise<readonly [string, number][]> {
  const words = sources.map(source => source.join(','))
  return (await runPeer<{ sources: [string, number][] }>('sources', ['127.0.0.1', `${port}`, ...words])).sources
}

/** The events of a server that ends by itself. */
async function eventsOf({ child }: ServerProcess): Promise<readonly Event[]> {
  const { stdout, stderr } = await child.finished
  expect(stderr).toBe('')
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Event)
}

const MINUTE = 60_000

/** The entries of the log. `at` has to be a moment of this test, and is left out. */
function entriesOf(all: readonly Event[], start: number): readonly Omit<Event, 'at'>[] {
  return all
    .filter(({ event }) => event === 'peer' || event === 'unanswered')
    .map(({ at = '', ...rest }) => {
      expect(at).toMatch(LOCAL_TIME)
      expect(Date.parse(at)).toBeGreaterThan(start - MINUTE)
      expect(Date.parse(at)).toBeLessThan(Date.now() + MINUTE)
      return rest
    })
}

/** Entries of both kinds: those that are printed, and those that are counted in `more`. */
function countsOf(all: readonly Event[]): { readonly peers: number; readonly unanswered: number } {
  const printed = (kind: string): number => all.filter(({ event }) => event === kind).length
  const more = all.filter(({ event }) => event === 'more') as readonly {
    lines: number
    peers: number
    unanswered: number
  }[]
  for (const { lines, peers, unanswered } of more) expect(lines).toBe(peers + unanswered)
  return {
    peers: printed('peer') + more.reduce((sum, { peers }) => sum + peers, 0),
    unanswered: printed('unanswered') + more.reduce((sum, { unanswered }) => sum + unanswered, 0),
  }
}

describe.each(ENGINES)('serve -v on the %s engine', engine => {
  // No more than ten entries, so that each has its line. The server ends once all datagrams have arrived.
  test('a line for each peer, and one for each reason for which it is not answered', async () => {
    const start = Date.now()
    const flags = ['-v', '--json', '--engine', engine, '--deny', '127.0.0.9/32', '--max-datagrams', '13']
    await using server = await startServe(flags, HOSTED)
    const sources = await sendFrom(
      server,
      ['127.0.0.8', 0, 0, HELLO, 3],
      ['127.0.0.9', 0, 0, HELLO, 4],
      ['127.0.0.10', server.port, 0, '', 2],
      ['127.0.0.11', 0, 0, REPLY, 3],
      ['127.0.0.12', 0, 1, HELLO, 1],
    )
    const entry = (event: string, source: number, rest: Partial<Event>): unknown => {
      const [address, port] = sources[source] ?? []
      return { event, address, port, ...rest }
    }
    const [hello, empty, reply] = [
      { kind: 'plain', length: 5 },
      { kind: 'plain', length: 0 },
      { kind: 'reply', length: 100 },
    ]
    expect(entriesOf(await eventsOf(server), start)).toEqual([
      entry('peer', 0, hello),
      entry('peer', 1, hello),
      entry('unanswered', 1, { reason: 'denied', ...hello }),
      entry('peer', 2, empty),
      entry('unanswered', 2, { reason: 'sourcePort', ...empty }),
      entry('peer', 3, reply),
      entry('unanswered', 3, { reason: 'kind', ...reply }),
      entry('peer', 4, hello),
      // node:dgram cannot observe the TTL of what arrives.
      ...(engine === 'kernel' ? [entry('unanswered', 4, { reason: 'hops', ...hello })] : []),
    ])
  })

  test.each([
    ['discard', ['--mode', 'discard']],
    ['rate', ['--max-rate', '1pps']],
    ['sourceRate', ['--max-rate-per-source', '1pps']],
  ])('one line for what is not answered because of %s', async (reason, flags) => {
    const start = Date.now()
    await using server = await startServe(
      ['-v', '--json', '--engine', engine, '--max-datagrams', '60', ...flags],
      HOSTED,
    )
    const [[address, port] = []] = await sendFrom(server, ['127.0.0.8', 0, 0, HELLO, 60])
    const datagram = { address, port, kind: 'plain', length: 5 }
    expect(entriesOf(await eventsOf(server), start)).toEqual([
      { event: 'peer', ...datagram },
      { event: 'unanswered', reason, ...datagram },
    ])
  })

  test('what a stop does not wait for has a line without its datagram', async () => {
    await using server = await startServe(['-v', '--engine', engine, '--delay', '1h'], HOSTED)
    const [[address, port] = []] = await sendFrom(server, ['127.0.0.8', 0, 0, HELLO, 2])
    await server.child.waitFor('stdout', /new peer: plain data, 5 B\n/)
    const { stdout } = await server.stop()
    const text = stdout.split('\n').filter(line => line.includes(' not answered '))
    expect(text).toEqual([
      expect.stringMatching(
        new RegExp(`^\\S+Z ${address}:${port} not answered \\(delayed answers at shutdown\\)$`, 'u'),
      ),
    ])
  })

  test.each(engine === 'kernel' ? [1, 2] : [1])(
    'of 400 entries each is printed or counted, with %i threads',
    async workers => {
      const flags = ['-v', '--json', '--engine', engine, '--workers', `${workers}`, '--max-datagrams', '600']
      await using server = await startServe(flags, HOSTED)
      const sources = await sendFrom(server, ['127.0.1.*', 0, 0, REPLY, 3])
      const all = await eventsOf(server)
      expect(countsOf(all)).toEqual({ peers: 200, unanswered: 200 })
      const printed = all.filter(({ event }) => event === 'peer').map(({ address, port }) => `${address}:${port}`)
      expect(new Set(printed).size).toBe(printed.length)
      expect(new Set(sources.map(([address, port]) => `${address}:${port}`))).toContainEqual(printed[0])
      expect(all.at(-1)).toMatchObject({ event: 'summary', received: 600, dropped: { kind: 600 } })
      // All of them would take twenty seconds.
      expect(all.some(({ event }) => event === 'more')).toBe(true)
    },
  )

  test('a peer that was evicted from a small table is new again', async () => {
    await using server = await startServe(
      ['-v', '--json', '--engine', engine, '--max-peers', '1', '--max-datagrams', '6'],
      HOSTED,
    )
    const alternating = [8, 9, 8, 9, 8, 9].map((n): Source => [`127.0.0.${n}`, 30_000 + n, 0, HELLO, 1])
    await sendFrom(server, ...alternating)
    expect(countsOf(await eventsOf(server))).toEqual({ peers: 6, unanswered: 0 })
  })

  test('in words the number of lines that are not shown comes at the end', async () => {
    await using server = await startServe(['-v', '--engine', engine, '--max-datagrams', '200'], HOSTED)
    await sendFrom(server, ['127.0.1.*', 0, 0, HELLO, 1])
    const { stdout } = await server.child.finished
    const hidden = Array.from(stdout.matchAll(/^… (\d+) more lines? not shown$/gmu), ([, count]) => Number(count))
    const shown = stdout.match(/^\S+Z 127\.0\.1\.\d+:\d+ new peer: plain data, 5 B$/gmu)?.length ?? 0
    expect(shown + hidden.reduce((sum, count) => sum + count, 0)).toBe(200)
    expect(hidden.length).toBeGreaterThan(0)
  })
})

test('without -v there is no log', async () => {
  await using server = await startServe(['--json', '--max-datagrams', '1'], HOSTED)
  await sendFrom(server, ['127.0.0.8', 0, 0, HELLO, 1])
  expect((await eventsOf(server)).map(({ event }) => event)).toEqual(['listening', 'summary'])
})

test('many datagrams of one peer have one line', async () => {
  await using server = await startServe(['-v', '--json', '--max-datagrams', '200'], HOSTED)
  await sendFrom(server, ['127.0.0.8', 0, 0, HELLO, 200])
  expect((await eventsOf(server)).map(({ event }) => event)).toEqual(['listening', 'peer', 'summary'])
})
