import { describe, expect, test } from 'vitest'
import { Host, openPath, requireNamespaces } from '../helpers/namespace.ts'
import { query, type Queried } from '../helpers/query.ts'
import { requireTool } from '../helpers/tools.ts'

/** So long that the answer is in time however busy this machine is. The run ends with the answer. */
const IN_TIME = ['--timeout', '30s']

/** The three forms of `Grüße`, and its reply by a server that returns the letters of ASCII in upper case. */
const FORMS = [
  ['--send', 'Grüße'],
  ['--send-hex', '4772c3bcc39f65'],
  ['--send-base64', 'R3LDvMOfZQ=='],
] as const
const UPPER_HEX = '4752c3bcc39f45'

async function startUpper(host: Host, ...args: readonly string[]): Promise<void> {
  await host.peer('protocol_server', '--protocol', 'upper', '--port', '9000', ...args)
}

/** Which of `noReply` and `silent` hold. */
function absent({ code, document }: Queried): { noReply: boolean; silent: boolean; code: number | null } {
  const [noReply, silent] = document.expectations
  expect(document.verdict).toBe(code === 0 ? 'pass' : 'fail')
  return { noReply: noReply?.passed ?? false, silent: silent?.passed ?? false, code }
}

const ABSENT = ['--send', 'x', '--expect', 'noReply', '--expect', 'silent', '--timeout', '2s'] as const

describe.runIf(requireNamespaces() && requireTool('python3'))('udptool query message', () => {
  test.each(FORMS)('%s %s: the server receives its bytes, and the reply is judged', async (...form) => {
    const host = new Host()
    await startUpper(host)
    const expectations = [`replyHex==${UPPER_HEX}`, 'reply==GRüßE', 'reply=~/^gr/i', 'reply!~/e$/', 'reply.length==7']
    const args = [...form, ...IN_TIME, ...expectations.flatMap(expr => ['--expect', expr])]
    const { code, document } = await query(host, 'message', '127.0.0.1', ...args)
    expect(document.expectations.filter(({ passed }) => !passed)).toEqual([])
    expect(document).toMatchObject({
      verdict: 'pass',
      target: { port: 9000 },
      requests: [{ size: 7, fate: 'answered' }],
      reply: { count: 1, length: 7, text: 'GRüßE', hex: UPPER_HEX },
    })
    expect(code).toBe(0)
    const wrong = await query(host, 'message', '127.0.0.1', ...form, ...IN_TIME, '--expect', 'reply==hello')
    expect([wrong.code, wrong.document.verdict]).toEqual([1, 'fail'])
    expect(wrong.document.reason).toContain('reply==hello')
  })

  test('udptool serve answers too', async () => {
    const host = new Host()
    await host.serve('--port', '9000')
    for (const form of FORMS) {
      const { code, document } = await query(host, 'message', '127.0.0.1', ...form, ...IN_TIME)
      expect(document.reply?.hex).toBe(UPPER_HEX)
      expect(code).toBe(0)
    }
    // An empty datagram is an answer too.
    const empty = await query(host, 'message', '127.0.0.1', '--send-hex', '', ...IN_TIME, '--expect', 'reply.length==0')
    expect(empty.document).toMatchObject({ verdict: 'pass', reply: { count: 1, length: 0, hex: '' } })
  })

  test('a late reply is not that of the next request, though nothing in it shows which it answers', async () => {
    const host = new Host()
    // It answers the first request when the second one comes.
    await startUpper(host, '--late')
    const args = ['--send', 'x', '--timeout', '2s', '--retries', '1']
    const { code, document } = await query(host, 'message', '127.0.0.1', ...args)
    expect(document.ledger.fates).toEqual({ answered: 0, late: 1, silent: 1 })
    expect([code, document.verdict]).toEqual([1, 'fail'])
  })

  test('a reply from another address is named, and not taken', async () => {
    const host = new Host()
    await startUpper(host, '--from', '127.0.0.2')
    const [queried, expectingNone] = await Promise.all([
      query(host, 'message', '127.0.0.1', '--send', 'x', '--timeout', '2s'),
      query(host, 'message', '127.0.0.1', ...ABSENT),
    ])
    expect(queried.document).toMatchObject({ verdict: 'fail', arrivals: { answers: 0, foreign: 1 } })
    expect(queried.document.reason).toContain('127.0.0.2')
    expect(absent(expectingNone)).toEqual({ noReply: false, silent: false, code: 1 })
  })
})

describe.runIf(requireNamespaces() && requireTool('python3'))('a message that nothing is to answer', () => {
  test('a firewall drops it: silent; it rejects it, or the port is closed: no reply, and not silent', async () => {
    const { client, server } = openPath()
    server.filter(`table inet t {
      counter dropped { }
      chain i {
        type filter hook input priority 0
        udp dport 9001 counter name dropped drop
        udp dport 9002 reject with icmpx admin-prohibited
      }
    }`)
    const [dropped, rejected, closed] = await Promise.all(
      ['10.2.0.1:9001', '10.2.0.1:9002', '10.2.0.1:9003'].map(target => query(client, 'message', target, ...ABSENT)),
    )
    if (dropped === undefined || rejected === undefined || closed === undefined) throw new Error('not asked')
    expect(absent(dropped)).toEqual({ noReply: true, silent: true, code: 0 })
    expect(dropped.document.ledger.fates).toEqual({ answered: 0, silent: 1 })
    expect(server.counted('dropped')).toBe(1)
    for (const queried of [rejected, closed]) {
      expect(absent(queried)).toEqual({ noReply: true, silent: false, code: 1 })
      expect(queried.document.ledger.fates).toEqual({ answered: 0, unreachable: 1 })
    }
    const alone = await query(client, 'message', '10.2.0.1:9003', '--send', 'x', '--expect', 'noReply')
    expect([alone.code, alone.document.verdict]).toEqual([0, 'pass'])
  })

  test('a server that answers is neither', async () => {
    const host = new Host()
    await startUpper(host)
    const queried = await query(host, 'message', '127.0.0.1', ...ABSENT, ...IN_TIME)
    expect(absent(queried)).toEqual({ noReply: false, silent: false, code: 1 })
  })

  test('nothing is proved if our own kernel refuses to send it', async () => {
    const withoutRoute = new Host()
    const { client } = openPath()
    client.filter(`table inet t {
      chain o {
        type filter hook output priority 0
        udp dport 9000 reject
      }
    }`)
    for (const [host, target] of [
      [withoutRoute, '192.0.2.1'],
      [client, '10.2.0.1'],
    ] as const) {
      const queried = await query(host, 'message', target, ...ABSENT)
      expect(absent(queried), target).toEqual({ noReply: false, silent: false, code: 1 })
      expect(queried.document.ledger).toMatchObject({ requests: 1, sent: 0, fates: { answered: 0, refused: 1 } })
    }
  })
})
