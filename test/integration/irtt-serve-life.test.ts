import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startEchoServer } from '../../dist/index.js'
import { startIrttServe } from '../helpers/irtt-clients.ts'
import { runClient, runPeer } from '../helpers/peers.ts'
import { closedPort, takenPort, temporaryFolder } from '../helpers/tools.ts'
import { events, HOSTED, runHosted, startServe, startUdptool, summaryOf } from '../helpers/udptool.ts'

const ENGINES = ['kernel', 'dgram'] as const

/** The counts of one server in an event. */
interface Counts {
  readonly received: number
  readonly replied: number
  readonly dropped: Readonly<Record<string, number>>
}

/** A client written from the page makes a session, and sends one more datagram that has no answer. */
async function useIrtt(port: number): Promise<void> {
  await runPeer('irtt_session', ['--to', `127.0.0.1:${port}`])
}

test.each(ENGINES)('two ready lines, and the counts of each server apart (%s)', async engine => {
  const file = join(temporaryFolder(), 'port')
  const server = await startIrttServe(['--engine', engine, '--port-file', file], HOSTED)
  expect(server.ready).toBe(`listening udp4 127.0.0.1:${server.port} mode=upper engine=${engine}`)
  expect(server.irttReady).toBe(`listening udp4 127.0.0.1:${server.irttPort} protocol=irtt engine=${engine}`)
  expect(Number(readFileSync(file, 'utf8'))).toBe(server.port)
  expect(await runClient(server.at, '--sizes', '10,20')).toMatchObject({ right: 2, wrong: [] })
  await useIrtt(server.irttPort)
  const { code, stdout } = await server.stop()
  expect(code).toBe(0)
  expect(stdout.split('\n').slice(2)).toEqual([
    'received 2 datagrams (30 B) from 1 peer',
    'replied  2 datagrams (30 B)',
    'irtt:',
    expect.stringMatching(/^ {2}received 4 datagrams \(\d+ B\) from 1 peer$/u),
    expect.stringMatching(/^ {2}replied {2}3 datagrams \(\d+ B\)$/u),
    '  dropped  1 (of a kind that is never answered)',
    '',
  ])
})

test('events of both servers, and with -v their peers', async () => {
  const server = await startIrttServe(['--json', '-v'], HOSTED)
  expect(await runClient(server.at, '--sizes', '10')).toMatchObject({ right: 1 })
  await useIrtt(server.irttPort)
  const finished = await server.stop()
  const all = events(finished) as unknown as readonly Record<string, unknown>[]
  const listening = all.filter(({ event }) => event === 'listening')
  expect(listening).toMatchObject([
    { family: 'udp4', host: '127.0.0.1', port: server.port, mode: 'upper' },
    { family: 'udp4', host: '127.0.0.1', port: server.irttPort, protocol: 'irtt', auth: 'no' },
  ])
  expect(all.filter(({ event }) => event === 'peer').map(({ protocol }) => protocol)).toEqual(
    expect.arrayContaining([undefined, 'irtt']),
  )
  expect(all.filter(({ event }) => event === 'unanswered')).toMatchObject([{ protocol: 'irtt', reason: 'kind' }])
  const summary = summaryOf(finished) as unknown as Counts & { readonly irtt: Counts }
  expect(summary).toMatchObject({ received: 1, replied: 1, dropped: {} })
  expect(summary.irtt).toMatchObject({ received: 4, replied: 3, dropped: { kind: 1 } })
})

test.each(ENGINES)('a port in use is named, and the echo socket is closed again (%s)', async engine => {
  const [free, taken] = [await closedPort(), await takenPort()]
  const args = ['serve', '--port', `${free}`, '--irtt', `${taken}`, '--engine', engine]
  const { code, stdout, stderr } = await runHosted(args)
  expect([code, stdout]).toEqual([3, ''])
  expect(stderr).toContain(`127.0.0.1:${taken}`)
  // Otherwise this server could not bind it.
  await using other = await startServe(['--port', `${free}`], HOSTED)
  expect(other.port).toBe(free)
})

test('exit 2: options that contradict each other', async () => {
  for (const [args, what] of [
    [['--port', '2112', '--irtt'], '2112'],
    [['--irtt', '99999'], '65535'],
    [['--irtt-key-file', 'x'], '--irtt'],
    [['--irtt', '0', '--irtt-key-file', '/nowhere/key'], '/nowhere/key'],
    [['--irtt', '0', '--irtt-max-duration', '0s'], '--irtt-max-duration'],
  ] as const) {
    const { code, stderr } = await runHosted(['serve', ...args])
    expect([code, stderr]).toEqual([2, expect.stringContaining(what)])
  }
})

test('both end with the parent, and after as many datagrams as both received', async () => {
  const child = startUdptool(['serve', '--port', '0', '--irtt', '0', '--exit-with-parent'], { stdin: 'socket' })
  await child.waitFor('stdout', /protocol=irtt.*\n/u)
  child.end()
  expect(await child.finished).toMatchObject({ code: 0, stderr: '' })
  const server = await startIrttServe(['--max-datagrams', '5'], HOSTED)
  await useIrtt(server.irttPort)
  await runClient(server.at, '--sizes', '10')
  expect((await server.child.finished).code).toBe(0)
})

test('the library has both servers, and closes both', async () => {
  const server = await startEchoServer({ port: 0, irtt: 0 })
  const { irtt } = server
  if (irtt === undefined) throw new Error('no server of irtt')
  expect(irtt.target).toBe(`127.0.0.1:${irtt.port}`)
  await useIrtt(irtt.port)
  await server.close()
  expect(irtt.facts).toMatchObject({ received: 4, replied: 3 })
  expect(server.facts.received).toBe(0)
  await using again = await startEchoServer({ port: irtt.port })
  expect(again.port).toBe(irtt.port)
})
