import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Parser } from 'tap-parser'
import { describe, expect, test } from 'vitest'
import { startEcho } from '../helpers/peers.ts'
import { readReport } from '../helpers/report-readers.ts'
import { closedPort, temporaryFolder } from '../helpers/tools.ts'
import { type Run, runHosted, startUdptool, udptool } from '../helpers/udptool.ts'

interface SuiteDocument {
  readonly schema: string
  readonly checks: readonly {
    readonly id: string
    readonly name: string
    readonly observed: string
    readonly verdict: string
    readonly reason?: string
    readonly attempts: number
    readonly result?: { readonly command: string; readonly ledger: { readonly scheduled: number } }
  }[]
  readonly passed: number
  readonly failed: number
  readonly errors: number
  readonly warned: number
  readonly skipped: number
  readonly interrupted: boolean
  readonly verdict: string
}

function suiteOf(run: Run): SuiteDocument {
  return run.json() as unknown as SuiteDocument
}

/** A check file in a folder of its own. */
function written(text: string, name = 'udptool.yaml'): string {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, text)
  return file
}

const TWO = `
defaults: { count: 5, interval: 1ms, timeout: 20s }
checks:
  - name: echo is whole
    serve: {}
    expect: [loss==0, truncated==0]
  - name: nothing is cut
    serve: { recvSize: 1024 }
    size: 4000
    expect: truncated==0
`

describe('one check passes and one fails', () => {
  test('exit 1, and every format has exactly that failure', async () => {
    const file = written(TWO)
    const at = (ending: string): string => `${file}.${ending}`
    const formats = ['junit', 'tap', 'github', 'html', 'json', 'csv', 'ndjson', 'markdown', 'prometheus']
    const args = formats.flatMap(format => ['--format', `${format}=${at(format)}`])
    const { code, stdout, stderr } = await udptool(['check', file, ...args])
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toMatch(/✓ {2}echo is whole/u)
    expect(stdout).toMatch(/✗ {2}nothing is cut \(nothing-is-cut\)\n/u)
    expect(stdout).toMatch(/\n✗ fail · 1 of 2 checks passed · 1 failed\n$/u)
    const read = (format: string): string => readFileSync(at(format), 'utf8')

    interface Junit {
      readonly cases: readonly { readonly name: string; readonly outcome: string | null; readonly message: string }[]
    }
    const { cases } = await readReport<Junit>('junit', read('junit'))
    expect(cases.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['echo is whole', null],
      ['nothing is cut', 'failure'],
    ])
    expect(cases[1]?.message).toBe('truncated==0 does not hold: 5')

    const points = Parser.parse(read('tap')).flatMap(event => (event[0] === 'assert' ? [event[1]] : []))
    expect(points.map(({ ok, name }) => [ok, name])).toEqual([
      [true, 'echo is whole'],
      [false, 'nothing is cut'],
    ])

    interface Command {
      readonly command: string
      readonly properties: object
    }
    const commands = await readReport<readonly Command[]>('github', read('github'))
    const properties = { file, line: '7', col: '11', title: 'nothing is cut' }
    expect(commands).toMatchObject([{ command: 'error', properties }])

    expect(read('html')).toContain('nothing is cut')
    expect(read('html')).not.toMatch(/(?:src|href|action)=["']?(?:https?:|\/\/)|url\(\s*["']?(?!data:)|@import/iu)
    const document = JSON.parse(read('json')) as SuiteDocument
    expect(document).toMatchObject({ schema: 'udptool/check/1', passed: 1, failed: 1, errors: 0, verdict: 'fail' })
    expect(read('ndjson').trimEnd().split('\n')).toHaveLength(2)
  })

  test('under GitHub Actions, writes annotations to standard error and the job summary', async () => {
    const file = written(TWO)
    const summary = join(temporaryFolder(), 'summary.md')
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary }
    const run = await udptool(['check', file, '--json'], { env })
    expect(suiteOf(run).verdict).toBe('fail')
    expect(run.stderr).toMatch(/^::error file=\S+udptool\.yaml,line=7,col=11,title=nothing is cut::/u)
    expect(readFileSync(summary, 'utf8')).toMatch(/^### ❌ udptool check /u)
  })
})

test('a typo is reported with line, column and a suggestion: exit 2, no check runs and no file is written', async () => {
  const file = written('checks:\n  - name: a\n    serve: {}\n    cuont: 5\n')
  const out = `${file}.xml`
  const { code, stdout, stderr } = await udptool(['check', file, '--format', `junit=${out}`])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr.split('\n')[0]).toBe(`udptool: ${file}:4:5: there is no key "cuont" — did you mean count?`)
  expect(existsSync(out)).toBe(false)
})

