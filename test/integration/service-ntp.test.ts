import { describe, expect, test } from 'vitest'
import type { QueryDocument } from '../../src/verdict/query/query-document.ts'
import { shared } from '../helpers/lifetime.ts'
import { Host, requireNamespaces } from '../helpers/namespace.ts'
import { CHRONYD_PORT, startChronyd } from '../helpers/time-servers.ts'
import { requireTool } from '../helpers/tools.ts'

const canRun = requireNamespaces() && requireTool('chronyd')

interface Asked {
  readonly code: number | null
  readonly document: QueryDocument
}

async function ask(host: Host, target: string, ...args: readonly string[]): Promise<Asked> {
  // A busy machine must not make an answer late.
  const timeout = args.includes('--timeout') ? [] : ['--timeout', '20s']
  const run = await host.udptool('query', 'ntp', target, '--json', ...timeout, ...args)
  return { code: run.code, document: run.json() as unknown as QueryDocument }
}

/** Starts ntp_server.py. Returns its address. */
async function startPeer(host: Host, ...args: readonly string[]): Promise<string> {
  const peer = await host.peer('ntp_server', ...args)
  return `127.0.0.1:${(JSON.parse(peer.stdout) as { readonly port: number }).port}`
}

/** Whether the clock of the server is this far from ours, within the error bound. */
function contains({ ntp }: QueryDocument, offsetMs: number): boolean {
  return Math.abs((ntp?.offsetMs ?? NaN) - offsetMs) <= (ntp?.offsetErrorMs ?? NaN)
}

describe.runIf(canRun)('chronyd', () => {
  const host = shared(() => new Host())
  const server = shared(async () => await startChronyd(host(), 'local stratum 3'))

  test.each([`127.0.0.1:${CHRONYD_PORT}`, `[::1]:${CHRONYD_PORT}`])(
    '%s: its clock is ours, so the offset is 0 ± error',
    async target => {
      server()
      const { code, document } = await ask(host(), target, '--samples', '2', '--expect', 'ntp.stratum==3')
      expect([code, document.verdict]).toEqual([0, 'pass'])
      expect(document.ntp).toMatchObject({ version: 4, stratum: 3, leap: 'none', referenceId: '127.127.1.1' })
      expect(contains(document, 0), JSON.stringify(document.ntp)).toBe(true)
      expect(document.warnings).toEqual([])
    },
  )

  test('stopped: nothing listens there', async () => {
    const other = new Host()
    const stopped = await startChronyd(other, 'local stratum 3')
    expect((await ask(other, `127.0.0.1:${CHRONYD_PORT}`)).code).toBe(0)
    await stopped.stop()
    const { code, document } = await ask(other, `127.0.0.1:${CHRONYD_PORT}`)
    expect([code, document.verdict, document.ntp]).toEqual([1, 'fail', undefined])
    expect(document.ledger.fates).toEqual({ answered: 0, unreachable: 1 })
    expect(document.reason).toMatch(/nothing listens on 127\.0\.0\.1:1123/u)
  })

  test('without a source of time: it answers, and is not synchronized', async () => {
    const other = new Host()
    await startChronyd(other)
    const { document } = await ask(other, `127.0.0.1:${CHRONYD_PORT}`)
    expect(document.ntp).toMatchObject({ stratum: 0, leap: 'unknown' })
    expect(document.ntp).not.toHaveProperty('kiss')
    expect(document.warnings.map(({ code }) => code)).toEqual(['notSynchronized'])
  })

  test('chronyd as a client of a server that is an hour ahead agrees', async () => {
    const target = await startPeer(host(), '--shift', '3600.25')
    const [, port = ''] = target.split(':')
    const start = performance.now()
    const client = host().start('chronyd', '-Q', '-t', '30', `server 127.0.0.1 port ${port} iburst maxsamples 1`)
    const [{ stderr, stdout }, { document }] = await Promise.all([client.finished, ask(host(), target)])
    const seconds = Number(/System clock wrong by (-?[\d.]+) seconds/u.exec(stdout + stderr)?.[1])
    // The delay that chronyd measured is not longer than it ran, and its error not larger than half of that.
    const chronydError = (performance.now() - start) / 2
    expect(Math.abs((document.ntp?.offsetMs ?? NaN) - seconds * 1000)).toBeLessThan(
      (document.ntp?.offsetErrorMs ?? NaN) + chronydError,
    )
    expect(contains(document, 3_600_250)).toBe(true)
  })
})

