import { describe, expect, test } from 'vitest'
import type { QueryDocument } from '../../src/verdict/query/query-document.ts'
import { shared } from '../helpers/lifetime.ts'
import { Host, openPath, requireNamespaces } from '../helpers/namespace.ts'
import { COTURN_PORT, startCoturn } from '../helpers/stun-servers.ts'
import { requireTool } from '../helpers/tools.ts'

const canRun =
  requireNamespaces() && ['turnserver', 'turnutils_stunclient', 'turnutils_uclient'].every(tool => requireTool(tool))

interface Asked {
  readonly code: number | null
  readonly document: QueryDocument
}

async function ask(host: Host, target: string, ...args: readonly string[]): Promise<Asked> {
  // A busy machine must not make an answer late.
  const timeout = args.includes('--timeout') ? [] : ['--timeout', '20s']
  const run = await host.udptool('query', 'stun', target, '--json', ...timeout, ...args)
  return { code: run.code, document: run.json() as unknown as QueryDocument }
}

/** Starts stun_server.py. Returns its address. */
async function startPeer(host: Host, ...args: readonly string[]): Promise<string> {
  const peer = await host.peer('stun_server', ...args)
  return `127.0.0.1:${(JSON.parse(peer.stdout) as { readonly port: number }).port}`
}

/** Our address by what the kernel says of our socket. */
function localOf({ requests }: QueryDocument): string | undefined {
  return requests.at(-1)?.local
}

describe.runIf(canRun)('coturn', () => {
  const host = shared(() => {
    const made = new Host()
    made.ip('addr add 10.9.0.1/24 dev lo')
    return made
  })
  const server = shared(async () => await startCoturn(host(), '127.0.0.1', '10.9.0.1', '::1'))

  test.each([`127.0.0.1:${COTURN_PORT}`, `10.9.0.1:${COTURN_PORT}`, `[::1]:${COTURN_PORT}`])(
    '%s: our address as it is',
    async target => {
      server()
      const { code, document } = await ask(host(), target, '--expect', 'stun.mapped')
      expect([code, document.verdict]).toEqual([0, 'pass'])
      expect(document.stun).toEqual({ mapped: localOf(document), software: expect.stringMatching(/^Coturn/u) })
      expect(document.warnings).toEqual([])
    },
  )

  test('the same port and address as turnutils_stunclient finds from there', async () => {
    const { code, document } = await ask(host(), `127.0.0.1:${COTURN_PORT}`, '--bind', '127.0.0.7:20123')
    expect([code, document.stun?.mapped]).toEqual([0, '127.0.0.7:20123'])
    const output = host().run('turnutils_stunclient', '-p', String(COTURN_PORT), '-L', '127.0.0.7', '127.0.0.1')
    expect(/UDP reflexive addr: (\S+):\d+/u.exec(output)?.[1]).toBe('127.0.0.7')
  })

  test('turnutils_uclient is served by the same server, from the same address', async () => {
    const { code, document } = await ask(host(), `127.0.0.1:${COTURN_PORT}`, '--bind', '127.0.0.7')
    const [, mapped] = /^(.*):\d+$/u.exec(document.stun?.mapped ?? '') ?? []
    const port = String(COTURN_PORT)
    const output = host().run(
      'turnutils_uclient',
      '-v',
      '-y',
      '-n',
      '1',
      '-m',
      '1',
      '-c',
      '-L',
      '127.0.0.7',
      '-p',
      port,
      '127.0.0.1',
    )
    const [, from] = /Connected from: (\S+):\d+/u.exec(output) ?? []
    expect([code, mapped]).toEqual([0, from])
    expect(from).toBe('127.0.0.7')
    expect(output).toMatch(/allocate response received:\s+\S+ : success/u)
  })

  test('another mapped address than the expected one fails and names both', async () => {
    const bind = ['--bind', '127.0.0.7:20124']
    const expected = await ask(host(), `127.0.0.1:${COTURN_PORT}`, ...bind, '--expect', 'stun.mapped==127.0.0.7:20124')
    expect(expected.code).toBe(0)
    const { code, document } = await ask(
      host(),
      `127.0.0.1:${COTURN_PORT}`,
      ...bind,
      '--expect',
      'stun.mapped==127.0.0.7:20125',
    )
    expect([code, document.verdict]).toEqual([1, 'fail'])
    expect(document.reason).toMatch(/127\.0\.0\.7:20125.*127\.0\.0\.7:20124/u)
  })

  test('stopped: nothing listens there', async () => {
    const other = new Host()
    const stopped = await startCoturn(other, '127.0.0.1')
    expect((await ask(other, `127.0.0.1:${COTURN_PORT}`)).code).toBe(0)
    await stopped.stop()
    const { code, document } = await ask(other, `127.0.0.1:${COTURN_PORT}`)
    expect([code, document.verdict, document.stun]).toEqual([1, 'fail', undefined])
    expect(document.ledger.fates).toEqual({ answered: 0, unreachable: 1 })
    expect(document.reason).toContain(`nothing listens on 127.0.0.1:${COTURN_PORT}`)
  })

  test('behind a router that masquerades: the address is that of the router', async () => {
    const { client, router, server: far } = openPath()
    router.filter(`table inet t {
      chain nat { type nat hook postrouting priority srcnat; oifname "r1" meta l4proto udp masquerade to :50000-50099; }
    }`)
    await startCoturn(far, '10.2.0.1')
    const { code, document } = await ask(client, `10.2.0.1:${COTURN_PORT}`)
    expect(code).toBe(0)
    expect(localOf(document)).toMatch(/^10\.1\.0\.1:/u)
    expect(document.stun?.mapped).toMatch(/^10\.2\.0\.254:500\d\d$/u)
  })
})

