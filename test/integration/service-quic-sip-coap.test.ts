import { describe, expect, test } from 'vitest'
import { shared } from '../helpers/lifetime.ts'
import { Host, requireNamespaces } from '../helpers/namespace.ts'
import { query, type Queried } from '../helpers/query.ts'
import {
  optionsRequest,
  startCaddy,
  startCoap,
  startKamailio,
  unknownVersionPacket,
} from '../helpers/quic-sip-coap-servers.ts'
import { answerTo, type ServiceServer } from '../helpers/service-servers.ts'
import { requireTool } from '../helpers/tools.ts'

/** So long that the answer is in time however busy this machine is. The run ends with the answer. */
const IN_TIME = ['--timeout', '30s']

const PROTOCOLS = ['quic', 'sip', 'coap'] as const
type Protocol = (typeof PROTOCOLS)[number]

const START: Readonly<Record<Protocol, (host: Host) => Promise<ServiceServer>>> = {
  quic: startCaddy,
  sip: startKamailio,
  coap: startCoap,
}

/** How a Python server answers, and how it is asked. */
const CASES = {
  right: [['--twice'], [...IN_TIME, '--count', '3']],
  otherId: [
    ['--fault', 'id'],
    ['--timeout', '2s'],
  ],
  echo: [
    ['--fault', 'echo'],
    ['--timeout', '2s'],
  ],
  cut: [
    ['--fault', 'cut'],
    ['--timeout', '2s'],
  ],
  greeting: [['--first', 'hello'], IN_TIME],
  // The server answers the first request when the second one comes, which is sent when the first has timed out.
  late: [['--late'], ['--timeout', '2s', '--retries', '1']],
  otherAddress: [
    ['--from', '127.0.0.2'],
    ['--timeout', '2s'],
  ],
  // Of one protocol only.
  trying: [['--trying'], IN_TIME],
  onlyTrying: [
    ['--fault', 'trying'],
    ['--timeout', '2s'],
  ],
  acknowledged: [
    ['--fault', 'ack'],
    ['--timeout', '2s'],
  ],
} as const
type Case = keyof typeof CASES

const ASKED: readonly (readonly [Protocol, Case])[] = [
  ...PROTOCOLS.flatMap(protocol =>
    (['right', 'otherId', 'echo', 'cut', 'greeting', 'late', 'otherAddress'] as const).map(
      one => [protocol, one] as const,
    ),
  ),
  ['sip', 'trying'],
  ['sip', 'onlyTrying'],
  ['coap', 'acknowledged'],
]

/** Asks all servers at the same time: most of the time is waiting. */
async function askAll(): Promise<(protocol: Protocol, name: Case) => Queried> {
  const host = new Host()
  const asked = await Promise.all(
    ASKED.map(async ([protocol, name], n) => {
      const port = String(7000 + n)
      await host.peer('protocol_server', '--protocol', protocol, '--port', port, ...CASES[name][0])
      return { protocol, name, port }
    }),
  )
  const found = new Map<string, Queried>()
  await Promise.all(
    asked.map(async ({ protocol, name, port }) => {
      found.set(`${protocol} ${name}`, await query(host, protocol, `127.0.0.1:${port}`, ...CASES[name][1]))
    }),
  )
  return (protocol, name) => {
    const queried = found.get(`${protocol} ${name}`)
    if (queried === undefined) throw new Error(`${protocol} ${name} was not asked`)
    return queried
  }
}

const hasTools = ['caddy', 'kamailio', 'coap-server-notls', 'coap-client-notls', 'python3'].every(requireTool)

