import { describe, expect, test } from 'vitest'
import { start } from '../helpers/child.ts'
import { sumOfFates } from '../helpers/document.ts'
import { startEcho } from '../helpers/peers.ts'
import { closedPort, requireIpv6, requireTool, udpPortOf } from '../helpers/tools.ts'
import { runHosted, startUdptool, udptool, withJson } from '../helpers/udptool.ts'

/** With a timeout that no reply misses, however busy the machine is. */
const LONG_TIMEOUT = ['--timeout', '20s'] as const
const QUICK = ['--interval', '5ms', ...LONG_TIMEOUT] as const

describe('to other servers', () => {
  test('a Python server that reads 1024 bytes: 10 truncated at 1024, exit 1', async () => {
    await using echo = await startEcho('--read', '1024')
    const { code, json } = await udptool(['send', '--size', '4000', ...LONG_TIMEOUT, '--to', echo.at, '--json'])
    const document = json()
    expect(code).toBe(1)
    expect(document.ledger).toMatchObject({ scheduled: 10, sent: 10, replies: 10, received: 10 })
    expect(document.ledger.fates).toEqual({ intact: 0, truncated: 10 })
    expect(document.truncation).toEqual({ count: 10, cutAt: [{ length: 1024, count: 10, side: expect.any(String) }] })
    expect(document.loss).toMatchObject({ count: 0, ratio: 0 })
    expect(document.verdict).toBe('fail')
    expect(await echo.stop()).toMatchObject({ received: 10, cut: 10, bytesReplied: 10_240 })
  })

  test('the same as a table: the count, the length, and the failure', async () => {
    await using echo = await startEcho('--read', '1024')
    const { code, stdout, stderr } = await udptool(['send', '--size', '4000', '--to', echo.at, ...QUICK])
    expect(code).toBe(1)
    expect(stdout).toMatch(/truncated\D+10\b/)
    expect(stdout).toContain('1024')
    for (const sign of ['\u001b', '\r']) expect(stdout + stderr, 'no colour, no progress in a pipe').not.toContain(sign)
  })

  test.skipIf(!requireTool('ncat'))('ncat, which cuts 9000 bytes at 8192', async () => {
    const ncat = start('ncat', ['-u', '-l', '-k', '-e', '/bin/cat', '127.0.0.1', '0'])
    const port = await udpPortOf(ncat.pid)
    const { code, json } = await runHosted([
      'send',
      '--size',
      '9000',
      ...LONG_TIMEOUT,
      '--to',
      `127.0.0.1:${port}`,
      '--json',
    ])
    const document = json()
    expect(code).toBe(1)
    expect(document.ledger.fates).toEqual({ intact: 0, truncated: 10 })
    expect(document.truncation.cutAt).toEqual([{ length: 8192, count: 10, side: expect.any(String) }])
  })

  test.skipIf(!requireTool('socat'))('socat, which cuts at 8192, too, and echoes smaller ones', async () => {
    const socat = start('socat', ['-d', '-d', 'UDP4-LISTEN:0,bind=127.0.0.1,fork', 'PIPE'])
    const [, port = ''] = await socat.waitFor('stderr', /listening on UDP AF=2 127\.0\.0\.1:(\d+)\s/)
    const { code, json } = await runHosted([
      'send',
      '--size',
      '8192,9000',
      ...LONG_TIMEOUT,
      '--to',
      `127.0.0.1:${port}`,
      '--json',
    ])
    const document = json()
    expect(code).toBe(0)
    expect(document.ledger.fates).toEqual({ intact: 5, truncated: 5 })
    expect(document.truncation.cutAt).toEqual([{ length: 8192, count: 5, side: expect.any(String) }])
    expect(document.reply.rule).toBe('same')
    expect(document.sizes.map(part => [part.size, part.ledger.fates])).toEqual([
      [8192, { intact: 5 }],
      [9000, { intact: 0, truncated: 5 }],
    ])
  })

  test('a Python server that decodes text: binary payload comes back corrupt, plain text whole', async () => {
    await using echo = await startEcho('--mode', 'strupper')
    const binary = await runHosted([
      'send',
      '--payload',
      'binary',
      '--size',
      '500',
      '--to',
      echo.at,
      ...QUICK,
      '--json',
    ])
    expect(binary.code).toBe(1)
    expect(binary.json().ledger.fates).toEqual({ intact: 0, corrupt: 10 })
    const text = await runHosted(['send', '--size', '500', '--to', echo.at, ...QUICK, '--json'])
    expect(text.code).toBe(0)
    expect(text.json().ledger.fates).toEqual({ intact: 10 })
    expect(text.json().reply.rule).toBe('upper')
  })

  test('a server that answers from another port: no reply, and a warning with the port', async () => {
    await using echo = await startEcho('--source-port-other')
    const { otherPort } = JSON.parse(echo.child.stdout) as { otherPort: number }
    const args = ['send', '--count', '5', '--interval', '5ms', '--timeout', '300ms', '--to', echo.at, '--json']
    const { code, json } = await runHosted(args)
    const document = json()
    expect(code).toBe(1)
    expect(document.ledger.fates).toEqual({ intact: 0, lostUnknown: 5 })
    const warning = document.warnings.find(entry => entry.code === 'wrongReplyAddress')
    expect(JSON.stringify(warning)).toContain(`${otherPort}`)
  })
})

