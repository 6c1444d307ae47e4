import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { QueryDocument } from '../../src/verdict/query/query-document.ts'
import { shared } from '../helpers/lifetime.ts'
import { startDnsmasq, startUnbound } from '../helpers/name-servers.ts'
import { Host, requireNamespaces } from '../helpers/namespace.ts'
import { requireTool } from '../helpers/tools.ts'

const canRun = requireNamespaces() && requireTool('unbound') && requireTool('dnsmasq') && requireTool('dig')

const ADDRESS = '127.0.0.1'
const UNBOUND = { address: ADDRESS, port: 5301 } as const
const DNSMASQ = { address: ADDRESS, port: 5302 } as const

interface Asked {
  readonly code: number | null
  readonly document: QueryDocument
}

/** With a long timeout: on a busy machine an answer takes its time. */
async function ask(host: Host, target: string, ...args: readonly string[]): Promise<Asked> {
  const timeout = args.includes('--timeout') ? [] : ['--timeout', '20s']
  const run = await host.udptool('query', 'dns', target, '--json', ...timeout, ...args)
  return { code: run.code, document: run.json() as unknown as QueryDocument }
}

/** What dig and udptool both say of an answer. */
interface Said {
  readonly rcode: string
  readonly flags: readonly string[]
  readonly records: readonly string[]
  readonly authorities: number
  /** UDP payload size of the server. Undefined: no EDNS. */
  readonly size: number | undefined
}

/** The part of `dig +yaml` that is compared. */
interface Dug {
  readonly message: {
    readonly response_message_data: {
      readonly status: string
      readonly flags: string
      readonly OPT_PSEUDOSECTION?: { readonly EDNS: { readonly udp: number } }
      readonly ANSWER_SECTION?: readonly string[]
      readonly AUTHORITY_SECTION?: readonly string[]
    }
  }
}

const SHOWN_FLAGS = ['aa', 'tc', 'ra', 'ad'] as const

/** dig puts spaces into long digits and base64. */
function normal(record: string): string {
  return record.replaceAll(/\s+/gu, ' ')
}

function digSays(host: Host, port: number, question: string, bufsize: number): Said {
  const edns = bufsize === 0 ? '+noedns' : `+bufsize=${bufsize}`
  const fixed = ['+yaml', '+ignore', '+nocookie', '+tries=5', '+time=10']
  const output = host.run('dig', `@${ADDRESS}`, '-p', String(port), ...question.split(' '), edns, ...fixed)
  const [dug] = parse(output) as readonly Dug[]
  if (dug === undefined) throw new Error(output)
  const { status, flags, ...sections } = dug.message.response_message_data
  return {
    rcode: status,
    flags: SHOWN_FLAGS.filter(flag => flags.split(' ').includes(flag)),
    records: (sections.ANSWER_SECTION ?? []).map(normal),
    authorities: sections.AUTHORITY_SECTION?.length ?? 0,
    size: sections.OPT_PSEUDOSECTION?.EDNS.udp,
  }
}

function querySays({ dns }: QueryDocument): Said {
  if (dns === undefined) throw new Error('there is no answer')
  return {
    rcode: dns.rcode,
    flags: SHOWN_FLAGS.filter(flag => dns[flag]),
    records: dns.records.map(({ name, ttl, type, class: group, data }) =>
      normal(`${name} ${ttl} ${group} ${type} ${data}`),
    ),
    authorities: dns.authorities,
    size: dns.edns?.size,
  }
}

async function compared(host: Host, port: number, question: string, bufsize: number): Promise<Said> {
  const [name = '', type = '', group = 'IN'] = question.split(' ')
  const limit = ['--bufsize', String(bufsize)]
  const { document } = await ask(host, `${ADDRESS}:${port}`, '--name', name, '--type', type, '--class', group, ...limit)
  const said = querySays(document)
  expect(said).toEqual(digSays(host, port, question, bufsize))
  return said
}

const TEXT = 'x'.repeat(200)