describe.runIf(canRun)('a server in Python', () => {
  const host = shared(() => new Host())

  test('one of RFC 3489, with MAPPED-ADDRESS only', async () => {
    const { code, document } = await ask(host(), await startPeer(host(), '--classic'))
    expect([code, document.stun?.mapped]).toEqual([0, localOf(document)])
  })

  test('an error response has no mapped address', async () => {
    const target = await startPeer(host(), '--error', '500')
    const { code, document } = await ask(host(), target, '--expect', 'stun.mapped')
    expect([code, document.verdict]).toEqual([1, 'fail'])
    expect(document.stun).toMatchObject({ error: { code: 500, reason: 'Server Error' } })
    expect(document.reason).toContain('no mapped address: it is the error 500 Server Error')
  })

  test('neither a datagram with a fault, nor one from another address, nor a late one is an answer', async () => {
    const cases = [
      [['--fault', 'id'], { arrivals: { unmatched: 1 } }, /transaction id/],
      [['--fault', 'echo'], { arrivals: { unmatched: 1 } }, /our own request, sent back/],
      [['--fault', 'cookie'], { arrivals: { malformed: 1 } }, /magic cookie/],
      [['--fault', 'fingerprint'], { arrivals: { malformed: 1 } }, /FINGERPRINT/],
      [['--fault', 'required'], { arrivals: { malformed: 1 } }, /0x7ffe/],
      [['--fault', 'cut'], { arrivals: { malformed: 1 } }, /its length field/],
      [
        ['--from', '127.0.0.2'],
        { arrivals: { foreign: 1 }, foreignSources: [{ count: 1, answers: 1 }] },
        /127\.0\.0\.2:/,
      ],
      [['--delay', '2100'], { ledger: { fates: { late: 1 } } }, /later than the timeout of 2 s/],
    ] as const
    const asked = cases.map(async ([args]) => await ask(host(), await startPeer(host(), ...args), '--timeout', '2s'))
    for (const [index, { code, document }] of (await Promise.all(asked)).entries()) {
      const [args, observed, reason] = cases[index] ?? cases[0]
      expect([args, code, document.verdict, document.stun]).toEqual([args, 1, 'fail', undefined])
      expect(document).toMatchObject({ ledger: { fates: { answered: 0 } }, ...observed })
      expect(document.reason).toMatch(reason)
    }
  })
})
