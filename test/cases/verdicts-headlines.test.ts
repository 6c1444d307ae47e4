import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, onTestFinished } from 'vitest'
import { cases } from '../helpers/cases.ts'
import type { ResultDocument } from '../helpers/document.ts'
import { openPath, requireNamespaces } from '../helpers/namespace.ts'
import { requireTool, temporaryFolder, untilUdpSocket } from '../helpers/tools.ts'
import { runHosted, startUdptool } from '../helpers/udptool.ts'

/** Starts a socket that echoes the datagrams whose number, from 0, is right. `first` resolves when the first datagram has come. */
async function echoOf(
  isRight: (number: number) => boolean,
): Promise<{ readonly at: string; readonly first: Promise<unknown> }> {
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  let number = 0
  socket.on('message', (datagram, { port, address }) => {
    if (isRight(number++)) socket.send(datagram, port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { at: `127.0.0.1:${socket.address().port}`, first: once(socket, 'message') }
}

function read(file: string): string {
  return readFileSync(file, 'utf8')
}

cases([
  {
    fault: 'B9',
    what: 'a run without expectations that loses 75 %, most of it in one outage of over a second',
    before: 'a green tick: pass',
    right: 'exit 0, no tick in any format, the loss and the outage with its time of day in the headline',
    shows: async () => {
      const { at } = await echoOf(number => number < 5 || number >= 35)
      const file = (name: string): string => join(folder, name)
      const folder = temporaryFolder()
      const others = ['json', 'markdown', 'github', 'html', 'junit', 'tap']
      const send = ['send', '--to', at, '--count', '40', '--interval', '40ms', '--timeout', '2s', '--no-receipts']
      const formats = [...others.map(format => `${format}=${file(format)}`), 'table']
      const run = await runHosted([...send, ...formats.flatMap(format => ['--format', format])])
      expect(run.code).toBe(0)
      const { loss, startedAt, verdict } = JSON.parse(read(file('json'))) as ResultDocument
      expect([verdict, loss.count]).toEqual(['pass', 30])
      const startMs = Number(loss.outages[0]?.startMs)
      const time = new Date(Date.parse(startedAt) + startMs).toISOString().slice(11, 21)
      const [headline, ...rest] = run.stdout.split('\n  send →')[0]?.split('\n') ?? []
      const words = [headline, ...rest].join(' ').replaceAll(/\s+/gu, ' ')
      expect(words).toMatch(/^! 75% lost \(no --expect\) · 10 of 40 probes came back whole, 30 lost · 1 outage: /u)
      expect(words).toContain(`at ${time} UTC`)
      expect(read(file('markdown'))).toMatch(/^### ⚠️ udptool send/u)
      expect(read(file('markdown'))).not.toContain('✅')
      expect(read(file('github'))).toMatch(/^::warning title=send to .*75%25 lost \(no --expect\)/u)
      expect(read(file('html'))).toContain('<span class="verdict warn">! attention</span>')
      expect(read(file('html'))).toContain('<h1>75% lost (no --expect) · 10 of 40 probes')
      expect(read(file('junit'))).toContain('<system-err>warning: 75% lost (no --expect)</system-err>')
      expect(read(file('tap'))).toContain('attention: "75% lost (no --expect)"')
    },
  },
  {
    fault: 'B9',
    what: 'the same loss with an expectation that allows it, and with one about another figure',
    before: 'a tick for both',
    right: 'a tick for the first only',
    shows: async () => {
      const send = async (expr: string): Promise<string> => {
        const { at } = await echoOf(number => number < 10)
        const common = ['--count', '40', '--interval', '1ms', '--timeout', '2s', '--no-receipts']
        const run = await runHosted(['send', '--to', at, ...common, '--expect', expr])
        expect(run.code).toBe(0)
        return run.stdout.split('\n')[0] ?? ''
      }
      expect(await send('loss<80%')).toMatch(/^✓ pass · 10 of 40/u)
      const tickless = /^! 75% lost \(no --expect covers it\) · 10 of 40/u
      expect(await send('truncated==0')).toMatch(tickless)
      expect(await send('refused==0')).toMatch(tickless)
      expect(await send('unreachable<80%')).toMatch(tickless)
    },
  },
  {
    fault: 'B7',
    what: 'the metrics files of two runs to one target in one folder, one failing and one passing',
    before: 'the same series twice: the passing run hides the failing one; promtool reports errors',
    right: 'the runs share no series, and promtool reports nothing',
    shows: async () => {
      const { at } = await echoOf(number => number < 5)
      const common = ['--count', '10', '--interval', '1ms', '--timeout', '2s', '--no-receipts']
      const series: string[][] = []
      for (const expr of ['loss<1%', 'loss==100%']) {
        const run = await runHosted(['send', '--to', at, ...common, '--expect', expr, '--format', 'prometheus'])
        if (requireTool('promtool'))
          expect(execFileSync('promtool', ['check', 'metrics'], { input: run.stdout, encoding: 'utf8' })).toBe('')
        const samples = run.stdout.split('\n').filter(line => line !== '' && !line.startsWith('#'))
        series.push(samples.map(line => line.slice(0, line.lastIndexOf(' '))))
      }
      const [failing = [], passing = []] = series
      expect(failing.length).toBeGreaterThan(10)
      expect(failing.filter(name => passing.includes(name))).toEqual([])
    },
  },
  {
    fault: 'B9',
    what: 'a failed expectation',
    before: 'the headline begins with a count of probes and ends with "the expectation failed"',
    right: 'the headline begins with the expectation and the observed value',
    shows: async () => {
      const { at } = await echoOf(number => number < 5)
      const common = ['--count', '10', '--interval', '1ms', '--timeout', '2s', '--no-receipts', '--expect', 'loss<1%']
      const run = await runHosted(['send', '--to', at, ...common])
      expect(run.code).toBe(1)
      expect(run.stdout).toMatch(/^✗ fail · loss<1%: 50% · 5 of 10 probes came back whole, 5 lost\n/u)
    },
  },
  {
    fault: 'B10',
    what: 'lab all is interrupted',
    before: '✓ pass · 8 of 8 lessons passed',
    right: 'interrupted, with the number of unfinished lessons, exit 130',
    shows: async () => {
      await using child = startUdptool(['lab', 'all'])
      await untilUdpSocket(child.pid)
      child.signal('SIGINT')
      const { code, stdout } = await child.finished
      expect(code).toBe(130)
      expect(stdout).toMatch(/\n! interrupted · \d+ of 17 lessons passed · (?:\d+ skipped · )?\d+ not finished\n$/u)
    },
  },
  ...(
    [
      ['sweep', ['--sizes', '100..2000/100', '--count', '50', '--interval', '100ms']],
      ['mtu', []],
      ['send', ['--count', '1000', '--interval', '100ms']],
    ] as const
  ).map(([command, options]) => ({
    fault: 'B10',
    what: `${command} is interrupted`,
    before: 'pass, and partial results as if they were complete',
    right: 'no tick, the headline begins with the interruption, interrupted: true, exit 130',
    shows: async () => {
      const { at, first } = await echoOf(number => number < 1)
      const json = join(temporaryFolder(), 'r.json')
      const formats = ['--format', `json=${json}`, '--format', 'table']
      await using child = startUdptool([
        command,
        ...(command === 'mtu' ? [at] : ['--to', at]),
        ...options,
        '--timeout',
        '2s',
        ...formats,
      ])
      await first
      child.signal('SIGINT')
      const { code, stdout } = await child.finished
      expect(code).toBe(130)
      expect(stdout).toMatch(/^(?:! |✗ fail · )interrupted after /u)
      expect(JSON.parse(read(json))).toMatchObject({ interrupted: true })
    },
  })),
  {
    fault: 'B10',
    what: 'relay --self is interrupted',
    before: 'both records are equal, and the interruption is not mentioned',
    right: 'interrupted, exit 130',
    shows: async () => {
      await using child = startUdptool([
        'relay',
        '--self',
        '--count',
        '100000',
        '--interval',
        '10ms',
        '--timeout',
        '200ms',
      ])
      await untilUdpSocket(child.pid)
      child.signal('SIGINT')
      const { code, stdout } = await child.finished
      expect(code).toBe(130)
      expect(stdout).toMatch(/^! interrupted after /mu)
    },
  },
  {
    fault: 'B10',
    what: 'send is interrupted: junit and tap',
    before: 'the interrupted run is a passed test case',
    right: 'the test case is skipped as interrupted',
    shows: async () => {
      const { at, first } = await echoOf(() => true)
      const junit = join(temporaryFolder(), 'junit.xml')
      const formats = ['--format', `junit=${junit}`, '--format', 'tap']
      await using child = startUdptool(['send', '--to', at, '--count', '1000', '--interval', '50ms', ...formats])
      await first
      child.signal('SIGINT')
      const { code, stdout } = await child.finished
      expect(code).toBe(130)
      expect(read(junit)).toContain('<skipped message="interrupted"/>')
      expect(stdout).toMatch(/\nok 1 - send to \S+ # SKIP interrupted\n[^]*Bail out! interrupted\n$/u)
    },
  },
])

describe.runIf(requireNamespaces())('in a namespace', () => {
  cases([
    {
      fault: 'B9',
      what: 'mtu and sweep over a path of MTU 1400',
      before: '✓ pass · 7 of 20 probes came back whole, 6 lost, 7 not sent',
      right: 'the headline begins with the path MTU or the largest size',
      shows: async () => {
        const { client, server } = openPath(1400)
        await server.serve('--host', '10.2.0.1')
        const mtu = await client.udptool('mtu', '10.2.0.1')
        expect(mtu.stdout).toMatch(/^✓ path MTU 1400: up to 1372 bytes in one packet\n/u)
        const sweep = await client.udptool(
          'sweep',
          '--to',
          '10.2.0.1',
          '--sizes',
          '1000,1372',
          '--count',
          '3',
          '--timeout',
          '5s',
        )
        expect(sweep.stdout).toMatch(/^✓ up to 1372 bytes came back whole\n/u)
      },
    },
  ])
})