describe.runIf(canRun)('unbound', () => {
  const host = shared(() => new Host())
  const lines = [
    'hide-version: no',
    'version: "a test"',
    'local-zone: "example.org." static',
    'local-data: "example.org. 300 IN SOA ns.example.org. host.example.org. 1 3600 600 86400 300"',
    'local-data: "example.org. 300 IN NS ns.example.org."',
    'local-data: "example.org. 300 IN A 192.0.2.1"',
    'local-data: "example.org. 300 IN A 192.0.2.2"',
    'local-data: "example.org. 300 IN AAAA 2001:db8::1"',
    'local-data: "example.org. 300 IN MX 10 mail.example.org."',
    `local-data: 'example.org. 300 IN CAA 0 issue "ca.example.net"'`,
    `local-data: 'example.org. 300 IN TXT "v=spf1 -all" "second; with \\"marks\\""'`,
    'local-data: "example.org. 300 IN HTTPS 1 . alpn=h2,h3 port=8443 ipv4hint=192.0.2.1"',
    'local-data: "example.org. 300 IN DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"',
    'local-data: "example.org. 300 IN TYPE65280 \\# 3 010203"',
    'local-data: "_sip._udp.example.org. 300 IN SRV 1 2 5060 sip.example.org."',
    `local-data: 'naptr.example.org. 300 IN NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:a@b!" .'`,
    'local-data: "www.example.org. 300 IN CNAME example.org."',
    'local-data: "1.2.0.192.in-addr.arpa. 300 IN PTR example.org."',
    ...[1, 2, 3, 4, 5, 6, 7, 8].map(i => `local-data: 'large.example.org. 300 IN TXT "${i}${TEXT}"'`),
  ]
  const server = shared(async () => await startUnbound(host(), UNBOUND, lines))

  test.each([
    ['example.org A', 1232],
    ['example.org A', 0],
    ['example.org AAAA', 1232],
    ['example.org NS', 512],
    ['example.org SOA', 1232],
    ['example.org MX', 1232],
    ['example.org CAA', 1232],
    ['example.org TXT', 1232],
    ['example.org HTTPS', 1232],
    ['example.org DS', 1232],
    ['example.org TYPE65280', 1232],
    ['_sip._udp.example.org SRV', 1232],
    ['naptr.example.org NAPTR', 1232],
    ['www.example.org CNAME', 1232],
    ['1.2.0.192.in-addr.arpa PTR', 1232],
    ['nothing.example.org A', 1232],
    ['example.org LOC', 1232],
    ['version.bind TXT CH', 1232],
    ['. NS', 1232],
  ])('%s with an EDNS size of %i: the same as dig says', async (question, bufsize) => {
    server()
    await compared(host(), UNBOUND.port, question, bufsize)
  })

  test('an answer that is cut, and with a larger size the whole one', async () => {
    server()
    expect((await compared(host(), UNBOUND.port, 'large.example.org TXT', 0)).flags).toContain('tc')
    expect((await compared(host(), UNBOUND.port, 'large.example.org TXT', 1232)).flags).toContain('tc')
    const whole = await compared(host(), UNBOUND.port, 'large.example.org TXT', 4096)
    expect([whole.flags.includes('tc'), whole.records.length]).toEqual([false, 8])
  })

  test('a cut answer passes, with a warning that says what to do', async () => {
    const { code, document } = await ask(host(), server().at, '--name', 'large.example.org', '--type', 'TXT')
    expect([code, document.verdict, document.dns?.tc]).toEqual([0, 'pass', true])
    expect(document.warnings.map(({ code }) => code)).toEqual(['truncatedAnswer'])
  })

  test('a list of sizes: a row for each', async () => {
    const args = ['--name', 'large.example.org', '--type', 'TXT', '--bufsize', '0,512,1232,4096']
    const { code, document } = await ask(host(), server().at, ...args)
    expect(code).toBe(0)
    expect(document.dnsSizes?.map(({ bufsize, fate, tc }) => [bufsize, fate, tc])).toEqual([
      [0, 'answered', true],
      [512, 'answered', true],
      [1232, 'answered', true],
      [4096, 'answered', false],
    ])
    const dug = [0, 512, 1232, 4096].map(size => digSays(host(), UNBOUND.port, 'large.example.org TXT', size))
    expect(document.dnsSizes?.map(({ tc }) => tc)).toEqual(dug.map(({ flags }) => flags.includes('tc')))
  })

  test.each(['NXDOMAIN', 'NOERROR'])('an expectation of the response code: %s', async rcode => {
    const args = ['--name', 'nothing.example.org', '--expect', `dns.rcode==${rcode}`]
    const { code, document } = await ask(host(), server().at, ...args)
    expect([code, document.dns?.rcode]).toEqual([rcode === 'NXDOMAIN' ? 0 : 1, 'NXDOMAIN'])
  })

  const REFUSE = 'access-control: 127.0.0.9/32 refuse'
  const REFUSED = ['--name', 'example.org', '--bind', '127.0.0.9', '--expect', 'dns.rcode==REFUSED'] as const

  test('REFUSED with the question is an answer', async () => {
    const place = { address: ADDRESS, port: 5304 }
    const refusing = await startUnbound(host(), place, [REFUSE, 'ede: yes'])
    const { code, document } = await ask(host(), refusing.at, ...REFUSED)
    expect([code, document.dns?.rcode, document.dns?.edns?.errors]).toEqual([0, 'REFUSED', ['18 Prohibited']])
  })

  test('REFUSED without the question, as unbound sends it without extended errors, is not taken', async () => {
    const place = { address: ADDRESS, port: 5305 }
    const refusing = await startUnbound(host(), place, [REFUSE])
    const { code, document } = await ask(host(), refusing.at, ...REFUSED, '--timeout', '2s')
    expect([code, document.verdict, document.dns]).toEqual([1, 'fail', undefined])
    expect(document.reason).toMatch(/it says REFUSED and repeats no question/u)
    const dug = host().run('dig', '-b', '127.0.0.9', `@${ADDRESS}`, '-p', '5305', 'example.org')
    expect(dug).toMatch(/status: REFUSED.+QUERY: 0,/su)
  })

  test('SERVFAIL of a resolver whose own server fails', async () => {
    const failing = await startAnswerer(host(), '--rcode', '2')
    const place = { address: ADDRESS, port: 5303 }
    const forward = ['forward-zone:', 'name: "down.example."', `forward-addr: ${failing.replace(':', '@')}`]
    const lines = ['do-not-query-localhost: no', 'local-zone: "down.example." transparent']
    const resolver = await startUnbound(host(), place, lines, forward)
    const args = ['--name', 'www.down.example', '--expect', 'dns.rcode==SERVFAIL']
    const { code, document } = await ask(host(), resolver.at, ...args)
    expect([code, document.dns?.rcode]).toEqual([0, 'SERVFAIL'])
    expect(digSays(host(), place.port, 'www.down.example A', 1232).rcode).toBe('SERVFAIL')
  })

  test('stopped: nothing listens there', async () => {
    const other = new Host()
    const stopped = await startUnbound(other, UNBOUND, lines)
    expect((await ask(other, stopped.at, '--name', 'example.org')).code).toBe(0)
    await stopped.stop()
    const { code, document } = await ask(other, stopped.at, '--name', 'example.org')
    expect([code, document.verdict, document.dns]).toEqual([1, 'fail', undefined])
    expect(document.ledger.fates).toEqual({ answered: 0, unreachable: 1 })
    expect(document.reason).toMatch(/nothing listens on 127\.0\.0\.1:5301/u)
    expect(document).not.toHaveProperty('dnsSizes')
  })
})

