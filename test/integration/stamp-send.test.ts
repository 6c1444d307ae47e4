import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ResultDocument } from '../helpers/document.ts'
import { STAMP_KEY, startPythonReflector } from '../helpers/stamp-peers.ts'
import { HOSTED, runHosted, startUdptool, udptool, type Run } from '../helpers/udptool.ts'

let folder = ''
const at = (name: string): string => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stamp-send-'))
  writeFileSync(at('keys'), `# for the tests\nA ${STAMP_KEY}\nB ${'b'.repeat(64)}\n`, { mode: 0o600 })
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Without waits that only a network needs: replies come back in order on loopback. */
const FAST = ['--interval', '2ms', '--timeout', '20s', '--linger', '0s'] as const

async function sendTo(to: string, ...args: readonly string[]): Promise<Run> {
  return await runHosted(['stamp', 'send', '--to', to, '--json', ...FAST, ...args])
}

function optionsOf(document: ResultDocument): Readonly<Record<string, unknown>> {
  return (document as unknown as { readonly options: Readonly<Record<string, unknown>> }).options
}

describe('a reflector in Python answers every packet of udptool stamp send', () => {
  test.each<[string, readonly string[], readonly string[], Readonly<Record<string, unknown>>]>([
    ['stateless', [], [], { sizes: [44], ttl: 255, payload: 'random', auth: false }],
    ['stateful, with sizes in turn and an SSID', ['--stateful'], ['--size', '44,48,300', '--ssid', '77'], { ssid: 77 }],
    ['with PTP timestamps', ['--clock', 'ptp'], ['--timestamps', 'ptp'], { timestamps: 'ptp' }],
    ['TWAMP-Light', ['--light', '6'], ['--twamp-light', '--size', '14,45,60'], { twampLight: true }],
    [
      'with all TLVs',
      ['--stateful', '--direct'],
      ['--tlv', 'cos,direct,followup,timestamp', '--reply-dscp', 'ef'],
      { sizes: [96], tlv: ['cos', 'direct', 'followup', 'timestamp'], replyDscp: 46 },
    ],
    ['from several clients', ['--stateful'], ['--clients', '3'], { clients: 3 }],
    ['on the dgram engine', ['--stateful'], ['--engine', 'dgram', '--tlv', 'direct'], { engine: 'dgram' }],
  ])('%s', async (_, reflect, send, options) => {
    await using reflector = await startPythonReflector(...reflect)
    const run = await sendTo(reflector.at, '--count', '12', ...send)
    const document = run.json()
    const clients = Number(options['clients'] ?? 1)
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
    expect(document).toMatchObject({ command: 'stamp send', protocol: 'stamp', verdict: 'pass' })
    expect(document.ledger).toMatchObject({ scheduled: 12 * clients, fates: { intact: 12 * clients } })
    expect(optionsOf(document)).toMatchObject(options)
    // Its own record: each number from each socket, and sequence 1 twice for the proof of its kind.
    const { arrivals, sessions } = await reflector.stop()
    expect(sessions).toHaveLength(clients)
    for (const session of sessions) {
      const numbers = arrivals.filter(([name]) => name === session).map(([, sequence]) => sequence)
      expect([...new Set(numbers)]).toEqual([...Array(12).keys()])
    }
    expect(arrivals.map(([, , what]) => what)).not.toContain('refused')
  })

  test('with the key of a file, which an option or UDPTOOL_KEY_FILE names', async () => {
    await using reflector = await startPythonReflector('--key', STAMP_KEY)
    const byOption = await sendTo(reflector.at, '--count', '3', '--key-file', at('keys'), '--tlv', 'cos')
    expect(byOption.json()).toMatchObject({ verdict: 'pass', ledger: { fates: { intact: 3 } } })
    expect(optionsOf(byOption.json())).toMatchObject({ auth: true, keyId: 'A', sizes: [140] })
    const command = ['stamp', 'send', '--to', reflector.at, '--json', ...FAST, '--count', '3', '--auth']
    const byName = await udptool([...command, '--key-id', 'A'], { env: { UDPTOOL_KEY_FILE: at('keys') } })
    expect(byName.json()).toMatchObject({ verdict: 'pass', ledger: { fates: { intact: 3 } } })
    const { arrivals } = await reflector.stop()
    expect(arrivals.map(([, , what]) => what)).not.toContain('refused')
  })

  test('and none with another key: it stays silent', async () => {
    await using reflector = await startPythonReflector('--key', STAMP_KEY)
    const other = ['--count', '2', '--key-file', at('keys'), '--key-id', 'B', '--timeout', '200ms']
    const run = await sendTo(reflector.at, ...other)
    expect(run.code).toBe(1)
    expect(run.json().ledger).toMatchObject({ received: 0, fates: { intact: 0, lostUnknown: 2 } })
    const { arrivals } = await reflector.stop()
    expect(new Set(arrivals.map(([, , what]) => what))).toEqual(new Set(['refused']))
  })
})