describe.runIf(canRun)('a server whose clock is wrong by a known time', () => {
  const host = shared(() => new Host())

  test.each([
    ['10', '0/0'],
    ['-10', '0/0'],
    ['0.125', '40/0'],
    ['0.125', '0/40'],
    ['-86400.5', '25/5'],
    // In era 1.
    ['600000000', '5/25'],
  ])('%s s, with delays of %s ms: the offset is right within its error', async (shift, delays) => {
    const target = await startPeer(host(), '--shift', shift, '--delays', delays)
    const { code, document } = await ask(host(), target)
    expect(code).toBe(0)
    expect(contains(document, Number(shift) * 1000), JSON.stringify(document.ntp)).toBe(true)
    const delay = delays.split('/').reduce((sum, part) => sum + Number(part), 0)
    expect(document.ntp?.delayMs).toBeGreaterThanOrEqual(delay)
    expect(document.ntp?.offsetErrorMs).toBeGreaterThanOrEqual(delay / 2)
  })

  test.each(['10', '-10'])('%s s: an expectation of less than 1 s fails and names offset and error', async shift => {
    const target = await startPeer(host(), '--shift', shift)
    const { code, document } = await ask(host(), target, '--expect', 'ntp.offset<1s')
    expect([code, document.verdict]).toEqual([1, 'fail'])
    expect(document.expectations).toMatchObject([{ passed: false }])
    expect(document.reason).toMatch(
      shift.startsWith('-') ? /offset -\d+(?:\.\d+)? s, error bound \d/u : /offset \d+(?:\.\d+)? s, error bound \d/u,
    )
    expect(contains(document, Number(shift) * 1000), JSON.stringify(document.ntp)).toBe(true)
  })

  test('the delay alone may exceed what is expected: no proof, no pass', async () => {
    const target = await startPeer(host(), '--delays', '60/60')
    const { code, document } = await ask(host(), target, '--expect', 'ntp.offset<50ms')
    expect(code).toBe(1)
    expect(contains(document, 0)).toBe(true)
  })

  test('of four samples the one with the least delay counts', async () => {
    const target = await startPeer(host(), '--shift', '7', '--delays', '150/0,150/150,0/0,0/150')
    const { code, document } = await ask(host(), target, '--samples', '4')
    expect(code).toBe(0)
    const delays = document.requests.map(({ delayMs = NaN }) => delayMs)
    expect(delays).toHaveLength(4)
    expect(document.ntp?.delayMs).toBe(Math.min(...delays))
    expect(document.reply?.count).toBe(1)
    expect(contains(document, 7000)).toBe(true)
    for (const { offsetMs = NaN, delayMs = NaN } of document.requests) {
      expect(Math.abs(offsetMs - 7000)).toBeLessThanOrEqual(delayMs / 2 + (document.ntp?.offsetErrorMs ?? 0))
    }
  })
})

describe.runIf(canRun)('no green without the time', () => {
  const host = shared(() => new Host())

  test('neither a datagram with a fault, nor one from another address, nor a late one is an answer', async () => {
    const cases = [
      [['--fault', 'origin'], { arrivals: { unmatched: 1 } }, /origin timestamp/],
      [['--fault', 'mode'], { arrivals: { unmatched: 1 } }, /mode is 5 \(broadcast\)/],
      [['--fault', 'echo'], { arrivals: { unmatched: 1 } }, /our own request, sent back/],
      [['--fault', 'cut'], { arrivals: { malformed: 1 } }, /47 bytes/],
      [
        ['--from', '127.0.0.2'],
        { arrivals: { foreign: 1 }, foreignSources: [{ count: 1, answers: 1 }] },
        /127\.0\.0\.2:/,
      ],
      [['--delays', '0/2100'], { ledger: { fates: { late: 1 } } }, /later than the timeout of 2 s/],
    ] as const
    const asked = cases.map(async ([args]) => await ask(host(), await startPeer(host(), ...args), '--timeout', '2s'))
    for (const [index, { code, document }] of (await Promise.all(asked)).entries()) {
      const [args, observed, reason] = cases[index] ?? cases[0]
      expect([args, code, document.verdict, document.ntp]).toEqual([args, 1, 'fail', undefined])
      expect(document).toMatchObject({ ledger: { fates: { answered: 0 } }, ...observed })
      expect(document.reason).toMatch(reason)
    }
  })

  test.each(['RATE', 'DENY', 'RSTR'])('kiss code %s fails without an expectation', async kiss => {
    const target = await startPeer(host(), '--kiss', kiss, '--leap', '3')
    const { code, document } = await ask(host(), target)
    expect([code, document.verdict]).toEqual([1, 'fail'])
    expect(document.ntp).toMatchObject({ kiss, stratum: 0 })
    expect(document.ntp).not.toHaveProperty('offsetMs')
    expect(document.reason).toContain(kiss)
  })

  test.each([
    ['stratum 16', ['--stratum', '16']],
    ['leap unknown', ['--leap', '3']],
  ])('%s: a warning says that the server is not synchronized', async (_, args) => {
    const target = await startPeer(host(), ...args)
    const { document } = await ask(host(), target)
    expect(document.warnings.map(({ code }) => code)).toEqual(['notSynchronized'])
  })

  test('a server that does not know the time has no offset, and no expectation of one passes', async () => {
    const target = await startPeer(host(), '--fault', 'zero')
    const { code, document } = await ask(host(), target, '--expect', 'ntp.offset<1h')
    expect(code).toBe(1)
    expect(document.ntp).not.toHaveProperty('offsetMs')
    expect(document.expectations).toMatchObject([{ passed: false }])
  })
})
