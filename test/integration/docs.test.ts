import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../helpers/child.ts'
import { runHosted } from '../helpers/udptool.ts'

const run = promisify(execFile)
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc')
const VITEST = join(ROOT, 'node_modules/vitest')

/** The code blocks of a page in this language, in order: `ts`, or `ts vitest` for tests of vitest. */
function blocks(page: string, language: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  return [...text.matchAll(/^```([\w ]+)\n(.*?)^```$/gmsu)]
    .filter(([, name]) => name === language)
    .map(([, , code = '']) => code)
}

const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map(name => `docs/${name}`)].filter(name =>
  name.endsWith('.md'),
)

/** The examples of all pages by file name, such as `docs-library-2.ts`. */
function examples(language: string, extension: string): Map<string, string> {
  const found = PAGES.flatMap(page =>
    blocks(page, language).map(
      (code, i) => [`${page.replace('.md', '').replace('/', '-')}-${i + 1}.${extension}`, code] as const,
    ),
  )
  return new Map(found)
}

/** A project with these files that depends on udptool. Returns its folder. */
function project(files: ReadonlyMap<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'udptool-test-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(ROOT, join(folder, 'node_modules', 'udptool'), 'dir')
  symlinkSync(VITEST, join(folder, 'node_modules', 'vitest'), 'dir')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const [name, code] of files) writeFileSync(join(folder, name), code)
  return folder
}

/** Compiles as a strict TypeScript project, `await using` included, for all supported versions of Node. */
async function compile(folder: string): Promise<void> {
  const compilerOptions = {
    strict: true,
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  try {
    await run(process.execPath, [tsc, '-p', folder])
  } catch (error) {
    throw new Error(error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error), {
      cause: error,
    })
  }
}

async function execute(folder: string, file: string): Promise<{ stdout: string; stderr: string }> {
  return await run(process.execPath, [file], { cwd: folder, timeout: 110_000 })
}

describe('the examples of the documents run unchanged', () => {
  const [ts, vitest, js] = [examples('ts', 'ts'), examples('ts vitest', 'test.ts'), examples('js', 'mjs')]
  const folder = project(new Map([...ts, ...vitest, ...js]))
  beforeAll(async () => await compile(folder))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('there are several in each language, and a journal that one of them reads', async () => {
    expect(ts.size).toBeGreaterThanOrEqual(8)
    expect(js.size).toBeGreaterThanOrEqual(2)
    const journal = join(folder, 'run.journal')
    const args = ['send', '--self', '--count', '3', '--timeout', '20s', '--journal', journal]
    expect(await runHosted(args)).toMatchObject({ code: 0 })
  })

  test.each([...[...ts.keys()].map(name => name.replace(/ts$/, 'js')), ...js.keys()])('%s', async name => {
    const { stdout, stderr } = await execute(folder, name)
    expect(stdout).not.toBe('')
    expect(stderr).toBe('')
  })

  test('one of them has saved its Result', () => {
    const saved = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as { ledger: { fates: unknown } }
    expect(saved.ledger.fates).toEqual({ intact: 3 })
  })

  test('under vitest', async () => {
    expect(vitest.size).toBeGreaterThanOrEqual(1)
    const { stdout } = await run(
      process.execPath,
      [join(VITEST, 'vitest.mjs'), 'run', '--reporter=json', `--root=${folder}`, '.test.js'],
      { cwd: folder, timeout: 110_000 },
    )
    const { numPassedTests, numTotalTests } = JSON.parse(stdout) as { numPassedTests: number; numTotalTests: number }
    expect(numPassedTests).toBeGreaterThanOrEqual(vitest.size)
    expect(numTotalTests).toBe(numPassedTests)
  })
})

test('the package exports the JSON Schema', () => {
  // A package may import itself by its name: Node's packages documentation, "Self-referencing a package using its name".
  const file = createRequire(join(ROOT, 'package.json')).resolve('udptool/result.schema.json')
  const schema = JSON.parse(readFileSync(file, 'utf8')) as { $id: string }
  expect(schema.$id).toBe('urn:udptool:result:1')
})