describe('no false green', () => {
  test.each([
    ['no reply, so no truncated one', 'truncated==0', 'no reply came'],
    ['no reply, so no duplicate', 'duplicates==0', 'no reply came'],
    ['no sample', 'rtt.p99<1h', 'no samples'],
    ['no receipts', 'loss.forward==0', 'no receipts'],
  ])('%s: exit 1', async (_, expression, reason) => {
    const port = await closedPort()
    const file = written(
      `checks: [{ name: a, target: "127.0.0.1:${port}", count: 3, interval: 1ms, expect: "${expression}" }]`,
    )
    const run = await runHosted(['check', file, '--json'])
    expect(run.code).toBe(1)
    expect(suiteOf(run).checks[0]?.reason).toContain(reason)
  })

  test('an unknown metric: exit 2', async () => {
    const file = written('checks: [{ name: a, serve: {}, expect: "packet_loss<1%" }]')
    const { code, stderr } = await runHosted(['check', file])
    expect(code).toBe(2)
    expect(stderr).toContain(`${file}:1:40: the expectation cannot be "packet_loss<1%": there is no metric`)
  })

  test('a check that cannot run is an error, not a failure: exit 3', async () => {
    const file = written('checks: [{ name: a, target: host.invalid }, { name: b, serve: {}, count: 1, timeout: 20s }]')
    const run = await udptool(['check', file, '--json'])
    expect(run.code).toBe(3)
    expect(suiteOf(run)).toMatchObject({ verdict: 'error', errors: 1, passed: 1, failed: 0 })
  })

  test('100 % loss passes only if an expectation requires it', async () => {
    const port = await closedPort()
    const check = `target: "127.0.0.1:${port}", count: 3, interval: 1ms`
    const file = written(
      `checks: [{ name: shut, ${check}, expect: "replies==0" }, { name: missed, ${check}, expect: "missed<=3" }]`,
    )
    const run = await runHosted(['check', file, '--json'])
    expect(suiteOf(run).checks.map(({ verdict }) => verdict)).toEqual(['pass', 'fail'])
  })
})

test('a failed check with level: warn does not fail the suite', async () => {
  const file = written(TWO.replace('name: nothing is cut', 'name: nothing is cut\n    level: warn'))
  const run = await runHosted(['check', file, '--json'])
  expect(run.code).toBe(0)
  expect(suiteOf(run)).toMatchObject({ verdict: 'pass', passed: 1, warned: 1, failed: 0 })
})

test('parallel checks: a Python server receives the datagrams that the suite reports as sent', async () => {
  await using echo = await startEcho()
  const checks = [1, 2, 3, 4].map(n => `  - { name: check ${n}, count: ${n * 10}, clients: ${n} }`)
  const file = written(
    `parallel: 3\ndefaults: { target: server, interval: 1ms, timeout: 20s, expect: loss==0 }\ntargets: { server: "${echo.at}" }\nchecks:\n${checks.join('\n')}\n`,
  )
  const run = await runHosted(['check', file, '--json'])
  const suite = suiteOf(run)
  expect([run.code, suite.passed]).toEqual([0, 4])
  const scheduled = suite.checks.map(({ result }) => result?.ledger.scheduled)
  expect(scheduled).toEqual([10, 40, 90, 160])
  expect((await echo.stop()).received).toBe(300)
})

test('retryFor repeats a check until its server is up', async () => {
  const port = await closedPort()
  const silent = createSocket('udp4')
  silent.bind({ port, address: '127.0.0.1', exclusive: true })
  await once(silent, 'listening')
  const file = written(
    `checks: [{ name: late, target: "127.0.0.1:${port}", count: 2, interval: 1ms, timeout: 200ms, retryFor: 50s, expect: loss==0 }]`,
  )
  const check = startUdptool(['check', file, '--json'])
  // The first attempt has begun. Its probes arrive at a socket that does not answer.
  await once(silent, 'message')
  silent.close()
  await once(silent, 'close')
  const serving = startUdptool(['serve', '--port', String(port)])
  await serving.waitFor('stdout', /^listening/u)
  const { code, stdout } = await check.finished
  const suite = JSON.parse(stdout) as SuiteDocument
  expect([code, suite.verdict]).toEqual([0, 'pass'])
  expect(suite.checks[0]?.attempts).toBeGreaterThan(1)
})

test('Ctrl-C: exit 130 with the document, and checks that did not finish are skipped', async () => {
  await using echo = await startEcho('--announce', '5')
  const file = written(
    `checks: [{ name: long, target: "${echo.at}", duration: 50s, interval: 5ms, expect: loss==0 }, { name: never, serve: {} }]`,
  )
  const check = startUdptool(['check', file, '--json'])
  await echo.child.waitFor('stdout', /"received"/u)
  check.signal('SIGINT')
  const { code, stdout } = await check.finished
  const suite = JSON.parse(stdout) as SuiteDocument
  expect(code).toBe(130)
  expect(suite).toMatchObject({ interrupted: true, verdict: 'error', skipped: 2, passed: 0 })
  expect(suite.checks.map(({ verdict, attempts }) => [verdict, attempts])).toEqual([
    ['skipped', 1],
    ['skipped', 0],
  ])
})

