import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT, start } from '../helpers/child.ts'
import { runClient, startEcho } from '../helpers/peers.ts'
import { relayEvents, startRelayCommand } from '../helpers/relay-command.ts'
import { NO_COUNTS } from '../helpers/relay-counts.ts'
import { closedPort, requireIpv6, requireTool, temporaryFolder, untilGone, untilUdpSockets } from '../helpers/tools.ts'
import { HOSTED, runHosted, startServe } from '../helpers/udptool.ts'
import { AT } from '../helpers/local-time.ts'

describe('a relay starts', () => {
  test('and prints one ready line, with the port that it wrote to --port-file', async () => {
    const file = join(temporaryFolder(), 'port')
    await using echo = await startEcho()
    await using relay = await startRelayCommand(echo.at, ['--seed', '7', '--port-file', file])
    expect(relay.ready).toBe(`listening udp4 127.0.0.1:${relay.port} to=${echo.at} seed=7 engine=dgram`)
    expect(relay.child.stdout).toBe(`${relay.ready}\n`)
    expect(readFileSync(file, 'utf8')).toBe(`${relay.port}\n`)
    expect(await runClient(relay.at, '--sizes', '0,1,1472,65507', '--all-bytes')).toMatchObject({ right: 5, wrong: [] })
  })

  test('and chooses a seed if none is given, and records it', async () => {
    await using relay = await startRelayCommand('127.0.0.1:9', [], HOSTED)
    const [, seed] = / seed=(\d+) /.exec(relay.ready) ?? []
    expect((await relay.stop()).truth.seed).toBe(seed)
  })
})

describe('a relay ends', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('with exit 0, a summary and its record on %s', async signal => {
    await using echo = await startEcho()
    await using relay = await startRelayCommand(echo.at, ['--seed', '1', '--down', 'delay=2ms'])
    await runClient(relay.at, '--sizes', '5,50,500')
    const { code, signal: killed, stdout, stderr, truth } = await relay.stop(signal)
    expect([code, killed, stderr]).toEqual([0, null, ''])
    expect(stdout).toBe(
      `${relay.ready}\nclients  1\nup       3 seen, 3 forwarded\ndown     3 seen, 3 forwarded, 3 delayed\n`,
    )
    const [client = ''] = Object.keys(truth.others)
    expect(client).toMatch(/^127\.0\.0\.1:\d+$/)
    expect(truth).toEqual({
      schema: 'udptool/relay/1',
      seed: '1',
      up: { ...NO_COUNTS, seen: 3, forwarded: 3, kernelDropped: 0 },
      down: { ...NO_COUNTS, seen: 3, forwarded: 3, delayed: 3, kernelDropped: 0 },
      receipts: { up: NO_COUNTS, down: NO_COUNTS },
      clients: 1,
      runs: {},
      others: { [client]: { 'down 0': ['down:delayed'], 'down 1': ['down:delayed'], 'down 2': ['down:delayed'] } },
    })
  })

  test('and counts datagrams that still wait as abandoned', async () => {
    await using echo = await startEcho()
    await using relay = await startRelayCommand(
      echo.at,
      ['--up', 'delay=30s', '--json', '--stats-interval', '50ms'],
      HOSTED,
    )
    await runClient(relay.at, '--clients', '3', '--sizes', '10', '--timeout', '0.1')
    await relay.child.waitFor('stdout', /"seen":3/)
    const { code, truth } = await relay.stop()
    expect(code).toBe(0)
    expect(truth.up).toMatchObject({ seen: 3, forwarded: 0, delayed: 3, abandoned: 3 })
    expect((await echo.stop()).received).toBe(0)
  })

  test('after --duration', async () => {
    await using relay = await startRelayCommand('127.0.0.1:9', ['--duration', '200ms', '--quiet'])
    const { code, stdout } = await relay.child.finished
    expect([code, stdout]).toEqual([0, `${relay.ready}\n`])
  })

  test('with its parent, with --exit-with-parent', async () => {
    const script = '"$@" & echo "pid $!" >&2; wait'
    const relay = [process.execPath, `${ROOT}bin/udptool.js`, 'relay', '--port', '0', '--exit-with-parent']
    const parent = start('sh', ['-c', script, 'sh', ...relay])
    const [, pid = ''] = await parent.waitFor('stderr', /pid (\d+)\n/)
    await parent.waitFor('stdout', /^listening .*\n/)
    parent.signal('SIGKILL')
    await untilGone(Number(pid))
    expect(Number(pid)).toBeGreaterThan(1)
  })
})