describe('--wait-for', () => {
  // Below the ports that a kernel chooses, so that no socket of udptool has the port of the reflector.
  test.each<[string, number, readonly string[], readonly string[]]>([
    ['a reflector', 18_641, [], []],
    ['one with a key', 18_642, ['--key', STAMP_KEY], ['--key-file', 'keys']],
    ['one of TWAMP-Light', 18_643, ['--light', '6'], ['--twamp-light', '--size', '14']],
  ])('waits until %s answers', async (_, port, reflect, send) => {
    const args = ['--count', '3', '--wait-for', '100s', ...send.map(one => (one === 'keys' ? at(one) : one))]
    const child = startUdptool(['stamp', 'send', '--to', `127.0.0.1:${port}`, '--json', ...FAST, ...args], HOSTED)
    await child.waitFor('stderr', /waiting up to 1m40s .*nothing listens/u)
    await using reflector = await startPythonReflector('--port', String(port), ...reflect)
    const { code, stdout } = await child.finished
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ ledger: { scheduled: 3, fates: { intact: 3 } } })
    const { sessions } = await reflector.stop()
    // Packets that wait come from sockets of their own and are in no ledger.
    expect(sessions.length).toBeGreaterThan(1)
  })
})

describe('--self', () => {
  test.each<[readonly string[], number]>([
    [[], 5],
    [['--tlv', 'cos,direct', '--ssid', '3', '--size', '200'], 5],
    [['--twamp-light', '--size', '14'], 5],
    [['-6', '--timestamps', 'ptp'], 5],
    [['--engine', 'dgram', '--clients', '2', '--tlv', 'cos'], 10],
  ])('%j', async (args, intact) => {
    const run = await runHosted(['stamp', 'send', '--self', '--json', ...FAST, '--count', '5', ...args])
    expect(run.json()).toMatchObject({ verdict: 'pass', ledger: { fates: { intact } } })
  })

  test('with a key', async () => {
    const args = ['--json', ...FAST, '--count', '5', '--key-file', at('keys'), '--key-id', 'B', '--tlv', 'direct']
    const run = await runHosted(['stamp', 'send', '--self', ...args])
    expect(run.json()).toMatchObject({ verdict: 'pass', ledger: { fates: { intact: 5 } } })
  })
})

