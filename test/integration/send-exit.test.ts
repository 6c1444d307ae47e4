import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { sumOfFates } from '../helpers/document.ts'
import { startEcho } from '../helpers/peers.ts'
import { closedPort, temporaryFolder } from '../helpers/tools.ts'
import { runHosted, startUdptool, udptool, withJson } from '../helpers/udptool.ts'

/** With a timeout that no reply misses, however busy the machine is. */
const QUICK = ['--interval', '5ms', '--timeout', '20s'] as const

function lines(text: string): readonly string[] {
  return text.trimEnd().split('\n')
}

describe('exit 2: a mistake in the command, with a suggestion', () => {
  test.each([
    [['send', '--siez', '4000'], '--size'],
    [['send', '--size', '4000q'], '4000q'],
    [['send', '--size', '-1'], '-1'],
    [['send', '--interval', '20'], 'ms'],
    [['send', '--timeout', '1'], 'ms'],
    [['send', '--rate', '10'], 'pps'],
    [['send', '--count', 'ten'], 'ten'],
    [['send', '--to', '127.0.0.1:99999'], '65535'],
    [['send', '--engine', 'turbo'], 'dgram'],
    [['send', '--format', 'jsn'], 'json'],
    [['send', '--payload', 'binry'], 'binary'],
    [['send', '--expect', 'loss<0.5'], '%'],
    [['send', '--expect', 'rtt.p99<20'], 'ms'],
    [['send', '--expect', 'los<1%'], 'loss'],
    [['send', '--expect', 'rubbish'], 'rubbish'],
    [['sned'], 'send'],
  ])('udptool %j → %s', async (args, meant) => {
    const { code, stdout, stderr } = await runHosted(args)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(lines(stderr)).toEqual([expect.stringContaining(meant)])
  })

  test.each(['csv', 'ndjson', 'json'])(
    'an output file for %s that cannot be opened, before any datagram',
    async format => {
      await using echo = await startEcho()
      const file = join(temporaryFolder(), 'no', 'such', 'folder')
      const { code, stderr } = await runHosted(['send', '--to', echo.at, ...QUICK, '--format', `${format}=${file}`])
      expect(code).toBe(2)
      expect(lines(stderr)).toEqual([expect.stringContaining(file)])
      expect((await echo.stop()).received).toBe(0)
    },
  )

  test('a journal that cannot be opened, before any datagram', async () => {
    await using echo = await startEcho()
    const file = join(temporaryFolder(), 'no', 'such', 'folder')
    const { code, stderr } = await udptool(['send', '--to', echo.at, ...QUICK, '--journal', file])
    expect(code).toBe(2)
    expect(lines(stderr)).toEqual([expect.stringContaining(file)])
    expect((await echo.stop()).received).toBe(0)
  })
})

describe('exit 3: the run cannot start', () => {
  test('a name that does not resolve', async () => {
    const { code, stdout, stderr } = await udptool(['send', '--to', 'no-such-host.invalid:9000'])
    expect(code).toBe(3)
    expect(stdout).toBe('')
    expect(lines(stderr)).toEqual([expect.stringContaining('no-such-host.invalid')])
  })

  test.each([[['--df']], [['--tos', '46']], [['--dscp', 'EF']]])(
    '%j needs the kernel engine, and the error names it',
    async flag => {
      await using echo = await startEcho()
      const { code, stderr } = await runHosted(['send', '--engine', 'dgram', ...flag, '--to', echo.at])
      expect(code).toBe(3)
      expect(lines(stderr)).toEqual([expect.stringMatching(/kernel/)])
      expect((await echo.stop()).received).toBe(0)
    },
  )

  test('--bind to an address of another machine', async () => {
    const port = await closedPort()
    const { code, stderr } = await runHosted(['send', '--bind', '192.0.2.1', '--to', `127.0.0.1:${port}`, ...QUICK])
    expect(code).toBe(3)
    expect(lines(stderr)).toEqual([expect.stringContaining('192.0.2.1')])
  })
})

