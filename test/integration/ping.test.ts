import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { ResultDocument } from '../helpers/document.ts'
import { LOCAL_TIME } from '../helpers/local-time.ts'
import { startEcho } from '../helpers/peers.ts'
import { shell } from '../helpers/shell.ts'
import { closedPort, requireIpv6 } from '../helpers/tools.ts'
import { runHosted, startUdptool, udptool } from '../helpers/udptool.ts'

/** A timeout that no reply misses, however busy the machine is. */
const LONG_TIMEOUT = ['-W', '20'] as const

interface PingEvent {
  readonly event: string
  readonly seq?: number
  readonly fate?: string
  readonly rttMs?: number
  readonly from?: string
  readonly bytes?: number
  readonly ttl?: number
  readonly at?: string
  readonly result?: ResultDocument
}

function eventsOf(stdout: string): readonly PingEvent[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as PingEvent)
}

describe.each(['kernel', 'dgram'])('on the %s engine', engine => {
  test('prints a line for each probe to a Python server, and the ledger at the end', async () => {
    await using echo = await startEcho()
    const { code, stdout } = await udptool([
      'ping',
      echo.at,
      '-c',
      '3',
      '-i',
      '0.02',
      ...LONG_TIMEOUT,
      '--engine',
      engine,
    ])
    const [header, ...lines] = stdout.split('\n')
    expect(code).toBe(0)
    expect(header).toBe(`PING ${echo.at} (127.0.0.1) 128 bytes`)
    for (const seq of [0, 1, 2])
      expect(lines[seq]).toMatch(
        new RegExp(
          `^128 bytes from ${echo.at}: seq=${seq} time=[\\d.]+ [mµ]?s${engine === 'kernel' ? ' ttl=64' : ''}$`,
          'u',
        ),
      )
    expect(stdout).toContain('= 3 scheduled')
    expect(await echo.stop()).toMatchObject({ received: 3 })
  })

  test.each([
    ['IPv4', '127.0.0.1'],
    ['IPv6', '::1'],
  ])(
    'the TTL that a Python server sets on its replies over %s, if the engine can observe it',
    async (version, host) => {
      if (version === 'IPv6' && !requireIpv6()) return
      await using echo = await startEcho('--host', host, '--ttl', '57')
      const args = ['ping', echo.at, '-c', '2', '-i', '0.02', ...LONG_TIMEOUT, '--engine', engine]
      const [words, json] = [await runHosted(args), await runHosted([...args, '--json'])]
      const lines = words.stdout.split('\n').filter(line => line.includes(' bytes from '))
      const probes = eventsOf(json.stdout).filter(({ event }) => event === 'probe')
      // node:dgram cannot observe it.
      const ttls = engine === 'kernel' ? ['57', '57'] : [undefined, undefined]
      expect(lines.map(line => / time=\S+ .?s(?: ttl=(\d+))?$/u.exec(line)?.[1])).toEqual(ttls)
      expect(probes.map(({ ttl }) => ttl)).toEqual(ttls.map(ttl => (ttl === undefined ? undefined : Number(ttl))))
    },
  )

  test('--json: an event for each probe, with the fates of the ledger', async () => {
    await using echo = await startEcho('--read', '100')
    const { code, stdout } = await udptool([
      'ping',
      echo.at,
      '-c',
      '4',
      '-i',
      '0.02',
      ...LONG_TIMEOUT,
      '--json',
      '--engine',
      engine,
    ])
    const events = eventsOf(stdout)
    const [start, ...rest] = events
    const summary = rest.at(-1)
    const probes = rest.filter(({ event }) => event === 'probe')
    expect(code).toBe(1)
    expect(start).toMatchObject({ event: 'start', address: '127.0.0.1' })
    expect(probes.map(({ seq, fate, bytes, from }) => ({ seq, fate, bytes, from }))).toEqual(
      [0, 1, 2, 3].map(seq => ({ seq, fate: 'truncated', bytes: 100, from: echo.at })),
    )
    expect(summary?.result).toMatchObject({ command: 'ping', ledger: { scheduled: 4, fates: { truncated: 4 } } })
    expect(events.every(({ at = '' }) => LOCAL_TIME.test(at))).toBe(true)
    expect(await echo.stop()).toMatchObject({ received: 4, bytesReplied: 400 })
  })

  test('Ctrl-C ends it with the status of the run, and every probe has its event', async () => {
    await using echo = await startEcho()
    const ping = startUdptool(['ping', echo.at, '-i', '0.05', ...LONG_TIMEOUT, '--json', '--engine', engine])
    await ping.waitFor('stdout', /"seq":3/u)
    ping.signal('SIGINT')
    const { code, stdout } = await ping.finished
    const events = eventsOf(stdout)
    const probes = events.filter(({ event }) => event === 'probe')
    expect(code).toBe(0)
    expect(events.at(-1)?.result).toMatchObject({ interrupted: false, ledger: { scheduled: probes.length } })
    expect((await echo.stop()).received).toBe(probes.length)
  })
})

test.each([
  ['-c', 'SIGINT', 130],
  ['-w', 'SIGINT', 130],
  ['-c', 'SIGTERM', 143],
] as const)('with %s 100 an early %s is %i', async (flag, signal, status) => {
  await using echo = await startEcho()
  const ping = startUdptool(['ping', echo.at, '-i', '0.05', ...LONG_TIMEOUT, flag, '100'])
  await ping.waitFor('stdout', /seq=1/u)
  ping.signal(signal)
  const { code, stdout } = await ping.finished
  expect(code).toBe(status)
  expect(stdout).toContain('scheduled')
})

test('a closed port: reports the ICMP error, exit 1', async () => {
  const { code, stdout } = await runHosted(['ping', `127.0.0.1:${await closedPort()}`, '-c', '1'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^seq=0 unreachable: port unreachable/mu)
})

test('a silent server: lost after the timeout; -q omits the lines of probes', async () => {
  const silent = createSocket('udp4').bind(0, '127.0.0.1')
  await once(silent, 'listening')
  const args = ['ping', `127.0.0.1:${silent.address().port}`, '-c', '1', '-W', '0.2', '--no-receipts']
  const loud = await runHosted(args)
  const quiet = await runHosted([...args, '-q'])
  silent.close()
  expect([loud.code, quiet.code]).toEqual([1, 1])
  expect(loud.stdout).toMatch(/^PING .+\nseq=0 lost\n\n/u)
  expect(quiet.stdout).not.toMatch(/PING|seq=/u)
  for (const { stdout } of [loud, quiet]) expect(stdout).toContain('= 1 scheduled')
})

test('ends when the reader of its output has closed the pipe', async () => {
  await using echo = await startEcho()
  const { stdout, stderr } = await shell(`U ping ${echo.at} -i 0.02 ${LONG_TIMEOUT.join(' ')} | head -3`)
  expect(stdout.trimEnd().split('\n')).toHaveLength(3)
  expect(stderr).toBe('')
})

test.each([
  [['ping'], 'target', 2],
  [['ping', '127.0.0.1', '-i', 'x'], '--interval', 2],
  [['ping', '127.0.0.1', '--linger', '3'], 'did you mean 3ms or 3s', 2],
  [['ping', '224.0.0.1'], 'multicast', 2],
  [['ping', 'no.such.invalid'], 'no.such.invalid', 3],
])('udptool %j: one line with %s', async (args, meant, status) => {
  const { code, stdout, stderr } = await runHosted(args)
  expect([code, stdout]).toEqual([status, ''])
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(meant)])
})