describe.runIf(canRun)('dnsmasq', () => {
  const host = shared(() => new Host())
  const server = shared(async () => {
    const authentic = await startAnswerer(host(), '--ad')
    return await startDnsmasq(host(), DNSMASQ, [
      '--address=/example.org/192.0.2.5',
      '--txt-record=text.example.org,"one","two"',
      '--srv-host=_sip._udp.example.org,sip.example.org,5060,1,2',
      '--proxy-dnssec',
      '--cache-size=0',
      `--server=/signed.example/${authentic.replace(':', '#')}`,
    ])
  })

  test.each([
    'example.org A',
    'text.example.org TXT',
    '_sip._udp.example.org SRV',
    'version.bind TXT CH',
    'other.example A',
  ])('%s: the same as dig says', async question => {
    server()
    await compared(host(), DNSMASQ.port, question, 1232)
  })

  test('authentic data: the flag AD', async () => {
    server()
    expect((await compared(host(), DNSMASQ.port, 'www.signed.example A', 1232)).flags).toContain('ad')
    const args = ['--name', 'www.signed.example', '--expect', 'dns.ad']
    expect((await ask(host(), server().at, ...args)).code).toBe(0)
    expect((await ask(host(), server().at, '--name', 'example.org', '--expect', 'dns.ad')).code).toBe(1)
  })
})

/** Starts dns_answerer.py. Returns its address. */
async function startAnswerer(host: Host, ...args: readonly string[]): Promise<string> {
  const peer = await host.peer('dns_answerer', ...args)
  return `${ADDRESS}:${(JSON.parse(peer.stdout.split('\n')[0] ?? '') as { readonly port: number }).port}`
}

