import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { querySchema } from '../../src/schema/query.ts'
import type { QueryDocument } from '../../src/verdict/query/query-document.ts'
import { startPeer, type Peer } from '../helpers/peers.ts'
import { HOSTED, runHosted, startUdptool } from '../helpers/udptool.ts'

/** Nothing waits for it: an answer is there, or the machine is broken. */
const LONG = ['--timeout', '100s'] as const

async function startUpper(...args: readonly string[]): Promise<Peer<unknown>> {
  return await startPeer('protocol_server', ['--protocol', 'upper', ...args])
}

function documentOf(stdout: string): QueryDocument {
  return querySchema.parse(JSON.parse(stdout))
}

/** A socket that answers nothing. */
async function startSilent(): Promise<{ readonly socket: Socket; readonly at: string } & AsyncDisposable> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    socket,
    at: `127.0.0.1:${socket.address().port}`,
    async [Symbol.asyncDispose]() {
      socket.close()
      await once(socket, 'close')
    },
  }
}

describe('a message to a Python server', () => {
  test.each([
    ['--send', 'hello'],
    ['--send-hex', '68 65:6c6C6f'],
    ['--send-base64', 'aGVsbG8='],
  ])('%s %s', async (flag, value) => {
    await using server = await startUpper()
    const { code, stdout, stderr } = await runHosted(['query', 'message', server.at, flag, value, ...LONG])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^✓ pass · a reply of 5 B · [\d.]+ .?s\n/u)
    expect(stdout).toContain('\n  HELLO\n')
    expect(stdout).toMatch(/^ {2}answered {2}1 {2}100% /mu)
  })

  test('the document has the fields of its schema, and the flags as options', async () => {
    await using server = await startUpper()
    const flags = ['--count', '3', '--retries', '2', '--bind', '127.0.0.1', '-4', '--expect', 'reply==HELLO']
    const args = ['query', 'message', server.at, '--send', 'hello', ...flags, '--expect', 'reply.count==3', ...LONG]
    const { code, stdout } = await runHosted([...args, '--json'])
    const document = documentOf(stdout)
    expect(code).toBe(0)
    expect(document).toMatchObject({
      command: 'query',
      service: 'message',
      options: {
        to: server.at,
        sendHex: '68656c6c6f',
        count: 3,
        retries: 2,
        bind: '127.0.0.1',
        family: 4,
        timeoutMs: 100_000,
        expect: ['reply==HELLO', 'reply.count==3'],
      },
      ledger: { requests: 3, sent: 3, fates: { answered: 3 } },
      reply: { count: 3, length: 5, text: 'HELLO', hex: '48454c4c4f' },
      verdict: 'pass',
    })
    expect(new Set(document.requests.map(({ local }) => local)).size).toBe(3)
  })

  test('csv and ndjson have a row for each request', async () => {
    await using server = await startUpper()
    const args = ['query', 'message', server.at, '--send', 'hello', '-c', '2', ...LONG]
    const csv = (await runHosted([...args, '--format', 'csv'])).stdout.trimEnd().split('\n')
    expect(csv[0]).toBe('question,attempt,target,local,size,at,fate,rttMs,length,offsetMs,delayMs,because,error')
    expect(csv.slice(1).map(line => line.split(',').slice(0, 3).join())).toEqual([
      `0,0,${server.at}`,
      `1,0,${server.at}`,
    ])
    const rows = (await runHosted([...args, '--format', 'ndjson'])).stdout.trimEnd().split('\n')
    expect(rows.map(row => JSON.parse(row) as unknown)).toMatchObject([
      { question: 0, fate: 'answered', length: 5 },
      { question: 1, fate: 'answered', length: 5 },
    ])
  })

  test.each([
    ['junit', /<testcase classname="udptool.query" name="query message to 127/u],
    ['tap', /^ok 1 - query message to 127/mu],
    ['markdown', /✅ \| query message to 127/u],
    ['html', /<h1>A reply of 5 B/u],
    ['prometheus', /^udptool_query_reply_length_bytes\{.*service="message"\} 5$/mu],
  ])('in the format %s', async (format, expected) => {
    await using server = await startUpper()
    const { code, stdout } = await runHosted([
      'query',
      'message',
      server.at,
      '--send',
      'hello',
      ...LONG,
      '--format',
      format,
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(expected)
  })

  test('-q prints one line, and each further failed expectation', async () => {
    await using server = await startUpper()
    const expects = ['--expect', 'reply==hello', '--expect', 'reply.length==4']
    const { code, stdout } = await runHosted([
      'query',
      'message',
      server.at,
      '--send',
      'hello',
      '-q',
      ...expects,
      ...LONG,
    ])
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^✗ fail · reply==hello does not hold: "HELLO"[^\n]*\n(?: {2}\S[^\n]*\n)* {2}✗ reply\.length==4: 5 B\n$/u,
    )
  })
})

describe('a time server', () => {
  test('its figures are in the table and in the document', async () => {
    await using server = await startPeer('ntp_server', ['--shift', '-5'])
    const args = ['query', 'ntp', server.at, '--samples', '2', ...LONG]
    const { code, stdout } = await runHosted(args)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^✓ pass · offset -[\d.]+ s ± [\d.]+ .?s, stratum 2 · /u)
    expect(stdout).toMatch(/^ {2}offset {6}-[\d.]+ s ± [\d.]+ .?s · our clock is ahead$/mu)
    expect(stdout).toMatch(/^ {2}answered {2}2 {2}100% /mu)
    const { ntp } = documentOf((await runHosted([...args, '--json'])).stdout)
    expect(Math.abs((ntp?.offsetMs ?? 0) + 5000)).toBeLessThanOrEqual(ntp?.offsetErrorMs ?? 0)
  })
})