describe('which checks run', () => {
  const file = (): string =>
    written(
      'defaults: { serve: {}, count: 1, timeout: 20s }\nchecks: [{ name: first one, tags: lan }, { name: second, tags: [wan, lan] }]',
    )

  test.each([
    [['--only', 'first one'], ['first-one']],
    [['--only', 'second'], ['second']],
    [['--tag', 'wan'], ['second']],
    [
      ['--tag', 'lan'],
      ['first-one', 'second'],
    ],
    [
      ['--parallel', '2'],
      ['first-one', 'second'],
    ],
  ])('%j', async (args, ids) => {
    const run = await runHosted(['check', file(), '--json', ...args])
    expect(run.code).toBe(0)
    expect(suiteOf(run).checks.map(({ id }) => id)).toEqual(ids)
  })

  test.each([
    [['--only', 'frist one'], 'did you mean "first one"?'],
    [['--tag', 'slow'], 'has the tag "slow"'],
    [['--parallel', '0'], '--parallel cannot be "0"'],
  ])('%j: exit 2', async (args, message) => {
    const { code, stderr } = await runHosted(['check', file(), ...args])
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })
})

describe('other kinds of files', () => {
  test('JSON, and a module that computes its checks', async () => {
    const json = written('{ "checks": [{ "name": "a", "serve": {}, "count": 1, "timeout": "20s" }] }', 'checks.json')
    expect((await runHosted(['check', json])).code).toBe(0)
    const module = written(
      'export default { checks: [64, 1472].map(size => ({ name: `size ${size}`, serve: {}, size, count: 2, interval: "1ms", timeout: "20s", expect: "loss==0" })) }',
      'checks.mjs',
    )
    const run = await runHosted(['check', module, '--json'])
    expect(suiteOf(run).checks.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['size 64', 'pass'],
      ['size 1472', 'pass'],
    ])
  })

  test.each([
    ['nothing.yaml', undefined, 'cannot read the check file'],
    ['checks.toml', 'a = 1', 'a check file is .yaml, .yml, .json or .mjs'],
    ['checks.ts', '', 'cannot be TypeScript'],
    ['bad.mjs', 'export const a = 1', 'has no default export'],
    ['bad.mjs', 'throw new Error("broken")', 'broken'],
    [
      'bad.mjs',
      'export default { checks: [{ name: "a", serve: {}, cuont: 1 }] }',
      'checks[0].cuont: there is no key "cuont"',
    ],
  ])('%s: exit 2', async (name, text, message) => {
    const file = text === undefined ? join(temporaryFolder(), name) : written(text, name)
    const { code, stderr } = await runHosted(['check', file])
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })
})

test('a check can run sweep and mtu', async () => {
  const file = written(`
defaults: { serve: { recvSize: 3000 }, timeout: 20s }
checks:
  - { name: sizes, run: sweep, sizes: [100, 2000, 4000], expect: maxIntactSize==2000 }
  - { name: path, run: mtu, serve: {}, expect: mtu>=1280 }
`)
  const run = await runHosted(['check', file, '--json'])
  expect(suiteOf(run).checks.map(({ verdict, result }) => [verdict, result?.command])).toEqual([
    ['pass', 'sweep'],
    ['pass', 'mtu'],
  ])
})

describe('check --init', () => {
  test('writes a file whose checks pass on that server, and overwrites nothing', async () => {
    await using echo = await startEcho('--read', '5000')
    const file = join(temporaryFolder(), 'new.yaml')
    const init = await runHosted(['check', file, '--init', echo.at])
    expect([init.code, init.stdout, init.stderr]).toEqual([0, '', ''])
    const text = readFileSync(file, 'utf8')
    expect(text).toContain('sizes: [128, 512, 1200, 1472, 1473, 4000]')
    expect(text).toContain('# 8192 bytes do not come back whole: 20 truncated of 20.')
    expect((await runHosted(['check', file, '--init', echo.at])).code).toBe(2)
    expect(readFileSync(file, 'utf8')).toBe(text)
    // The delay of the next run depends on the load of this host, so only the other limits must hold.
    expect(text).toContain('"rtt.p99<')
    writeFileSync(file, text.replace(/rtt\.p99<[^"]+/, 'rtt.p99<1h'))
    expect((await runHosted(['check', file])).code).toBe(0)
  })

  test('without a server writes nothing: exit 1', async () => {
    const { code, stdout, stderr } = await runHosted(['check', '--init', `127.0.0.1:${await closedPort()}`])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('no intact reply came')
  })
})
