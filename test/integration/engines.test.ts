import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { ROOT, start, type Finished } from '../helpers/child.ts'
import { runHosted, startServe, startUdptool, udptool } from '../helpers/udptool.ts'

/** The document as in docs/engines.md, defined a second time. */
interface Survey {
  readonly auto: string
  readonly engines: readonly {
    readonly name: string
    readonly works: boolean
    readonly missing?: string
    readonly capabilities: readonly { readonly name: string; readonly works: boolean; readonly missing?: string }[]
  }[]
}

const KERNEL_CAPABILITIES = [
  'batches',
  'truncation',
  'source4',
  'source6',
  'tos',
  'ttl',
  'timestamps',
  'fragmentSize',
  'trainsOut',
  'trainsIn',
  'drops',
  'errorQueue',
  'reusePort',
  'df',
  'eventfd',
]
const DGRAM_LACKS = ['truncation', 'tos', 'timestamps', 'errorQueue', 'reusePort', 'df']

const kernel = await builtKernelEngine()
const schema = JSON.parse(readFileSync(`${ROOT}dist/schema/engines.schema.json`, 'utf8')) as AnySchemaObject
const accepts = new Ajv2020({ strict: true }).compile(schema)

/** The JSON document on stdout, validated by the schema of the package. */
function surveyOf({ code, stdout, stderr }: Finished): Survey {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const document: unknown = JSON.parse(stdout)
  expect(accepts(document), JSON.stringify(accepts.errors)).toBe(true)
  return document as Survey
}

function lacking(survey: Survey, engine: string): string[] {
  const { capabilities = [] } = survey.engines.find(({ name }) => name === engine) ?? {}
  return capabilities.filter(({ works }) => !works).map(({ name }) => name)
}

/** Whether koffi is mapped into a process (proc(5), maps). */
function hasKoffi(pid: number): boolean {
  return readFileSync(`/proc/${pid}/maps`, 'utf8').includes('koffi')
}

/** Runs the command in a network namespace, after a command that sets up its loopback. */
function surveyInNamespace(loopback: string): Promise<Finished> {
  const script = `${loopback}; exec "$0" bin/udptool.js engines --json`
  return start('unshare', ['--net', 'sh', '-c', script, process.execPath]).finished
}

