import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { ROOT, start, type Finished } from '../helpers/child.ts'
import { runHosted, startServe, startUdptool, udptool } from '../helpers/udptool.ts'

/** The document as docs/engines.md promises it, written down a second time. */
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

/** The one JSON document on stdout, held to the schema that ships. */
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

/** Whether koffi is in the memory of a process, by the kernel's own list. */
function hasKoffi(pid: number): boolean {
  return readFileSync(`/proc/${pid}/maps`, 'utf8').includes('koffi')
}

/** Runs the command in a network of its own, whose loopback is brought to this state first. */
function surveyApart(loopback: string): Promise<Finished> {
  const script = `${loopback}; exec "$0" bin/udptool.js engines --json`
  return start('unshare', ['--net', 'sh', '-c', script, process.execPath]).finished
}

function mayUnshare(): boolean {
  try {
    execFileSync('unshare', ['--net', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    const why = 'a network of its own needs CAP_SYS_ADMIN'
    if (process.env['CI']) throw new Error(`${why}, and CI is set`)
    console.warn(`skipped: ${why}`)
    return false
  }
}

describe.skipIf(kernel === undefined)('where the kernel engine works', () => {
  test('all that it can do was tried, and what the other cannot is said', async () => {
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

  test('the table says the same', async () => {
    const { code, stdout, stderr } = await runHosted(['engines'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^ {2}✓ {2}kernel {2}yes, and --engine auto takes it$/m)
    expect(stdout).toMatch(/^ {2}✗ {2}df .+no: /m)
    for (const name of KERNEL_CAPABILITIES) expect(stdout).toContain(name)
  })

  test('koffi is loaded by a run that uses it, and by no other', async () => {
    await using plain = await startServe(['--engine', 'dgram'])
    await using fast = await startServe(['--engine', 'kernel'])
    const relay = startUdptool(['relay', '--listen', '127.0.0.1:0', '--to', plain.at])
    await relay.waitFor('stdout', /^listening /)
    expect([hasKoffi(plain.pid), hasKoffi(relay.pid), hasKoffi(fast.pid)]).toEqual([false, false, true])
  })
})

describe.skipIf(kernel === undefined || !mayUnshare())('on a machine that lacks something', () => {
  test('without IPv6 only what needs it is missing', async () => {
    const survey = surveyOf(await surveyApart('ip link set lo up; echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'))
    expect(survey.auto).toBe('kernel')
    expect(lacking(survey, 'kernel')).toEqual(['source6'])
    const source6 = survey.engines[0]?.capabilities.find(({ name }) => name === 'source6')
    expect(source6?.missing).toMatch(/::1.*EADDRNOTAVAIL/)
  })

  test('without a loopback nothing can be tried, so auto takes the other engine', async () => {
    const survey = surveyOf(await surveyApart('true'))
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

  test('serves and sends with node:dgram, and proves it', async () => {
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

  test('says in udptool engines why', async () => {
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
  ])('%j ends with 3 and one line, which leads to udptool engines', async (args, reason) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    const [line = '', ...more] = stderr.trimEnd().split('\n')
    expect(more).toEqual([])
    expect(line).toMatch(reason)
    expect(line).toContain('udptool engines')
  })
})