describe('nothing listens', () => {
  test('is exit 1 with the reason first', async () => {
    const { socket, at } = await startSilent()
    socket.close()
    const { code, stdout } = await runHosted(['query', 'message', at, '--send', 'hello', ...LONG])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^✗ fail · nothing listens on 127\.0\.0\.1:/u)
    expect(stdout).toMatch(/^ {2}unreachable {2}1 {2}100% /mu)
  })

  test.each([
    ['noReply', 0],
    ['silent', 1],
  ])('--expect %s is exit %i', async (expr, status) => {
    const { socket, at } = await startSilent()
    socket.close()
    const { code } = await runHosted(['query', 'message', at, '--send', 'hello', ...LONG, '--expect', expr])
    expect(code).toBe(status)
  })
})

test('silence is exit 1, and exit 0 where it is expected', async () => {
  await using server = await startSilent()
  const args = ['query', 'message', server.at, '--send', 'hello', '--timeout', '20ms', '--retries', '1']
  const { code, stdout } = await runHosted(args)
  expect(code).toBe(1)
  expect(stdout).toMatch(/^✗ fail · no answer within 20 ms/u)
  expect(stdout).toMatch(/^ {2}silent {4}2 {2}100% /mu)
  expect(await runHosted([...args, '--expect', 'silent'])).toMatchObject({ code: 0 })
})

test('the first Ctrl-C ends the run with its document and exit 130', async () => {
  await using server = await startSilent()
  const args = ['query', 'message', server.at, '--send', 'hello', ...LONG, '--json']
  const child = startUdptool(args)
  await once(server.socket, 'message')
  child.signal('SIGINT')
  const { code, stdout } = await child.finished
  expect(code).toBe(130)
  expect(documentOf(stdout)).toMatchObject({ interrupted: true, ledger: { requests: 1, fates: { unfinished: 1 } } })
})

test('a reader that closes the pipe changes no exit status', async () => {
  await using server = await startUpper()
  const { start } = await import('../helpers/child.ts')
  const query = `node bin/udptool.js query message ${server.at} --send hello ${LONG.join(' ')} --verbose`
  const { code, stdout } = await start('bash', ['-c', `set -o pipefail; ${query} | head -n 1`]).finished
  expect([code, stdout.slice(0, 6)]).toEqual([0, '✓ pass'])
})

describe('mistakes are exit 2 and say what to do', () => {
  test.each([
    ['dns 127.0.0.1', 'query dns needs --name — add --name example.org'],
    [
      'dns 127.0.0.1 --name 192.0.2.1',
      'it is an address — write 1.2.0.192.in-addr.arpa with the type PTR to ask for its name',
    ],
    ['dns 127.0.0.1 --name a..b', 'it has an empty label'],
    [`dns 127.0.0.1 --name ${'a'.repeat(64)}.example`, 'a label has at most 63 characters'],
    ['dns 127.0.0.1 --name example.org --type AAA', 'did you mean AAAA?'],
    ['dns 127.0.0.1 --name example.org --type 28', 'did you mean AAAA?'],
    ['dns 127.0.0.1 --name example.org --class CHAOS', 'write IN, or CLASS with its number'],
    ['dns 127.0.0.1 --name example.org --bufsize 100', 'write --bufsize 1232, or --bufsize 0'],
    ['dns 127.0.0.1 --name example.org --bufsize 0 --dnssec', '--dnssec needs EDNS'],
    ['dns 127.0.0.1:0 --name example.org', 'nothing can be sent to port 0 — write 127.0.0.1:53'],
    ['message 127.0.0.1', "query message needs something to send — add --send 'hello' or --send-hex 68656c6c6f"],
    ['message 127.0.0.1 --send a --send-hex 61', '--send and --send-hex exclude each other'],
    ['message 127.0.0.1 --send-hex abc', 'it has 3 digits, an odd number'],
    ['message 127.0.0.1 --send-hex xy', '"x" is no hexadecimal digit'],
    ['message 127.0.0.1 --send-base64 aGVsbG8', 'did you mean aGVsbG8=?'],
    ['message 127.0.0.1 --send a --expect dns.aa', 'dns.aa'],
    ['sip 127.0.0.1 --uri alice@example.org', 'did you mean sip:alice@example.org?'],
    ['ntp 127.0.0.1 --samples 0', '--samples cannot be "0"'],
    ['stun 127.0.0.1 --timeout 5', 'the unit is missing'],
    ['stun 239.1.2.3', 'is a multicast address'],
    ['stun 127.0.0.1 -4 -6', '-4 and -6 exclude each other'],
    ['stun', "missing required argument 'target'"],
    ['dsn 127.0.0.1', 'did you mean dns?'],
    ['127.0.0.1', 'write udptool query PRESET 127.0.0.1'],
  ])('query %s', async (words, expected) => {
    const { code, stdout, stderr } = await runHosted(['query', ...words.split(' ')])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(expected)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  test('a name without an address is exit 3', async () => {
    const child = startUdptool(['query', 'stun', 'no-such-host.invalid', ...LONG], HOSTED)
    const { code, stderr } = await child.finished
    expect(code).toBe(3)
    expect(stderr).toContain('cannot resolve no-such-host.invalid')
  })
})