function mayUnshare(): boolean {
  try {
    execFileSync('unshare', ['--net', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    const reason = 'a network namespace needs CAP_SYS_ADMIN'
    if (process.env['CI']) throw new Error(`${reason}, and CI is set`)
    console.warn(`skipped: ${reason}`)
    return false
  }
}

describe.skipIf(kernel === undefined)('a machine where the kernel engine works', () => {
  test('the document has all capabilities of the kernel engine, and those that dgram lacks', async () => {
    const survey = surveyOf(await udptool(['engines', '--json']))
    expect(survey.auto).toBe('kernel')
    expect(survey.engines.map(({ name, works }) => [name, works])).toEqual([
      ['kernel', true],
      ['dgram', true],
    ])
    expect(survey.engines[0]?.capabilities.map(({ name }) => name)).toEqual(KERNEL_CAPABILITIES)
    expect(lacking(survey, 'dgram')).toEqual(DGRAM_LACKS)
    expect(survey.engines[1]?.capabilities.every(({ works, missing }) => works === (missing === undefined))).toBe(true)
  })

  test('the table has the same capabilities', async () => {
    const { code, stdout, stderr } = await runHosted(['engines'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^ {2}✓ {2}kernel {2}yes, and --engine auto takes it$/m)
    expect(stdout).toMatch(/^ {2}✗ {2}df .+no: /m)
    for (const name of KERNEL_CAPABILITIES) expect(stdout).toContain(name)
  })

  test('koffi is loaded only by a process that uses the kernel engine', async () => {
    await using plain = await startServe(['--engine', 'dgram'])
    await using fast = await startServe(['--engine', 'kernel'])
    const relay = startUdptool(['relay', '--listen', '127.0.0.1:0', '--to', plain.at])
    await relay.waitFor('stdout', /^listening /)
    expect([hasKoffi(plain.pid), hasKoffi(relay.pid), hasKoffi(fast.pid)]).toEqual([false, false, true])
  })
})

describe.skipIf(kernel === undefined || !mayUnshare())('a machine without IPv6 or loopback', () => {
  test('without IPv6 only the capability that needs it is missing', async () => {
    const survey = surveyOf(
      await surveyInNamespace('ip link set lo up; echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'),
    )
    expect(survey.auto).toBe('kernel')
    expect(lacking(survey, 'kernel')).toEqual(['source6'])
    const source6 = survey.engines[0]?.capabilities.find(({ name }) => name === 'source6')
    expect(source6?.missing).toMatch(/::1.*EADDRNOTAVAIL/)
  })

  test('without loopback the kernel engine cannot be tested, so auto selects dgram', async () => {
    const survey = surveyOf(await surveyInNamespace('true'))
    expect(survey.auto).toBe('dgram')
    expect(survey.engines[0]).toMatchObject({
      works: false,
      missing: expect.stringMatching(/127\.0\.0\.1.*ENETUNREACH/),
    })
  })
})

describe('an installation without koffi', () => {
  const folder = mkdtempSync(join(tmpdir(), 'udptool-test-'))
  const program = join(folder, 'bin/udptool.js')

  /** The package as npm installs it with --omit=optional. */
  beforeAll(() => {
    for (const part of ['bin', 'dist', 'package.json'])
      cpSync(join(ROOT, part), join(folder, part), { recursive: true })
    mkdirSync(join(folder, 'node_modules'))
    const modules = join(ROOT, 'node_modules')
    for (const name of readdirSync(modules)) {
      if (name !== 'koffi') symlinkSync(join(modules, name), join(folder, 'node_modules', name))
    }
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  async function run(...args: readonly string[]): Promise<Finished> {
    return await start(process.execPath, [program, ...args]).finished
  }

  const MISSING = process.platform === 'linux' ? /koffi cannot be loaded: Cannot find module 'koffi'/ : /needs Linux/

  test('serves and sends with node:dgram, and the checks pass', async () => {
    await using server = start(process.execPath, [program, 'serve', '--port', '0'])
    const [, port = ''] = await server.waitFor('stdout', /^listening udp4 127\.0\.0\.1:(\d+) mode=upper engine=dgram\n/)
    const to = `127.0.0.1:${port}`
    const sent = await run('send', '--to', to, '--count', '5', '--interval', '1ms', '--timeout', '20s', '--json')
    expect(sent.code).toBe(0)
    expect(JSON.parse(sent.stdout)).toMatchObject({ engine: 'dgram', ledger: { scheduled: 5, fates: { intact: 5 } } })
    expect(await run('send', '--to', to, '--timeout', '20s', 'hello')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^HELLO /),
    })
    expect(await run('check', '--quiet')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^✓ pass · /),
    })
  })

  test('udptool engines reports the reason', async () => {
    const survey = surveyOf(await run('engines', '--json'))
    expect(survey.auto).toBe('dgram')
    expect(survey.engines).toMatchObject([
      { name: 'kernel', works: false, missing: expect.stringMatching(MISSING), capabilities: [] },
      { name: 'dgram', works: true },
    ])
  })

  test.each([
    [['serve', '--port', '0', '--engine', 'kernel'], MISSING],
    [['send', '--self', '--engine', 'kernel', '--count', '1'], MISSING],
    [['serve', '--port', '0', '--workers', '2'], /--workers needs the kernel engine/],
    [['send', '--tos', '46', '--count', '1'], /--tos and --dscp need the kernel engine/],
    [['send', '--df', '--count', '1'], /--df needs the kernel engine/],
  ])('%j ends with 3 and one line, which names udptool engines', async (args, reason) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    const [line = '', ...more] = stderr.trimEnd().split('\n')
    expect(more).toEqual([])
    expect(line).toMatch(reason)
    expect(line).toContain('udptool engines')
  })
})
