import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Suite } from '../../src/verdict/suite/suite.ts'
import { readReport } from '../helpers/report-readers.ts'
import { Host, requireNamespaces } from '../helpers/namespace.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'

/** A question of each preset for 127.0.0.1 at this port, without expectations: any answer would do. */
function questions(port: number, message = 'send: hello'): readonly string[] {
  const presets = ['dns, query: { name: www.example.org }', 'ntp', 'stun', 'quic', 'sip', 'coap']
  return [...presets.map(preset => `preset: ${preset}`), message].map(
    (what, n) => `{ name: c${n}, run: message, target: "127.0.0.1:${port}", ${what} }`,
  )
}

function written(checks: readonly string[], defaults = 'timeout: 30s'): string {
  const file = join(temporaryFolder(), 'udptool.yaml')
  const lines = ['parallel: 8', `defaults: { ${defaults} }`, 'checks:', ...checks.map(check => `  - ${check}`)]
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

interface Checked {
  readonly code: number | null
  readonly suite: Suite
}

async function check(host: Host, file: string, ...args: readonly string[]): Promise<Checked> {
  const { code, json } = await host.udptool('check', file, '--json', ...args)
  return { code, suite: json() as unknown as Suite }
}

function verdictsOf({ suite }: Checked): readonly (readonly [string, string])[] {
  return suite.checks.map(({ name, verdict }) => [name, verdict])
}

describe.runIf(requireNamespaces() && requireTool('python3'))('questions in a check file', () => {
  test('have the target, server, level, tags and combinations of all checks', async () => {
    const host = new Host()
    await host.peer('ntp_server', '--port', '123')
    await host.peer('stun_server', '--port', '3478')
    await host.peer('protocol_server', '--protocol', 'coap', '--port', '5683')
    const file = written([
      '{ name: up, run: message, target: here, for: { preset: [ntp, stun, coap] }, tags: real }',
      '{ name: own, run: message, serve: { mode: upper }, send: hello, expect: reply==HELLO }',
      '{ name: digits, run: message, serve: { mode: echo }, send: 007, expect: "replyHex==303037" }',
      '{ name: shut, run: message, target: "127.0.0.1:9", send: x, level: warn }',
      '{ name: no name, run: message, preset: sip, target: host.invalid, level: warn }',
    ])
    writeFileSync(file, `targets: { here: 127.0.0.1 }\n${readFileSync(file, 'utf8')}`)
    const all = await check(host, file)
    expect(verdictsOf(all)).toEqual([
      ['up (preset ntp)', 'pass'],
      ['up (preset stun)', 'pass'],
      ['up (preset coap)', 'pass'],
      ['own', 'pass'],
      ['digits', 'pass'],
      ['shut', 'warn'],
      ['no name', 'error'],
    ])
    expect(all.code).toBe(0)
    expect(all.suite.checks.slice(0, 3).map(({ query }) => query?.target.port)).toEqual([123, 3478, 5683])
    expect(verdictsOf(await check(host, file, '--only', 'up', '--tag', 'real'))).toHaveLength(3)
  })

  test('are never answered by silence', async () => {
    const host = new Host()
    host.filter('table inet t {\nchain i {\ntype filter hook input priority 0\nudp dport 7777 drop\n}\n}')
    const file = written(
      [
        ...questions(7777),
        ...['noReply', 'silent', 'reply.count==0', 'reply!=x', 'reply!~/x/', 'rtt<1h'].map(
          expectation =>
            `{ name: ${expectation}, run: message, target: "127.0.0.1:7777", send: x, expect: '${expectation}' }`,
        ),
      ],
      'timeout: 300ms',
    )
    const { code, suite } = await check(host, file)
    expect([code, suite.checks.flatMap(({ name, verdict }) => (verdict === 'pass' ? [name] : []))]).toEqual([
      1,
      ['noReply', 'silent', 'reply.count==0'],
    ])
    for (const { reason } of suite.checks.slice(0, 7)) expect(reason).toMatch(/^no answer within 300 ms/)
  })

  test('are never answered by a server of another protocol', async () => {
    const host = new Host()
    const peer = await host.peer('protocol_server', '--protocol', 'upper')
    const { port } = JSON.parse(peer.stdout) as { readonly port: number }
    const { code, suite } = await check(host, written(questions(port, 'send: hello, timeout: 30s'), 'timeout: 5s'))
    expect([code, suite.checks.map(({ verdict }) => verdict)]).toEqual([1, [...Array<string>(6).fill('fail'), 'pass']])
    for (const { name, query } of suite.checks.slice(0, 6)) {
      const { answers, unmatched, malformed } = query?.arrivals ?? {}
      expect([name, answers, (unmatched ?? 0) + (malformed ?? 0)]).toEqual([name, 0, 1])
    }
  })

  test('have their reason in every format, also of a saved document', async () => {
    const host = new Host()
    const file = written(questions(9))
    const formats = ['junit', 'tap', 'github', 'html', 'json', 'csv', 'ndjson', 'markdown']
    const outputs = formats.flatMap(format => ['--format', `${format}=${file}.${format}`])
    const { code, stdout } = await host.udptool('check', file, ...outputs)
    expect(code).toBe(1)
    const reason = 'nothing listens on 127.0.0.1:9'
    const counts = (text: string): number => text.replaceAll(/\s+/g, ' ').split(reason).length - 1
    expect(counts(stdout)).toBe(7)
    for (const format of formats) {
      const text = readFileSync(`${file}.${format}`, 'utf8')
      expect(counts(text), format).toBeGreaterThanOrEqual(7)
      const again = await host.udptool('report', `${file}.json`, '--format', format)
      expect([again.stderr, counts(again.stdout)], format).toEqual(['', counts(text)])
    }
    interface Junit {
      readonly cases: readonly { readonly name: string; readonly outcome: string | null; readonly message: string }[]
    }
    const { cases } = await readReport<Junit>('junit', readFileSync(`${file}.junit`, 'utf8'))
    expect(cases.map(({ outcome }) => outcome)).toEqual(Array<string>(7).fill('failure'))
    expect(cases.filter(({ message }) => message.startsWith(reason))).toHaveLength(7)
  })
})