test('--json: one event per line', async () => {
  await using echo = await startEcho()
  await using relay = await startRelayCommand(
    echo.at,
    ['--json', '--stats-interval', '50ms', '--up', 'dup=100%'],
    HOSTED,
  )
  await runClient(relay.at, '--sizes', '9', '--clients', '2')
  await relay.child.waitFor('stdout', /"down":\{"seen":4,"forwarded":4/)
  const finished = await relay.stop()
  const [first, ...rest] = relayEvents(finished)
  expect(first).toEqual({
    event: 'listening',
    at: AT,
    family: 'udp4',
    host: '127.0.0.1',
    port: relay.port,
    to: echo.at,
    seed: finished.truth.seed,
    engine: 'dgram',
  })
  const last = rest.pop()
  expect(new Set(rest.map(({ event }) => event))).toEqual(new Set(['stats']))
  expect(rest.at(-1)).toMatchObject({ up: { seen: 2, forwarded: 4, duplicated: 2 }, clients: 2 })
  const { up, down, receipts, clients } = finished.truth
  expect(last).toEqual({ event: 'summary', at: AT, up, down, receipts, clients })
})

describe('many clients', () => {
  test('each has its own socket to the server, and gets its own replies', async () => {
    await using echo = await startEcho('--verify-probes')
    await using relay = await startRelayCommand(echo.at, [], HOSTED)
    const senders = [1, 2, 3].map(async () => {
      const args = [
        'send',
        '--to',
        relay.at,
        '--clients',
        '5',
        '--count',
        '20',
        '--interval',
        '5ms',
        '--timeout',
        '20s',
        '--json',
      ]
      return (await runHosted(args)).json()
    })
    const plain = await runClient(relay.at, '--clients', '30', '--sizes', '1,200,1472', '--rounds', '3')
    const results = await Promise.all(senders)
    expect(plain).toMatchObject({ right: 270, missing: 0, wrong: [] })
    for (const { ledger } of results)
      expect(ledger).toMatchObject({ fates: { intact: 100 }, foreign: 0, unidentified: 0 })
    const { truth } = await relay.stop()
    const served = await echo.stop()
    expect(truth.clients).toBe(45)
    expect(Object.keys(served.peers)).toHaveLength(45)
    expect(Object.values(served.peers).toSorted((a, b) => a - b)).toEqual([
      ...Array.from({ length: 30 }, () => 9),
      ...Array.from({ length: 15 }, () => 20),
    ])
    expect(Object.keys(truth.runs).toSorted()).toEqual(Object.keys(served.probes.sequences).toSorted())
    expect([truth.up.seen, truth.up.forwarded, truth.down.forwarded]).toEqual([570, 570, 570])
  })

  test('beyond --max-clients the client that was idle longest is evicted', async () => {
    await using echo = await startEcho()
    await using relay = await startRelayCommand(echo.at, ['--max-clients', '2'], HOSTED)
    for (let n = 0; n < 5; n++) expect(await runClient(relay.at, '--sizes', '7,8')).toMatchObject({ right: 2 })
    const { truth, stdout } = await relay.stop()
    expect(truth).toMatchObject({ clients: 5, clientsEvicted: 3, up: { seen: 10, forwarded: 10 } })
    expect(stdout).toContain('evicted  3 clients to make room for others: raise --max-clients\n')
    expect(Object.keys((await echo.stop()).peers)).toHaveLength(5)
  })

  test('a client that is idle for --idle is removed with its socket, and counts as another one when it returns', async () => {
    await using echo = await startEcho()
    await using relay = await startRelayCommand(echo.at, ['--idle', '3s'], HOSTED)
    const { ports } = await runClient(relay.at, '--sizes', '7', '--clients', '4')
    await untilUdpSockets(relay.child.pid, 1)
    const again = ['--bind-port', `${ports[0] ?? 0}`]
    expect(await runClient(relay.at, '--sizes', '8', ...again)).toMatchObject({ right: 1, ports: [ports[0]] })
    expect((await relay.stop()).truth).toMatchObject({ clients: 5, up: { seen: 5, forwarded: 5 } })
    expect(Object.keys((await echo.stop()).peers)).toHaveLength(5)
  })
})

describe('traffic that is not udptool’s', () => {
  test('is impaired and recorded by client, direction and number', async () => {
    await using echo = await startEcho('--keep', '9')
    await using relay = await startRelayCommand(echo.at, ['--up', 'truncate=3@100%', '--down', 'delay=1ms'], HOSTED)
    const client = await runClient(relay.at, '--text', 'hello', '--text', 'ab', '--text', 'world', '--cut', '3')
    expect(client).toMatchObject({ right: 3, wrong: [] })
    const { truth } = await relay.stop()
    const delayed = ['down:delayed']
    expect(truth.others).toEqual({
      [`127.0.0.1:${client.ports[0] ?? 0}`]: {
        'up 0': ['up:truncated'],
        'up 2': ['up:truncated'],
        'down 0': delayed,
        'down 1': delayed,
        'down 2': delayed,
      },
    })
    expect((await echo.stop()).kept).toEqual(['hel', 'ab', 'wor'].map(text => Buffer.from(text).toString('hex')))
  })

  test.skipIf(!requireTool('ncat'))('of ncat', async () => {
    await using server = await startServe([], HOSTED)
    await using relay = await startRelayCommand(server.at, [
      '--up',
      'drop=every:2',
      '--json',
      '--stats-interval',
      '50ms',
    ])
    const ncat = start('ncat', ['-u', '127.0.0.1', `${relay.port}`], { stdin: 'socket' })
    ncat.write('one\n')
    await ncat.waitFor('stdout', /^ONE\n$/)
    ncat.write('two\n')
    await relay.child.waitFor('stdout', /"up":\{"seen":2,/)
    const { truth } = await relay.stop()
    expect(truth.up).toMatchObject({ seen: 2, dropped: 1, forwarded: 1 })
    expect(Object.values(truth.others)).toEqual([{ 'up 1': ['up:dropped'] }])
  })
})

test('a closed port of the server: each ICMP error is counted', async () => {
  const port = await closedPort()
  await using relay = await startRelayCommand(`127.0.0.1:${port}`, ['--stats-interval', '50ms'], HOSTED)
  await runClient(relay.at, '--sizes', '5', '--clients', '3', '--timeout', '0.1')
  // On loopback an ICMP error is there when its datagram is sent; between two such lines the relay has read its sockets.
  await relay.child.waitFor('stdout', /(?: up 3 seen[^\n]*\n[^]*){2}/)
  const { truth, stdout } = await relay.stop()
  expect(truth).toMatchObject({ clients: 3, unreachable: 3, up: { seen: 3, forwarded: 3, refused: 0 } })
  expect(stdout).toContain("closed   3 ICMP errors from the server's host: nothing listens there\n")
})

describe.skipIf(!requireIpv6())('both families', () => {
  test.each([
    ['::1', '[::1]:0', 'udp6'],
    ['127.0.0.1', '[::1]:0', 'udp6'],
    ['::1', '127.0.0.1:0', 'udp4'],
  ])('a server on %s behind a relay on %s', async (host, listen, family) => {
    await using echo = await startEcho('--host', host)
    await using relay = await startRelayCommand(echo.at, ['--listen', listen], HOSTED)
    expect(relay.ready).toContain(`listening ${family} ${relay.at} to=${echo.at} `)
    expect(await runClient(relay.at, '--sizes', '0,1472,9000', '--clients', '3')).toMatchObject({ right: 9, wrong: [] })
    const { truth } = await relay.stop()
    expect(truth).toMatchObject({ clients: 3, up: { seen: 9, forwarded: 9, kernelDropped: 0 } })
  })

  test('over IPv6 the headers of a packet have 48 bytes', async () => {
    await using echo = await startEcho('--host', '::1')
    await using relay = await startRelayCommand(echo.at, ['--up', 'mtu=1500', '--stats-interval', '50ms'], HOSTED)
    await runClient(relay.at, '--sizes', '1452', '--clients', '2')
    await runClient(relay.at, '--sizes', '1453', '--timeout', '0.1')
    await relay.child.waitFor('stdout', / up 3 seen/)
    expect((await relay.stop()).truth.up).toMatchObject({ seen: 3, forwarded: 2, dropped: 1 })
  })
})