describe.runIf(requireNamespaces() && hasTools)('real servers', () => {
  test('QUIC: Caddy lists its versions, for 1200 bytes and not for 100', async () => {
    const host = new Host()
    const caddy = await startCaddy(host)
    const { code, document } = await query(host, 'quic', '127.0.0.1', ...IN_TIME, '--expect', 'quic.versions=~/v1/')
    expect(document).toMatchObject({
      verdict: 'pass',
      target: { address: '127.0.0.1', port: 443 },
      ledger: { requests: 1, fates: { answered: 1 } },
      requests: [{ size: 1200, fate: 'answered' }],
    })
    expect(code).toBe(0)
    // A Python socket asks the same server: the list is after two ids of 8 bytes.
    const raw = await answerTo(host, '127.0.0.1', 443, unknownVersionPacket(1200))
    const listed = (raw?.subarray(23).toString('hex') ?? '')
      .match(/.{8}/g)
      ?.filter(version => !/^(?:.a){4}$/.test(version))
    expect(listed).toContain('00000001')
    const names: Readonly<Record<string, string>> = { '00000001': 'v1', '6b3343cf': 'v2', ff00001d: 'draft-29' }
    expect(document.quic?.versions).toEqual(listed?.map(version => names[version] ?? version))
    // Why the request is padded.
    expect(await answerTo(host, '127.0.0.1', 443, unknownVersionPacket(100), 2)).toBeUndefined()
    await caddy.stop()
  })

  test('SIP: Kamailio answers OPTIONS, over IPv4 and IPv6', async () => {
    const host = new Host()
    await startKamailio(host)
    const raw = (await answerTo(host, '127.0.0.1', 5060, optionsRequest()))?.toString() ?? ''
    const server = /^Server: (.*)\r$/m.exec(raw)?.[1]
    expect(server).toMatch(/^kamailio /)
    for (const target of ['127.0.0.1', '[::1]']) {
      const expectations = ['--expect', 'sip.status==200', '--expect', `sip.server==${server}`]
      const { code, document } = await query(host, 'sip', target, ...IN_TIME, ...expectations)
      expect(document.sip).toEqual({ status: 200, reason: 'OK', server, allow: ['INVITE', 'ACK', 'OPTIONS'] })
      expect(document.reply?.text).toMatch(/^SIP\/2\.0 200 OK\r\nVia: /)
      expect([code, document.verdict]).toEqual([0, 'pass'])
    }
    const refused = await query(host, 'sip', '127.0.0.1', ...IN_TIME, '--expect', 'sip.status==404')
    expect([refused.code, refused.document.verdict]).toEqual([1, 'fail'])
    expect(refused.document.expectations).toMatchObject([{ expr: 'sip.status==404', actual: 200, passed: false }])
  })

  test('CoAP: the server of libcoap rejects the ping', async () => {
    const host = new Host()
    await startCoap(host)
    // Another client finds the same server.
    expect(host.run('coap-client-notls', '-m', 'get', 'coap://127.0.0.1/')).toContain('libcoap')
    const { code, document } = await query(host, 'coap', '127.0.0.1', ...IN_TIME, '--count', '20')
    expect(document).toMatchObject({ verdict: 'pass', ledger: { requests: 20, fates: { answered: 20 } } })
    expect(document.reply?.hex).toBe(`7000${(document.coap?.messageId ?? NaN).toString(16).padStart(4, '0')}`)
    expect(code).toBe(0)
  })

  test.each(PROTOCOLS)('%s: a stopped server is unreachable', async protocol => {
    const host = new Host()
    const server = await START[protocol](host)
    expect((await query(host, protocol, '127.0.0.1', ...IN_TIME)).code).toBe(0)
    await server.stop()
    const { code, document } = await query(host, protocol, '127.0.0.1', ...IN_TIME)
    expect(document).toMatchObject({
      verdict: 'fail',
      ledger: { requests: 1, fates: { answered: 0, unreachable: 1 } },
      requests: [{ error: 'ECONNREFUSED' }],
    })
    expect(document.reason).toMatch(/nothing listens/)
    expect(code).toBe(1)
  })
})