describe('without answers', () => {
  test('a closed port: 100 % loss, all unreachable, exit 1', async () => {
    const port = await closedPort()
    const { code, json } = await runHosted(['send', '--to', `127.0.0.1:${port}`, ...QUICK, '--json'])
    const document = json()
    expect(code).toBe(1)
    expect(document.ledger).toMatchObject({ scheduled: 10, sent: 10, replies: 0, received: 0, duplicates: 0 })
    expect(document.ledger.fates).toEqual({ intact: 0, unreachable: 10 })
    expect(document.loss).toMatchObject({ count: 10, ratio: 1, longestRun: 10 })
    expect(document.verdict).toBe('fail')
  })

  test('a server that never answers: 100 % loss without direction, exit 1', async () => {
    await using echo = await startEcho('--silent', '--verify-probes')
    const { code, json } = await runHosted([
      'send',
      '--to',
      echo.at,
      '--interval',
      '5ms',
      '--timeout',
      '300ms',
      '--json',
    ])
    const document = json()
    expect(code).toBe(1)
    expect(document.ledger.fates).toEqual({ intact: 0, lostUnknown: 10 })
    expect(document.loss).toMatchObject({ count: 10, ratio: 1, unknown: 10 })
    expect(document.rtt?.count ?? 0).toBe(0)
    expect((await echo.stop()).probes.whole).toBeGreaterThanOrEqual(10)
  })

  test('--wait-for waits until the server is up', async () => {
    const port = await closedPort()
    const args = ['send', '--to', `127.0.0.1:${port}`, '--wait-for', '40s', '--count', '3', ...QUICK, '--json']
    const waiting = startUdptool(args)
    await using echo = await startEcho('--port', `${port}`)
    const { code, json } = withJson(await waiting.finished)
    expect(code).toBe(0)
    expect(json().ledger.fates).toEqual({ intact: 3 })
    expect((await echo.stop()).received).toBeGreaterThanOrEqual(3)
  })
})