describe.runIf(canRun)('a name server that is wrong', () => {
  const host = shared(() => new Host())
  const QUESTION = ['--name', 'www.example.org'] as const

  /** They wait for their timeout, so they do it at the same time. */
  test('no answer that is wrong, late or from another address is taken, and the reason says which it was', async () => {
    const cases = [
      {
        peer: ['--id', '1'],
        fates: { answered: 0, silent: 1 },
        arrivals: { answers: 0, unmatched: 1, malformed: 0 },
        reason: /its id is of another request/u,
      },
      {
        peer: ['--question', 'evil.example'],
        fates: { answered: 0, silent: 1 },
        arrivals: { answers: 0, unmatched: 1, malformed: 0 },
        reason: /it answers another question: evil\.example\. A/u,
      },
      {
        // RFC 5452 section 9.1.
        peer: ['--no-question', '--rcode', '1'],
        fates: { answered: 0, silent: 1 },
        arrivals: { answers: 0, unmatched: 1, malformed: 0 },
        reason: /it says FORMERR and repeats no question/u,
      },
      {
        peer: ['--delay', '2.1'],
        fates: { answered: 0, late: 1 },
        arrivals: { answers: 1, unmatched: 0, malformed: 0 },
        reason: /later than the timeout of 2 s/u,
      },
      {
        peer: ['--from', '127.0.0.2'],
        fates: { answered: 0, silent: 1 },
        arrivals: { answers: 0, unmatched: 0, foreign: 1 },
        reason: /the answer came from 127\.0\.0\.2:\d+, not from 127\.0\.0\.1/u,
      },
      {
        peer: ['--forge', '500', '--forge-names', '500', '--silent'],
        fates: { answered: 0, silent: 1 },
        arrivals: { answers: 0, malformed: 0 },
        reason: /datagrams from .+ answer no request/u,
      },
    ]
    await Promise.all(
      cases.map(async ({ peer, fates, arrivals, reason }) => {
        const target = await startAnswerer(host(), ...peer)
        const { code, document } = await ask(host(), target, ...QUESTION, '--timeout', '2s')
        expect([code, document.verdict, document.dns], peer.join(' ')).toEqual([1, 'fail', undefined])
        expect(document.ledger.fates, peer.join(' ')).toEqual(fates)
        expect(document.arrivals, peer.join(' ')).toMatchObject(arrivals)
        expect(document.reason, peer.join(' ')).toMatch(reason)
        expect(document, peer.join(' ')).not.toHaveProperty('dnsSizes')
      }),
    )
  })

  test('names in lower case: asked once more without mixed case, and taken with a warning', async () => {
    const target = await startAnswerer(host(), '--lower')
    const { code, document } = await ask(host(), target, '--name', 'a-name-with-many-letters.example.org')
    expect([code, document.verdict]).toEqual([0, 'pass'])
    expect(document.ledger.fates).toEqual({ answered: 1, askedAgain: 1 })
    expect(document.warnings.map(({ code }) => code)).toEqual(['caseNotKept'])
    expect(document.dns?.records).toMatchObject([{ data: '192.0.2.77' }])
    const without = await ask(host(), target, '--name', 'a-name-with-many-letters.example.org', '--no-0x20')
    expect([without.code, without.document.warnings]).toEqual([0, []])
  })

  test('random case on the wire', async () => {
    const peer = await host().peer('dns_answerer')
    const { port } = JSON.parse(peer.stdout) as { readonly port: number }
    const name = 'a-name-with-many-letters.example.org'
    const { code } = await ask(host(), `${ADDRESS}:${port}`, '--name', name, '--count', '3')
    expect(code).toBe(0)
    await peer.waitFor('stdout', /^(?:.*\n){4}/)
    const said = peer.stdout.trim().split('\n').slice(1)
    const names = said.map(line =>
      Buffer.from((JSON.parse(line) as { readonly name: string }).name, 'hex').toString('latin1'),
    )
    const dotted = names.map(one => one.slice(1, -1).replaceAll(/[^\w-]/gu, '.'))
    expect(dotted.map(one => one.toLowerCase())).toEqual([name, name, name])
    expect(new Set(dotted).size).toBe(3)
  })

  /** The attack of D. Kaminsky, 2008: a forged answer with the right id and port is taken if it comes first. */
  test('a flood of forged answers from the right address with guessed ids: none is taken', async () => {
    // As many as a receive buffer holds (udp(7)), so that the right answer has room behind them.
    const target = await startAnswerer(host(), '--forge', '300')
    const { code, document } = await ask(host(), target, ...QUESTION, '--count', '5')
    expect([code, document.verdict]).toEqual([0, 'pass'])
    expect(document.dns?.records.map(({ data }) => data)).toEqual(['192.0.2.77'])
    expect(document.arrivals).toMatchObject({ answers: 5, unmatched: 1500, malformed: 0 })
    expect(document.warnings.map(({ code }) => code)).toEqual(['unmatchedDatagrams'])
  })
})
