import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { start } from '../helpers/child.ts'
import { requireTool } from '../helpers/tools.ts'
import { HOSTED, runHosted, startUdptool, udptool } from '../helpers/udptool.ts'

const KEY = 'correct horse battery staple'

let folder = ''
const at = (name: string): string => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irtt-send-'))
  writeFileSync(at('key'), `${KEY}\n`, { mode: 0o600 })
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Without waits that only a network needs. The server answers within the shortest interval that it allows by default. */
const FAST = ['--interval', '10ms', '--timeout', '20s', '--linger', '0s', '--count', '5'] as const

/** Debian's server of irtt on this port, which is below those that a kernel chooses. It ends with the test. */
async function startIrtt(port: number, ...args: readonly string[]): Promise<void> {
  const child = start('irtt', ['server', '-b', `127.0.0.1:${port}`, ...args])
  onTestFinished(async () => await child[Symbol.asyncDispose]())
  await child.waitFor('stdout', /starting IPv4 listener/u)
}

describe.skipIf(!requireTool('irtt'))("udptool send --protocol irtt to Debian's server", () => {
  test('takes its default port, and answers each probe', async () => {
    await startIrtt(2112)
    const run = await runHosted(['send', '--protocol', 'irtt', '--to', '127.0.0.1', '--json', ...FAST])
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
    expect(run.json()).toMatchObject({
      command: 'send',
      protocol: 'irtt',
      target: { port: 2112 },
      options: { protocol: 'irtt', auth: false },
      ledger: { scheduled: 5, fates: { intact: 5 } },
    })
  })

  test('waits for it with --wait-for, with the key of a file, which is in no output', async () => {
    const to = ['send', '--protocol', 'irtt', '--to', '127.0.0.1:18651', ...FAST, '--irtt-key-file', at('key')]
    const formats = ['json', 'ndjson', 'csv', 'html', 'prometheus', 'markdown', 'junit']
    const files = formats.flatMap(format => ['--format', `${format}=${at(`out.${format}`)}`])
    const command = [...to, '--wait-for', '100s', '-v', '--format', 'table', ...files, '--journal', at('journal')]
    const child = startUdptool(command, HOSTED)
    await child.waitFor('stderr', /nothing listens/u)
    await startIrtt(18_651, `--hmac=${KEY}`)
    const { code, stdout, stderr } = await child.finished
    expect(code).toBe(0)
    const saved = await udptool(['report', at('journal'), '--format', 'json'])
    expect(saved.json()).toMatchObject({ ledger: { fates: { intact: 5 } }, options: { auth: true } })
    const written = readdirSync(folder).filter(name => name !== 'key')
    expect(written).toHaveLength(formats.length + 1)
    const outputs = [stdout, stderr, saved.stdout, ...written.map(name => readFileSync(at(name), 'latin1'))]
    const bytes = Buffer.from(KEY)
    for (const output of outputs)
      for (const text of [KEY, bytes.toString('hex'), bytes.toString('base64'), bytes.join()])
        expect(output).not.toContain(text.slice(0, 16))
  })

  test('in a check', async () => {
    await startIrtt(18_652)
    const file = at('irtt.yaml')
    const check = '{ name: a, target: 127.0.0.1:18652, protocol: irtt, count: 3, interval: 10ms, timeout: 20s }'
    writeFileSync(file, `checks: [${check}]\n`)
    const run = await runHosted(['check', file, '--json'])
    rmSync(file)
    expect(run.json()).toMatchObject({ checks: [{ verdict: 'pass', result: { protocol: 'irtt' } }] })
  })
})

describe('send --protocol irtt --self', () => {
  test.each<[readonly string[], number]>([
    [[], 5],
    [['-6', '--clients', '2', '--size', '1000'], 10],
    [['--engine', 'dgram', '--irtt-key-file', 'key'], 5],
  ])('%j', async (args, intact) => {
    const named = args.map(one => (one === 'key' ? at(one) : one))
    const run = await runHosted(['send', '--protocol', 'irtt', '--self', '--json', ...FAST, ...named])
    expect(run.json()).toMatchObject({ verdict: 'pass', ledger: { fates: { intact } } })
  })
})
