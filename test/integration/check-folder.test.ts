import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startEcho } from '../helpers/peers.ts'
import { temporaryFolder } from '../helpers/tools.ts'
import { type Run, udptool } from '../helpers/udptool.ts'

const ONE =
  '{ "checks": [{ "name": "one of this folder", "serve": {}, "count": 1, "timeout": "20s", "tags": "quick" }] }'

/** A folder with these files. */
function folder(...names: readonly string[]): string {
  const path = temporaryFolder()
  for (const name of names) writeFileSync(join(path, name), ONE)
  return path
}

interface Suite {
  readonly file?: string
  readonly checks: readonly {
    readonly name: string
    readonly verdict: string
    readonly result?: { readonly target: { readonly port: number } }
  }[]
}

function suiteOf(run: Run): Suite {
  return run.json() as unknown as Suite
}

describe('udptool check without a file', () => {
  test.each(['udptool.yaml', 'udptool.yml', 'udptool.json'])('runs %s of the current folder', async name => {
    const { code, stdout, stderr } = await udptool(['check'], { cwd: folder(name, 'other.yaml') })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.split('\n')[0]).toBe(`running ${name} of this folder; --self-test runs the built-in suite instead`)
    expect(stdout).toMatch(/one of this folder[^]*✓ pass · 1 of 1 check passed\n$/u)
  })

  test('keeps other formats on standard output as they are, and says it on standard error', async () => {
    const run = await udptool(['check', '--json'], { cwd: folder('udptool.yaml') })
    expect(suiteOf(run)).toMatchObject({ file: 'udptool.yaml', checks: [{ name: 'one of this folder' }] })
    expect(run.stderr).toMatch(/^udptool: running udptool\.yaml of this folder; .*\n$/u)
    const quiet = await udptool(['check', '--json', '-q'], { cwd: folder('udptool.yaml') })
    expect([suiteOf(quiet).checks.length, quiet.stderr]).toEqual([1, ''])
  })

  test('takes the options of a file', async () => {
    const cwd = folder('udptool.yaml')
    expect((await udptool(['check', '--tag', 'quick', '--only', 'one of this folder'], { cwd })).code).toBe(0)
    const { code, stdout, stderr } = await udptool(['check', '--only', 'two'], { cwd })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('no check of udptool.yaml is called "two"')
  })

  test('refuses several files: a gate that runs the wrong one could pass', async () => {
    const cwd = folder('udptool.yml', 'udptool.json')
    const { code, stdout, stderr } = await udptool(['check'], { cwd })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('two check files in this folder: udptool.yml and udptool.json')
    expect(stderr).toContain('udptool check udptool.yml')
    expect((await udptool(['check', 'udptool.json', '-q'], { cwd })).code).toBe(0)
  })

  test('does not pass by the built-in suite if the file cannot be read', async () => {
    const cwd = temporaryFolder()
    symlinkSync('nowhere', join(cwd, 'udptool.yaml'))
    expect(await udptool(['check'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot read the check file udptool.yaml'),
    })
    const other = temporaryFolder()
    mkdirSync(join(other, 'udptool.json'))
    expect((await udptool(['check'], { cwd: other })).code).toBe(2)
  })

  test('runs the built-in suite if there is none, also not that of the folder above', async () => {
    const above = folder('udptool.yaml')
    const cwd = join(above, 'inner')
    mkdirSync(cwd)
    writeFileSync(join(cwd, 'udptool.mjs'), 'throw new Error("run without being named")')
    const run = await udptool(['check', '--json'], { cwd })
    expect([run.code, run.stderr]).toEqual([0, ''])
    expect(suiteOf(run)).not.toHaveProperty('file')
    const { code, stderr } = await udptool(['check', '--tag', 'quick'], { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain('--tag needs a check file, and this folder has none')
  })
})

describe('--self-test', () => {
  test('runs the built-in suite, whatever the folder has', async () => {
    const run = await udptool(['check', '--self-test', '--json'], { cwd: folder('udptool.yaml', 'udptool.json') })
    expect([run.code, run.stderr]).toEqual([0, ''])
    expect(suiteOf(run)).not.toHaveProperty('file')
    expect(suiteOf(run).checks.length).toBeGreaterThan(10)
  })

  test.each([
    [['net.yaml'], '--self-test runs the built-in suite, and takes no file — leave out --self-test or net.yaml'],
    [['--tag', 'quick'], '--tag needs a check file — leave out --self-test or --tag'],
    [['--init', '127.0.0.1:9'], '--init needs a check file — leave out --self-test or --init'],
  ])('%j is a mistake', async (args, message) => {
    const { code, stdout, stderr } = await udptool(['check', '--self-test', ...args], { cwd: folder('udptool.yaml') })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })
})

test('included files find each other’s targets, and each prefers its own', async () => {
  await using first = await startEcho()
  await using second = await startEcho()
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, 'net'))
  const each = 'count: 1, timeout: 20s, expect: loss==0'
  const files = {
    'udptool.yaml': `include: net/b.yaml\ntargets: { here: "${first.at}" }\nchecks: [{ name: a, target: here, ${each} }, { name: far, target: far, ${each} }]`,
    'net/b.yaml': `targets: { here: "${second.at}", far: "${second.at}" }\nchecks: [{ name: b, target: here, ${each} }]`,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  const run = await udptool(['check', '--json'], { cwd })
  expect(suiteOf(run).checks.map(({ name, result }) => [name, result?.target.port])).toEqual([
    ['b', Number(second.at.split(':')[1])],
    ['a', Number(first.at.split(':')[1])],
    ['far', Number(second.at.split(':')[1])],
  ])
})

test('a variable of the environment is sent, and no format shows its value', async () => {
  const cwd = temporaryFolder()
  const text = `checks:
  - { name: sent, run: message, serve: { reply: welcome }, timeout: 20s, send: "login \${env:TOKEN}", expect: ["reply==welcome", "reply!=\${env:TOKEN}"] }
  - { name: refused, run: message, serve: { reply: welcome }, send: "login \${env:TOKEN}", expect: "reply==\${env:TOKEN}", timeout: 20s }
  - { name: probes, serve: {}, count: 1, timeout: 20s, expect: "rtt.p99<\${env:LIMIT:-1h}" }
`
  writeFileSync(join(cwd, 'udptool.yaml'), text)
  const formats = ['junit', 'tap', 'github', 'html', 'json', 'csv', 'ndjson', 'markdown', 'prometheus']
  const args = formats.flatMap(format => ['--format', `${format}=out.${format}`])
  const run = await udptool(['check', ...args], { cwd, env: { TOKEN: 'hunter2-secret' } })
  const suite = JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8')) as Suite
  expect([run.code, suite.checks.map(({ name, verdict }) => [name, verdict])]).toEqual([
    1,
    [
      ['sent', 'pass'],
      ['refused', 'fail'],
      ['probes', 'pass'],
    ],
  ])
  expect(run.stdout).toContain('reply==${env:TOKEN}')
  const all = [run.stdout, run.stderr, ...formats.map(format => readFileSync(join(cwd, `out.${format}`), 'utf8'))]
  const hex = Buffer.from('hunter2-secret').toString('hex')
  expect(all.filter(one => one.includes('hunter2') || one.includes(hex))).toEqual([])
  // What was saved can be read again.
  expect(await udptool(['report', 'out.json'], { cwd })).toMatchObject({ code: 0, stderr: '' })
  const missing = await udptool(['check'], { cwd })
  expect([missing.code, missing.stdout]).toEqual([2, ''])
  expect(missing.stderr).toContain('udptool.yaml:2:')
  expect(missing.stderr).toContain('the environment has no variable TOKEN')
})