test('no output has the key: not the formats, the journal, its report, messages, nor errors', async () => {
  await using reflector = await startPythonReflector('--key', STAMP_KEY, '--sign', 'c'.repeat(64))
  const formats = ['json', 'ndjson', 'csv', 'junit', 'tap', 'github', 'markdown', 'html', 'prometheus']
  const files = formats.flatMap(format => ['--format', `${format}=${at(`out.${format}`)}`])
  const args = ['--count', '3', '--interval', '2ms', '--timeout', '300ms', '--key-file', at('keys'), '--tlv', 'cos']
  const outputs: string[] = []
  const collect = async (command: readonly string[], code: number): Promise<void> => {
    const run = await udptool(command)
    expect({ code: run.code, stderr: run.stderr }).toMatchObject({ code })
    outputs.push(run.stdout, run.stderr)
  }
  // The replies have a wrong HMAC, so there is a warning about them.
  const send = ['stamp', 'send', '--to', reflector.at, ...args]
  await collect([...send, '-v', '--debug', ...files, '--format', 'table', '--journal', at('journal')], 1)
  await collect(['report', at('journal'), '--format', 'json'], 0)
  await collect(['stamp', 'send', '--self', ...args, '--timeout', '20s', '-v'], 0)
  for (const [name, line] of Object.entries({ long: `A ${STAMP_KEY}0`, twice: `A ${STAMP_KEY}\nA ${STAMP_KEY}` })) {
    writeFileSync(at(name), line, { mode: 0o600 })
    await collect(['stamp', 'send', '--debug', '--key-file', at(name)], 2)
    rmSync(at(name))
  }
  await collect(['stamp', 'send', '--debug', '--key-file', at('keys'), '--key-id', STAMP_KEY], 2)
  writeFileSync(
    at('checks.yaml'),
    `checks: [{ name: a, run: stamp, target: "${reflector.at}", keyFile: keys, count: 2, timeout: 300ms }]\n`,
  )
  await collect(['check', at('checks.yaml'), '-v', '--format', 'table', '--format', `json=${at('out.check')}`], 1)
  const written = readdirSync(folder).filter(name => name !== 'keys')
  expect(written).toHaveLength(formats.length + 3)
  outputs.push(...written.map(name => readFileSync(at(name), 'latin1')))
  const secret = Buffer.from(STAMP_KEY, 'hex')
  const spellings = [STAMP_KEY, STAMP_KEY.toUpperCase(), secret.toString('latin1'), secret.toString('base64')]
  for (const output of outputs) {
    for (const spelling of spellings) expect(output).not.toContain(spelling.slice(0, 20))
    // As a typed array in JSON.
    expect(output.replaceAll(/\s/gu, '')).not.toMatch(/0,1,2,3,4,5,6,7,8|"1":1,"2":2,"3":3/u)
  }
  expect(outputs.join('\n')).toContain('"keyId":"A"')
})

test('a key file that others can read is refused, exit 2', async () => {
  writeFileSync(at('open'), `A ${STAMP_KEY}\n`)
  chmodSync(at('open'), 0o640)
  const run = await runHosted(['stamp', 'send', '--self', '--key-file', at('open')])
  rmSync(at('open'))
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).toBe(
    `udptool: others than its owner have access to ${at('open')} (mode 0640) — keep the key secret: chmod 600 ${at('open')}\n`,
  )
})

test('a check with run: stamp', async () => {
  await using reflector = await startPythonReflector('--stateful', '--key', STAMP_KEY)
  const file = at('suite.yaml')
  writeFileSync(
    file,
    `
defaults: { count: 4, interval: 2ms, linger: 0s }
targets: { reflector: "${reflector.at}" }
checks:
  - { name: keyed, run: stamp, target: reflector, keyFile: keys, timeout: 20s, expect: [intact==4, loss==0] }
  - { name: other key, run: stamp, target: reflector, keyFile: keys, keyId: B, timeout: 200ms, expect: replies==0 }
  - { name: no key, run: stamp, target: reflector, timeout: 200ms }
`,
  )
  const run = await runHosted(['check', file, '--json'])
  rmSync(file)
  const { checks } = JSON.parse(run.stdout) as { readonly checks: readonly Readonly<Record<string, unknown>>[] }
  expect(run.code).toBe(1)
  expect(checks.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['keyed', 'pass'],
    ['other key', 'pass'],
    ['no key', 'fail'],
  ])
  expect(checks[0]).toMatchObject({ result: { command: 'stamp send', protocol: 'stamp' } })
})
