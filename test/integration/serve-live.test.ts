import { describe, expect, onTestFinished, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { ROOT } from '../helpers/child.ts'
import { runPeer } from '../helpers/peers.ts'
import { PtyScreen, type PtyOptions } from '../helpers/pty-screen.ts'
import { HOSTED, runHosted, startServe } from '../helpers/udptool.ts'

const ENGINES = (await builtKernelEngine()) === undefined ? ['dgram'] : ['kernel', 'dgram']

interface CountedPeer {
  readonly port: number
  readonly sent: number
}

interface LiveServer {
  readonly screen: PtyScreen
  /** Peers that send these numbers of datagrams to it and wait for the answers. */
  readonly send: (...counts: readonly number[]) => Promise<readonly CountedPeer[]>
}

async function startLive(args: readonly string[] = [], options: PtyOptions = {}): Promise<LiveServer> {
  const program = [process.execPath, `${ROOT}bin/udptool.js`]
  const screen = new PtyScreen([...program, 'serve', '--port', '0', '--live', ...args], { rows: 40, ...options })
  // A test that fails leaves no server behind.
  onTestFinished(() => screen.signal('TERM'))
  await screen.untilLine(/^running for/)
  const line = screen.lines[0] ?? ''
  const port = /127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? ''
  return {
    screen,
    async send(...counts) {
      const args = ['127.0.0.1', port, ...counts.map(String)]
      return (await runPeer<{ peers: CountedPeer[] }>('counted_peers', args)).peers
    },
  }
}

/** The rows of the peers: port, received, answered. */
function peerRows({ lines }: PtyScreen): number[][] {
  return lines.flatMap(line => {
    const [, ...numbers] = /^ {2}127\.0\.0\.1:(\d+) +(\d+) +(\d+) /.exec(line) ?? []
    return numbers.length === 0 ? [] : [numbers.map(Number)]
  })
}

/** The total of a row of the tables. */
function total({ lines }: PtyScreen, name: string): number | undefined {
  const found = lines.map(line => new RegExp(`(?:^| )  ${name} +\\S+ +(\\d+)(?: |$)`).exec(line)?.[1])
  const text = found.find(one => one !== undefined)
  return text === undefined ? undefined : Number(text)
}

describe.each(ENGINES)('serve --live, engine %s', engine => {
  test('shows the ten busiest peers and what was received, as the peers know it, and ends with the summary', async () => {
    const { screen, send } = await startLive(['--engine', engine])
    expect(screen.model.isAlternate).toBe(true)
    expect(await screen.modes()).toEqual({ canonical: false, echo: false })
    const peers = await send(3, 40, 1, 17, 9, 28, 5, 2, 33, 12, 21, 7)
    const sent = peers.reduce((sum, peer) => sum + peer.sent, 0)
    await screen.until(shown => total(shown, 'all') === sent && total(shown, 'answered') === sent, 'not all counted')
    expect(total(screen, 'plain data')).toBe(sent)
    const busiest = peers.toSorted((a, b) => b.sent - a.sent).slice(0, 10)
    const expected = busiest.map(peer => [peer.port, peer.sent, peer.sent])
    await screen.until(shown => peerRows(shown).join() === expected.join(), `not ${expected.join(' ')}`)
    expect(screen.lines).toContain('busiest peers 10 of 12 peers in the table')
    screen.type('q')
    expect(await screen.untilEnd()).toBe(0)
    expect(screen.model.isAlternate).toBe(false)
    expect(screen.lines.join('\n')).toMatch(
      new RegExp(
        `^listening udp4 127.0.0.1:\\d+ mode=upper engine=${engine}\nreceived ${sent} datagrams .* 12 peers\n`,
      ),
    )
  })

  test('a frozen display does not change, the server answers, and then it shows the present', async () => {
    const { screen, send } = await startLive(['--engine', engine])
    await send(4)
    // Peers are looked for later than datagrams are counted.
    await screen.until(shown => total(shown, 'all') === 4 && peerRows(shown).length === 1, 'not 4 of one peer')
    screen.type('p')
    await screen.untilLine(/frozen at \d\d:\d\d:\d\d: the server runs on/)
    const [more] = await send(5)
    expect(more?.sent).toBeGreaterThanOrEqual(5)
    const clock = ({ lines }: PtyScreen): string => /\d\d:\d\d:\d\d$/.exec(lines[0] ?? '')?.[0] ?? ''
    // It is drawn every second or more often.
    for (const _ of [1, 2]) {
      const before = clock(screen)
      await screen.until(shown => clock(shown) !== '' && clock(shown) !== before, 'the clock stands still')
    }
    expect(total(screen, 'all')).toBe(4)
    expect(peerRows(screen)).toHaveLength(1)
    screen.type('p')
    await screen.until(shown => total(shown, 'all') === 4 + (more?.sent ?? 0), 'not the present')
    await screen.untilLine(/^running for/)
  })
})

test('s sorts by rate, by the last datagram, and by all datagrams again', async () => {
  const { screen } = await startLive()
  for (const heading of ['received', 'per second', 'last seen', 'received']) {
    await screen.untilLine(new RegExp(`▼${heading}`))
    expect(screen.lines.at(-1)).toContain(`sort peers: ${heading}`)
    screen.type('s')
  }
})

test('with -v it shows the lines about peers', async () => {
  const { screen, send } = await startLive(['-v', '--mode', 'discard'])
  void send(1).catch(() => {})
  await screen.untilLine(/127\.0\.0\.1:\d+ new peer: plain data, 8 B/)
  await screen.untilLine(/not answered \(discarded on purpose\): plain data, 8 B/)
  await screen.until(shown => (total(shown, 'discarded') ?? 0) > 0, 'no count of what was discarded')
})

test.each(['Ctrl-C', 'SIGTERM', 'SIGINT'])('%s ends the server with the summary on a restored terminal', async how => {
  const { screen, send } = await startLive()
  await send(2)
  if (how === 'Ctrl-C') screen.type('\u0003')
  else screen.signal(how === 'SIGTERM' ? 'TERM' : 'INT')
  expect(await screen.untilEnd()).toBe(0)
  expect(screen.model.isAlternate).toBe(false)
  expect(screen.lines.join('\n')).toMatch(/received 2 datagrams \(16 B\) from 1 peer\n/)
})

test('after a resize it uses the new size', async () => {
  const { screen } = await startLive()
  await screen.untilLine(/^received .* fates /)
  screen.resize(60, 30)
  await screen.untilLine(/^fates /)
  await screen.until(({ lines }) => lines[29]?.startsWith('q quit'), 'no keys in the last row')
  screen.resize(160, 45)
  await screen.untilLine(/^received .* fates /)
  await screen.until(({ lines }) => lines[44]?.startsWith('q quit'), 'no keys in the last row')
})

test('the server ends by itself as without --live', async () => {
  const { screen, send } = await startLive(['--max-datagrams', '3'])
  await send(3)
  expect(await screen.untilEnd()).toBe(0)
  expect(screen.lines.join('\n')).toMatch(/received 3 datagrams/)
})

const NOTE = /^udptool: no live view \(.*\): printing counters every 50ms \(--stats-interval\)\n$/

describe('without a terminal', () => {
  test('a line says so, and the counters are printed at intervals', async () => {
    await using server = await startServe(['--live', '--stats-interval', '50ms'], HOSTED)
    await server.child.waitFor('stdout', /Z received 0, replied 0, dropped 0\n/)
    const { stdout, stderr } = await server.stop()
    expect(stderr).toMatch(NOTE)
    expect(stdout).toMatch(/^listening .*\n(?:\S+Z received 0, replied 0, dropped 0\n)+received 0 datagrams/)
  })

  test('a terminal that cannot move its cursor gets no escape sequences', async () => {
    const program = [process.execPath, `${ROOT}bin/udptool.js`]
    const screen = new PtyScreen([...program, 'serve', '--port', '0', '--live', '--stats-interval', '50ms'], {
      term: 'dumb',
    })
    await screen.untilLine(/Z received 0, replied 0, dropped 0/)
    screen.signal('TERM')
    expect(await screen.untilEnd()).toBe(0)
    expect(screen.output).not.toContain('\u001B')
    expect(screen.output).toMatch(/no live view [^]*listening [^]*received 0, replied 0, dropped 0[^]*replied {2}0/)
  })

  test.each(['--json', '--quiet'])('%s is a mistake', async flag => {
    const { code, stderr } = await runHosted(['serve', '--port', '0', '--live', flag])
    expect(code).toBe(2)
    expect(stderr).toContain(`--live and ${flag} exclude each other`)
  })
})