describe.runIf(requireNamespaces() && hasTools)('Python servers', () => {
  const asked = shared(askAll)

  test.each(PROTOCOLS)('%s: an answer by the RFC passes, and its copy is no second answer', protocol => {
    const { code, document } = asked()(protocol, 'right')
    expect(document).toMatchObject({ verdict: 'pass', ledger: { requests: 3, fates: { answered: 3 } } })
    expect(document.arrivals).toMatchObject({ answers: 3, unmatched: 0, malformed: 0, foreign: 0 })
    expect(code).toBe(0)
  })

  test.each(PROTOCOLS)('%s: an answer with another id is unmatched, and never taken', protocol => {
    const { code, document } = asked()(protocol, 'otherId')
    expect(document).toMatchObject({
      verdict: 'fail',
      ledger: { requests: 1, fates: { answered: 0, silent: 1 } },
      arrivals: { answers: 0, unmatched: 1, malformed: 0 },
    })
    expect(document.reason).toMatch(/of another request|that of the request is/)
    expect(code).toBe(1)
  })

  test.each(PROTOCOLS)('%s: the request sent back is unmatched, as by an echo server', protocol => {
    const { code, document } = asked()(protocol, 'echo')
    expect(document).toMatchObject({ verdict: 'fail', arrivals: { answers: 0, unmatched: 1, malformed: 0 } })
    expect(document.reason).toMatch(/our own request, sent back/)
    expect(code).toBe(1)
  })

  test.each(PROTOCOLS)('%s: an answer that breaks off is malformed', protocol => {
    const { code, document } = asked()(protocol, 'cut')
    expect(document).toMatchObject({ verdict: 'fail', arrivals: { answers: 0, unmatched: 0, malformed: 1 } })
    expect(code).toBe(1)
  })

  test.each(PROTOCOLS)('%s: a datagram before the answer does not spoil it', protocol => {
    const { code, document } = asked()(protocol, 'greeting')
    expect(document).toMatchObject({ verdict: 'pass', arrivals: { answers: 1, malformed: 1 } })
    expect(code).toBe(0)
  })

  test.each(PROTOCOLS)('%s: an answer after the timeout is late, and not taken for the next request', protocol => {
    const { code, document } = asked()(protocol, 'late')
    expect(document).toMatchObject({
      verdict: 'fail',
      ledger: { requests: 2, fates: { answered: 0, late: 1, silent: 1 } },
      arrivals: { answers: 1, unmatched: 0, malformed: 0 },
      requests: [{ fate: 'late' }, { fate: 'silent' }],
    })
    expect(document.requests[0]?.rttMs).toBeGreaterThan(2000)
    expect(document.reason).toMatch(/late|after/)
    expect(document).not.toHaveProperty('reply')
    expect(code).toBe(1)
  })

  test.each(PROTOCOLS)('%s: an answer from another address is named, and not taken', protocol => {
    const { code, document } = asked()(protocol, 'otherAddress')
    expect(document).toMatchObject({
      verdict: 'fail',
      ledger: { fates: { answered: 0, silent: 1 } },
      arrivals: { answers: 0, unmatched: 0, foreign: 1 },
      foreignSources: [{ count: 1, answers: 1 }],
    })
    expect(document.foreignSources[0]?.from).toMatch(/^127\.0\.0\.2:\d+$/)
    expect(document.reason).toContain('127.0.0.2')
    expect(code).toBe(1)
  })

  test('SIP: the final response counts, not a provisional one', () => {
    expect(asked()('sip', 'trying').document).toMatchObject({
      verdict: 'pass',
      sip: { status: 200, server: 'protocol_server.py' },
      arrivals: { answers: 1, unmatched: 1 },
    })
    const { document } = asked()('sip', 'onlyTrying')
    expect(document).toMatchObject({ verdict: 'fail', arrivals: { answers: 0, unmatched: 1 } })
    expect(document.reason).toMatch(/provisional \(100 "Trying"\)/)
  })

  test('CoAP: an Acknowledgement is no answer to a ping', () => {
    const { document } = asked()('coap', 'acknowledged')
    expect(document).toMatchObject({ verdict: 'fail', arrivals: { answers: 0, unmatched: 1 } })
    expect(document.reason).toMatch(/Acknowledgement/)
  })
})
