import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { ROOT, start } from '../helpers/child.ts'
import { temporaryFolder } from '../helpers/tools.ts'

const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string; man: string[] }

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'udptool-package-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The package as published, and the prefix of a global installation without build tools. */
const tarball = join(folder, `udptool-${manifest.version}.tgz`)
const prefix = join(folder, 'prefix')

beforeAll(async () => {
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT })
  await run('npm', ['install', '--global', '--prefix', prefix, tarball])
}, 120_000)

describe('the package', () => {
  test('has no problems by publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: ROOT, strict: true, pack: false })
    expect(messages.map(message => formatMessage(message, pkg))).toEqual([])
  })

  test('has types for every module resolution that supports ESM', async () => {
    const { stdout } = await run(
      process.execPath,
      ['node_modules/@arethetypeswrong/cli/dist/index.js', tarball, '--profile', 'esm-only', '--format', 'json'],
      { cwd: ROOT, maxBuffer: 1 << 26 },
    )
    const { analysis } = JSON.parse(stdout) as { analysis: { entrypoints: object; problems: { kind: string }[] } }
    expect(Object.keys(analysis.entrypoints)).toContain('./vitest')
    // Only ESM can import it, and package.json declares that. The resolution of Node 10 is not supported.
    const known = new Set(['NoResolution', 'CJSResolvesToESM'])
    expect(analysis.problems.filter(({ kind }) => !known.has(kind))).toEqual([])
  })

  test('refers to no source maps, because it does not contain the sources', () => {
    const files = readdirSync(`${ROOT}dist`, { recursive: true, encoding: 'utf8' })
    expect(files.filter(name => name.endsWith('.map'))).toEqual([])
    const compiled = files.filter(name => /\.(?:js|d\.ts)$/u.test(name))
    expect(compiled.length).toBeGreaterThan(500)
    expect(compiled.filter(name => readFileSync(`${ROOT}dist/${name}`, 'utf8').includes('sourceMappingURL'))).toEqual(
      [],
    )
  })

  test('names its repository, bug tracker and author', () => {
    expect(manifest).toMatchObject({
      author: expect.any(String),
      bugs: expect.stringMatching(/^https:/u),
      homepage: expect.stringMatching(/^https:/u),
      repository: { type: 'git', url: expect.stringMatching(/^git\+https:/u) },
    })
  })

  test('has a manual page for each command, and lists them all', () => {
    const made = readdirSync(`${ROOT}dist/man`).map(name => `dist/man/${name}`)
    expect(manifest.man.toSorted()).toEqual(made.toSorted())
  })
})

describe('installed on a bare machine', () => {
  const udptool = async (...args: readonly string[]) => start(join(prefix, 'bin/udptool'), args).finished

  test('it runs', async () => {
    expect(await udptool('--version')).toMatchObject({ code: 0, stdout: `${manifest.version}\n` })
    expect(await udptool('check', '--quiet')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ pass · /) })
    expect(await udptool('send', '--self', '--count', '3', '--interval', '1ms', '--timeout', '20s')).toMatchObject({
      code: 0,
    })
  })

  test('its manual pages are in share/man', () => {
    const pages = readdirSync(join(prefix, 'share/man/man1'))
    expect(pages).toContain('udptool.1')
    expect(pages).toContain('udptool-send.1')
  })

  test('no build tools are installed', () => {
    const modules = readdirSync(join(prefix, 'lib/node_modules/udptool/node_modules'))
    expect(modules).toContain('commander')
    for (const tool of ['typescript', 'vitest', 'assemblyscript', 'uplot', 'playwright-core']) {
      expect(modules).not.toContain(tool)
    }
  })

  test('a TypeScript program imports it and compiles', async () => {
    const place = temporaryFolder()
    // What npm has installed is linked, because a second installation takes as long as all other tests of this file.
    mkdirSync(join(place, 'node_modules/@types'), { recursive: true })
    symlinkSync(join(prefix, 'lib/node_modules/udptool'), join(place, 'node_modules/udptool'))
    symlinkSync(`${ROOT}node_modules/@types/node`, join(place, 'node_modules/@types/node'))
    const source = `import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { send, startEchoServer, type Result } from 'udptool'
import { PROBE_SIZE } from 'udptool/wire'
await using server = await startEchoServer({ port: 0 })
const result: Result = await send({ to: server.target, count: 3, interval: '1ms', timeout: '20s' })
const schema = readFileSync(fileURLToPath(import.meta.resolve('udptool/result.schema.json')), 'utf8')
console.log(result.ledger.fates.intact, PROBE_SIZE, (JSON.parse(schema) as { $id: string }).$id)
`
    writeFileSync(join(place, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(place, 'program.ts'), source)
    const flags =
      '--module nodenext --target es2023 --lib es2023,esnext.disposable --types node --strict --skipLibCheck false'
    await run(process.execPath, [`${ROOT}node_modules/typescript/bin/tsc`, ...flags.split(' '), 'program.ts'], {
      cwd: place,
    })
    expect(await start(process.execPath, [join(place, 'program.js')]).finished).toMatchObject({
      code: 0,
      stdout: '3 117 urn:udptool:result:1\n',
    })
  })
})

test('the API documentation builds, and has every type that it mentions', async () => {
  const place = temporaryFolder()
  const { code, stdout, stderr } = await start(process.execPath, [`${ROOT}scripts/api.mjs`, place], {
    timeoutSeconds: 300,
  }).finished
  expect({ code, output: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, output: '' })
  expect(readFileSync(join(place, 'modules/index.html'), 'utf8')).toContain('startEchoServer')
}, 300_000)
