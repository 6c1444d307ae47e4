import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { documentedEvents, eventsIn } from '../helpers/documented-events.ts'
import { startEcho } from '../helpers/peers.ts'
import { startRelay, type RelayTruth } from '../helpers/relay.ts'
import { shell } from '../helpers/shell.ts'
import { closedPort, temporaryFolder } from '../helpers/tools.ts'
import { HOSTED, runHosted, startServe, startUdptool, udptool } from '../helpers/udptool.ts'
import { changesIn, summaryOf } from '../helpers/watch.ts'

const ENGINES = (await builtKernelEngine()) === undefined ? ['dgram'] : ['kernel', 'dgram']

/** A timeout that no reply misses, however busy the machine is, and lines often enough to follow. */
const CALM = ['--timeout', '10s', '--report-interval', '200ms'] as const

/** At least 200 probes of a target were sent. */
const MANY = /"scheduled":(?:[2-9]\d\d|\d{4,}),/u

/** Whether each probe got a reply, in the order in which the relay saw them. `output`: its record; a parsed object would not keep the order of runs. */
function repliesIn({ runs }: RelayTruth, output: string): readonly boolean[] {
  const order = Array.from(output.matchAll(/"([0-9A-F]{8})": \{"order"/gu), ([, run = '']) => run)
  expect(order.toSorted()).toEqual(Object.keys(runs).toSorted())
  return order.flatMap(run =>
    Object.entries(runs[run]?.probes ?? {})
      .toSorted(([one], [other]) => Number(one) - Number(other))
      .map(([, { delivered }]) => delivered.length > 0),
  )
}

describe.each(ENGINES)('watch on the %s engine', engine => {
  const own = ['--engine', engine] as const

  test('strip, window and ledger are those of a relay that drops every fifth probe', async () => {
    await using server = await startServe([], HOSTED)
    await using relay = await startRelay(server.at, '--up', 'drop=every:5')
    const args = ['watch', relay.at, '-i', '25ms', '--json', '-v', ...CALM, ...own]
    const watch = startUdptool(args)
    await watch.waitFor('stdout', MANY)
    watch.signal('SIGINT')
    const finished = await watch.finished
    const truth = await relay.stop()
    const { up } = truth
    const [target] = summaryOf(finished)
    expect(finished.code).toBe(0)
    expect(target?.ledger).toMatchObject({
      scheduled: up.seen,
      fates: { intact: up.forwarded, lostForward: up.dropped },
    })
    expect(up.dropped).toBe(Math.floor(up.seen / 5))
    expect(target?.sinceStart).toMatchObject({ settled: up.seen, lost: up.dropped })
    // The run is shorter than a minute, unless the machine stood still.
    if (target?.minute.settled === up.seen) expect(target.minute.lost).toBe(up.dropped)
    const sent = target?.strip?.filter(({ state }) => state !== 'missed').map(({ state }) => state) ?? []
    const expected = repliesIn(truth, relay.child.stdout).map(isReply => (isReply ? 'intact' : 'lostForward'))
    expect(sent.length).toBeGreaterThan(50)
    expect(sent).toEqual(expected.slice(-sent.length))
  })

  test('a target that goes away and comes back', async () => {
    const port = await closedPort()
    const args = ['watch', `127.0.0.1:${port}`, '-i', '20ms', '--json', ...CALM, ...own]
    const watch = startUdptool(args)
    await watch.waitFor('stdout', /"kind":"outageBegan"/u)
    const first = await startEcho('--port', String(port))
    await watch.waitFor('stdout', /"kind":"outageEnded"/u)
    const before = await first.stop()
    await watch.waitFor('stdout', /"kind":"outageBegan"[^]*"kind":"outageEnded"[^]*"kind":"outageBegan"/u)
    await using second = await startEcho('--port', String(port))
    await watch.waitFor('stdout', /(?:"kind":"outageBegan"[^]*"kind":"outageEnded"[^]*){2}/u)
    watch.signal('SIGINT')
    const finished = await watch.finished
    const after = await second.stop()
    const [target] = summaryOf(finished)
    const { intact = 0, ...lost } = target?.ledger.fates ?? {}
    expect(finished.code).toBe(0)
    expect(intact).toBe(before.received + after.received)
    expect(Object.values(lost).reduce((sum, count) => sum + count, 0)).toBe(target?.sinceStart.lost)
    expect(changesIn(finished.stdout).map(({ kind }) => kind)).toContain('icmp')
  })

  test('flows have a source port each, and all add up', async () => {
    await using echo = await startEcho()
    // Ports that neither the kernel nor another test chooses.
    const ports = engine === 'kernel' ? '23101-23103' : '23111..23113'
    const args = ['watch', echo.at, '-i', '50ms', '--source-ports', ports, '--json', ...CALM, ...own]
    const watch = startUdptool(args)
    await watch.waitFor('stdout', /"scheduled":(?:[3-9]\d|\d{3,}),/u)
    watch.signal('SIGINT')
    const finished = await watch.finished
    const { peers, received } = await echo.stop()
    const [target] = summaryOf(finished)
    expect(finished.code).toBe(0)
    expect(target?.ledger.scheduled).toBe(received)
    const flows = target?.flows?.map(({ port, ledger }) => [port, ledger.scheduled]) ?? []
    const first = Number(ports.slice(0, 5))
    expect(flows.map(([port]) => port)).toEqual([first, first + 1, first + 2])
    expect(Object.fromEntries(flows)).toEqual(peers)
  })

  test('a suspended process misses slots and loses nothing', async () => {
    await using echo = await startEcho()
    const args = ['watch', echo.at, '-i', '100ms', '--json', ...CALM, ...own]
    const watch = startUdptool(args)
    await watch.waitFor('stdout', /"scheduled":\d+,/u)
    watch.signal('SIGSTOP')
    await sleep(5000)
    watch.signal('SIGCONT')
    await watch.waitFor('stdout', /"kind":"suspended"/u)
    watch.signal('SIGINT')
    const finished = await watch.finished
    const [target] = summaryOf(finished)
    expect(target?.ledger.scheduled).toBe((await echo.stop()).received)
    expect(target?.sinceStart.lost).toBe(0)
    // It was stopped for 5 s, so at least 4 s of slots are missing.
    expect(target?.ledger.missed).toBeGreaterThanOrEqual(40)
    expect(finished.code).toBe(0)
  })
})

describe('lines without a terminal', () => {
  test('the target, its figures and events, and the ledger at the end', async () => {
    await using echo = await startEcho()
    const dead = `127.0.0.1:${await closedPort()}`
    const watch = startUdptool(['watch', echo.at, dead, '-i', '50ms', ...CALM])
    await watch.waitFor('stdout', /outage began at/u)
    await watch.waitFor('stdout', / sent · loss 0% .* · rtt p50 /u)
    watch.signal('SIGINT')
    const { stdout, code } = await watch.finished
    expect(code).toBe(1)
    expect(stdout).toMatch(/^WATCH 2 targets, (?:kernel|dgram) engine\n/u)
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d`
    expect(stdout).toMatch(new RegExp(`^${time} ${echo.at}: \\d+ sent · loss 0%`, 'mu'))
    expect(stdout).toMatch(new RegExp(`^${time} ${dead}: outage began at \\d\\d:\\d\\d:\\d\\d`, 'mu'))
    const received = String((await echo.stop()).received)
    expect(stdout).toMatch(new RegExp(`^  ${echo.at} +${received} +0% .* ${received} intact`, 'mu'))
    expect(stdout).toMatch(new RegExp(`^  ${dead} +\\d+ +100% .* 0 intact, \\d+ unreachable`, 'mu'))
  })

  test('-q prints only the end, and --duration ends it', async () => {
    await using echo = await startEcho()
    const { stdout, code } = await runHosted(['watch', echo.at, '-i', '50ms', '--duration', '500ms', '-q', ...CALM])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^1 target in /u)
    expect(stdout).toMatch(/intact/u)
  })

  test('SIGTERM ends it with its own status, and prints the ledger', async () => {
    await using echo = await startEcho()
    const watch = startUdptool(['watch', echo.at, '-i', '50ms', ...CALM])
    await watch.waitFor('stdout', / sent /u)
    watch.signal('SIGTERM')
    const { stdout, code } = await watch.finished
    expect(code).toBe(143)
    expect(stdout).toMatch(/intact/u)
  })

  test('a reader that closes standard output ends it', async () => {
    await using echo = await startEcho()
    const { stdout } = await shell(`U watch ${echo.at} -i 50ms ${CALM.join(' ')} | head -2`)
    expect(stdout).toMatch(/^WATCH /u)
  })
})

test('targets of a file, with their modules and labels', async () => {
  await using echo = await startEcho()
  const file = join(temporaryFolder(), 'targets.yaml')
  writeFileSync(
    file,
    `buckets: [0.001, 1]
modules:
  small: { size: 64, interval: 50ms }
  big: { size: 4000 }
  path: { run: mtu }
groups:
  - { module: [small, path, big], targets: ['${echo.at}'], labels: { site: fra } }
probe: { modules: [path] }
`,
  )
  const { stdout, stderr, code } = await runHosted([
    'watch',
    '--config.file',
    file,
    '--duration',
    '1s',
    '--json',
    ...CALM.slice(2),
  ])
  const { sizes } = await echo.stop()
  const targets = summaryOf({ stdout })
  expect(code).toBe(0)
  expect(stderr).toContain('udptool: without 1 module that is a search, for udptool exporter: path\n')
  expect(targets.map(({ module, labels }) => [module, labels])).toEqual([
    ['small', { site: 'fra' }],
    ['big', { site: 'fra' }],
  ])
  expect(targets.map(({ ledger }) => ledger.scheduled)).toEqual([sizes['64'], sizes['4000']])
})

test.each<[string, readonly string[], RegExp]>([
  ['no target', [], /watch needs a target/u],
  ['an interval below the least', ['a', '-i', '1ms'], /the least is 10ms/u],
  ['a target twice', ['a', 'a:9000'], /a:9000 is there twice/u],
  ['a file that is not there', ['--config.file', 'no/such.yaml'], /cannot read the configuration file no\/such\.yaml/u],
  ['a page for everyone', ['a', '--web', '0.0.0.0:0'], /needs --public/u],
])('%s is exit 2', async (_, args, message) => {
  const { code, stderr, stdout } = await runHosted(['watch', ...args])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(message)
})

test('a mistake in a file is shown at its place', async () => {
  const file = join(temporaryFolder(), 'targets.yaml')
  writeFileSync(file, 'groups:\n  - target: [a]\n')
  const { code, stderr } = await runHosted(['watch', '--config.file', file])
  expect(code).toBe(2)
  expect(stderr).toMatch(/targets\.yaml:2:5: /u)
})

describe('the page', () => {
  test('a line says where it is, a file has its port, and a second server on the port is exit 3', async () => {
    await using echo = await startEcho()
    const file = join(temporaryFolder(), 'port')
    const watch = startUdptool([
      'watch',
      echo.at,
      '-i',
      '50ms',
      '--json',
      '--web',
      '127.0.0.1:0',
      '--port-file',
      file,
      ...CALM,
    ])
    await watch.waitFor('stdout', /"event":"listening"[^]*\n/u)
    const [listening] = eventsIn(watch.stdout.slice(0, watch.stdout.lastIndexOf('\n')))
    const port = Number(listening?.['port'])
    expect(readFileSync(file, 'utf8')).toBe(`${port}\n`)
    expect(listening).toMatchObject({ protocol: 'http', host: '127.0.0.1', targets: 1 })
    const response = await fetch(`http://127.0.0.1:${port}/targets`)
    expect(await response.json()).toMatchObject({ targets: [{ target: echo.at, module: 'default' }] })
    const other = await udptool(['watch', echo.at, '--web', `127.0.0.1:${port}`])
    expect(other.code).toBe(3)
    expect(other.stderr).toMatch(/--web 127\.0\.0\.1:0/u)
    watch.signal('SIGINT')
    const finished = await watch.finished
    expect(finished.code).toBe(0)
    summaryOf(finished)
  })
})

test('every field of an event has a type on the page', () => {
  const { events, types } = documentedEvents('watch.md')
  expect([...events.keys()].toSorted()).toEqual(['change', 'interval', 'listening', 'start', 'summary'])
  for (const { required, optional } of events.values())
    for (const name of [...required, ...optional]) expect([...types.keys()]).toContain(name)
})