describe('sizes, rates and clients', () => {
  test('probes have the format of docs/wire-format.md, checked by Python', async () => {
    await using echo = await startEcho('--verify-probes')
    const args = ['send', '--size', '5000,117,200', '--count', '30', ...QUICK, '--to', echo.at, '--json']
    const { code } = await runHosted(args)
    expect(code).toBe(0)
    const { probes } = await echo.stop()
    expect(probes).toMatchObject({ whole: 30, bad: [], conflicts: 0 })
    expect(Object.values(probes.sequences)).toEqual([Array.from({ length: 30 }, (_, sequence) => sequence)])
    expect(probes.table.learned).toBe(4093)
    const letters = probes.table.values.map(value => String.fromCharCode(value)).join('')
    expect(letters, 'text: printable, no capitals, some small letters').toMatch(/^[ -@[-~]*[a-z][ -@[-~]*$/)
  })

  test('--payload binary uses all 256 values', async () => {
    await using echo = await startEcho('--verify-probes')
    const args = ['send', '--size', '9000', '--payload', 'binary', '--count', '2', ...QUICK, '--to', echo.at]
    expect((await runHosted(args)).code).toBe(0)
    const { probes } = await echo.stop()
    expect(probes).toMatchObject({ whole: 2, conflicts: 0 })
    expect(probes.table.values.length).toBe(256)
  })

  test.each([
    ['0', { 0: 10 }],
    ['5', { 5: 10 }],
    ['12', { 12: 10 }],
    ['13', { 13: 10 }],
    ['65507', { 65_507: 10 }],
    ['4k', { 4000: 10 }],
    ['4KiB', { 4096: 10 }],
    ['64..256/64', { 64: 3, 128: 3, 192: 2, 256: 2 }],
  ])('--size %s comes back intact', async (size, sizes) => {
    await using echo = await startEcho()
    // Two of the largest datagrams fit into any receive buffer.
    const pace = size === '65507' ? ['--window', '2', '--interval', '0'] : QUICK.slice(0, 2)
    const { code, json } = await runHosted([
      'send',
      '--size',
      size,
      '--to',
      echo.at,
      ...pace,
      ...LONG_TIMEOUT,
      '--json',
    ])
    expect(json().ledger.fates).toEqual({ intact: 10 })
    expect(code).toBe(0)
    expect((await echo.stop()).sizes).toEqual(sizes)
  })

  test('a size without identity is sent with a window of 1, and the output mentions it', async () => {
    await using echo = await startEcho()
    const { code, stdout, stderr } = await runHosted(['send', '--size', '5', '--to', echo.at, ...QUICK])
    expect(code).toBe(0)
    expect(stdout + stderr).toMatch(/window/i)
  })

  test('--size 65508 is refused by our own kernel: EMSGSIZE, nothing sent, exit 1', async () => {
    await using echo = await startEcho()
    const { code, stdout, json } = await runHosted(['send', '--size', '65508', '--to', echo.at, ...QUICK, '--json'])
    const document = json()
    expect(code).toBe(1)
    expect(document.ledger).toMatchObject({ scheduled: 10, sent: 0, replies: 0 })
    expect(document.ledger.fates).toEqual({ intact: 0, refused: 10 })
    expect(document.loss.count).toBe(10)
    expect(stdout).toContain('EMSGSIZE')
    expect((await echo.stop()).sizes[65_508]).toBeUndefined()
  })

  test('--burst 150 sends 150 at once, and all are answered', async () => {
    await using echo = await startEcho('--verify-probes')
    const args = [
      'send',
      '--burst',
      '150',
      '--count',
      '450',
      '--interval',
      '50ms',
      ...LONG_TIMEOUT,
      '--to',
      echo.at,
      '--json',
    ]
    const { code, json } = await runHosted(args)
    expect(code).toBe(0)
    expect(json().ledger).toMatchObject({ scheduled: 450, sent: 450, fates: { intact: 450 } })
    expect((await echo.stop()).probes).toMatchObject({ whole: 450, bad: [] })
  })

  test('--window 4 sends the next probe when a reply comes', async () => {
    await using echo = await startEcho()
    const { code, json } = await runHosted([
      'send',
      '--window',
      '4',
      '--interval',
      '0',
      '--count',
      '500',
      ...LONG_TIMEOUT,
      '--to',
      echo.at,
      '--json',
    ])
    expect(code).toBe(0)
    expect(json().ledger).toMatchObject({ scheduled: 500, fates: { intact: 500 } })
  })

  test('--clients 5: each has its own socket, run, sequences and counts', async () => {
    await using echo = await startEcho('--verify-probes')
    const args = ['send', '--clients', '5', '--count', '8', ...QUICK, '--to', echo.at, '--json']
    const { code, json } = await runHosted(args)
    const document = json()
    expect(code).toBe(0)
    expect(document.ledger).toMatchObject({ scheduled: 40, sent: 40, fates: { intact: 40 } })
    expect(document.clients.map(client => client.ledger.scheduled)).toEqual([8, 8, 8, 8, 8])
    const truth = await echo.stop()
    const ports = document.clients.map(client => `${client.port}`).toSorted()
    expect(truth.peers).toEqual(Object.fromEntries(ports.map(port => [port, 8])))
    expect(Object.values(truth.probes.sequences)).toEqual(Array.from({ length: 5 }, () => [0, 1, 2, 3, 4, 5, 6, 7]))
  })

  test('--duration removes the default count', async () => {
    await using echo = await startEcho()
    const args = ['send', '--duration', '1s', '--interval', '10ms', ...LONG_TIMEOUT, '--to', echo.at, '--json']
    const { code, json } = await runHosted(args)
    const { ledger } = json()
    expect(code).toBe(0)
    expect(ledger.scheduled).toBeGreaterThan(10)
    expect(ledger.scheduled).toBeLessThanOrEqual(101)
    expect((await echo.stop()).received).toBe(ledger.sent)
  })

  test('--flood has a complete ledger, which agrees with the counts of server and kernel', async () => {
    await using echo = await startEcho()
    const args = ['send', '--flood', '--count', '20000', '--recv-buffer', '4MiB', '--to', echo.at, '--json']
    const { code, json } = await runHosted(args)
    const { ledger } = json()
    expect(code).toBe(0)
    expect(ledger.scheduled).toBe(20_000)
    expect(sumOfFates(ledger)).toBe(20_000)
    const truth = await echo.stop()
    expect(truth.received + truth.socketDrops).toBe(ledger.sent)
    expect(ledger.received).toBeLessThanOrEqual(truth.replied)
    expect((ledger.fates['intact'] ?? 0) + (ledger.fates['late'] ?? 0)).toBe(ledger.replies)
  })

  test('--self needs no server', async () => {
    const { code, json } = await runHosted(['send', '--self', '--count', '5', ...QUICK, '--size', '4000', '--json'])
    expect(code).toBe(0)
    expect(json().ledger.fates).toEqual({ intact: 5 })
    expect(json().target.address).toBe('127.0.0.1')
  })

  test.skipIf(!requireIpv6())('--self -6 is a server on ::1, for probes, messages and a sweep', async () => {
    const commands = [
      ['send', '--count', '2', ...QUICK],
      ['send', 'hello'],
      ['sweep', '--sizes', '100', '--count', '1'],
    ]
    for (const command of commands) {
      const { code, json } = await runHosted([...command, '--self', '-6', '--json'])
      expect(code).toBe(0)
      expect(json().target).toMatchObject({ address: '::1', family: 'udp6' })
      expect(json().ledger.fates['intact']).toBe(json().ledger.scheduled)
    }
  })

  test.skipIf(!requireIpv6())('[::1]:PORT goes over IPv6', async () => {
    await using echo = await startEcho('--host', '::1')
    const { code, json } = await runHosted(['send', '--to', echo.at, '--count', '3', ...QUICK, '--json'])
    expect(code).toBe(0)
    expect(json().target).toMatchObject({ address: '::1', port: echo.port })
    expect((await echo.stop()).received).toBe(3)
  })
})