describe('exit 0 and 1: expectations decide', () => {
  test('all expectations hold: exit 0', async () => {
    await using echo = await startEcho('--read', '1024')
    const wanted = ['truncated==10', 'loss==0', 'loss<1%', 'intact<=0%', 'late==0', 'rtt.p99<30s', 'duplicates==0']
    const flags = wanted.flatMap(expression => ['--expect', expression])
    const { code, json } = await udptool(['send', '--size', '4000', ...QUICK, ...flags, '--to', echo.at, '--json'])
    expect(code).toBe(0)
    expect(json().verdict).toBe('pass')
    expect(json().expectations.map(({ expr, passed }) => [expr, passed])).toEqual(wanted.map(expr => [expr, true]))
  })

  test('one expectation does not hold: exit 1', async () => {
    await using echo = await startEcho('--read', '1024')
    const flags = ['--expect', 'loss==0', '--expect', 'truncated==0', '--expect', 'intact>=99%']
    const { code, json } = await udptool(['send', '--size', '4000', ...QUICK, ...flags, '--to', echo.at, '--json'])
    expect(code).toBe(1)
    expect(json().verdict).toBe('fail')
    expect(json().expectations).toMatchObject([
      { expr: 'loss==0', actual: 0, passed: true },
      { expr: 'truncated==0', actual: 10, passed: false },
      { expr: 'intact>=99%', actual: 0, passed: false },
    ])
  })

  test('replies==0 passes without a server, as a test of a firewall', async () => {
    const port = await closedPort()
    const { code, json } = await runHosted([
      'send',
      ...QUICK,
      '--expect',
      'replies==0',
      '--to',
      `127.0.0.1:${port}`,
      '--json',
    ])
    expect(code).toBe(0)
    expect(json().verdict).toBe('pass')
    expect(json().loss).toMatchObject({ count: 10, ratio: 1 })
  })

  test('an expectation without data fails with the reason', async () => {
    await using echo = await startEcho('--silent')
    const flags = [
      '--expect',
      'rtt.p99<30s',
      '--expect',
      'loss.forward==0',
      '--timeout',
      '300ms',
      '--count',
      '3',
      '--interval',
      '5ms',
    ]
    const { code, json } = await runHosted(['send', ...flags, '--to', echo.at, '--json'])
    expect(code).toBe(1)
    expect(json().expectations).toMatchObject([
      { passed: false, reason: expect.stringMatching(/\w/) },
      { passed: false, reason: expect.stringMatching(/receipts/) },
    ])
  })
})

describe('Ctrl-C', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s during a run: exit %i, and the ledger of the probes sent so far', async (signal, exit) => {
    await using echo = await startEcho('--announce', '5')
    const child = startUdptool(['send', '--count', '5000', ...QUICK, '--to', echo.at, '--json'])
    await echo.child.waitFor('stdout', /"event": "received"/)
    child.signal(signal)
    const { code, json } = withJson(await child.finished)
    const document = json()
    expect(code).toBe(exit)
    expect(document.interrupted).toBe(true)
    expect(document.ledger.scheduled).toBeGreaterThanOrEqual(5)
    expect(document.ledger.scheduled).toBeLessThan(5000)
    expect(sumOfFates(document.ledger)).toBe(document.ledger.scheduled)
    expect((await echo.stop()).received).toBe(document.ledger.sent)
  })

  test('probes in flight have their full timeout before the ledger is closed', async () => {
    await using echo = await startEcho('--silent', '--announce', '3')
    const args = ['send', '--count', '5000', '--interval', '20ms', '--timeout', '500ms', '--to', echo.at, '--json']
    const child = startUdptool(args)
    await echo.child.waitFor('stdout', /"event": "received"/)
    child.signal('SIGINT')
    const { code, json } = withJson(await child.finished)
    const { ledger, interrupted } = json()
    expect(code).toBe(130)
    expect(interrupted).toBe(true)
    expect(ledger.fates).toEqual({ intact: 0, lostUnknown: ledger.scheduled })
  })

  test('a second signal ends the run at once, without waiting for a timeout of ten minutes', async () => {
    await using echo = await startEcho('--silent', '--announce', '3')
    const args = ['send', '--count', '5000', '--interval', '20ms', '--timeout', '10m', '--to', echo.at]
    const child = startUdptool(args, { timeoutSeconds: 40 })
    await echo.child.waitFor('stdout', /"event": "received"/)
    const over = child.finished.then(() => true)
    for (let pressed = 0; pressed < 100; pressed++) {
      child.signal('SIGINT')
      if (await Promise.race([over, sleep(250, false)])) break
    }
    expect((await child.finished).code).toBe(130)
  })
})
