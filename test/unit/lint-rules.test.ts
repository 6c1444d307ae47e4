import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { FLOORS, PURE, lintRules, mayImport } from '../../scripts/rooms.mjs'
import { temporaryFolder } from '../helpers/tools.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const ROOMS = FLOORS.flat()

interface Report {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[]
}

/** Which rules of the linter planted files break: `path rule`, each once. */
function broken(files: Readonly<Record<string, string>>): string[] {
  const place = temporaryFolder()
  for (const name of ['.oxlintrc.json', 'oxlint.rooms.json']) cpSync(`${ROOT}${name}`, join(place, name))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), `${text}\n`)
  }
  const args = [`${ROOT}node_modules/oxlint/bin/oxlint`, '--format', 'json', 'src']
  const { stdout } = spawnSync(process.execPath, args, { cwd: place, encoding: 'utf8', maxBuffer: 1 << 26 })
  const { diagnostics } = JSON.parse(stdout) as Report
  const found = diagnostics.map(({ filename, code }) => `${filename} ${/\((.*)\)/u.exec(code)?.[1] ?? code}`)
  return [...new Set(found)].filter(one => RULES.some(rule => one.endsWith(` ${rule}`))).toSorted()
}

const RULES = [
  'no-restricted-imports',
  'no-restricted-globals',
  'no-restricted-properties',
  'no-nodejs-modules',
  'no-cycle',
  'no-self-import',
  'no-import-type-side-effects',
  'no-default-export',
  'max-lines',
  'no-console',
]

/** Plants each source in a file of its own in that folder, and expects of each that it breaks the rule, or that none does. */
function expectEach(sources: readonly (readonly [folder: string, source: string])[], rule?: string): void {
  const path = (n: number): string => posix.join('src', sources[n]?.[0] ?? '', `planted-${n}.ts`)
  const files = Object.fromEntries(sources.map(([, source], n) => [path(n), source]))
  expect(broken(files)).toEqual(rule === undefined ? [] : sources.map((_, n) => `${path(n)} ${rule}`).toSorted())
}

test('the rules are those of scripts/rooms.mjs (npm run rooms)', () => {
  expect(readFileSync(`${ROOT}oxlint.rooms.json`, 'utf8')).toBe(lintRules())
})

describe('imports look down', () => {
  const pairs = ROOMS.flatMap(room => ROOMS.map(other => [room, other] as const))
  const imports = (allowed: boolean): (readonly [string, string])[] =>
    pairs
      .filter(([room, other]) => mayImport(room, other) === allowed)
      .flatMap(([room, other]) => [
        [room, `import { b } from '../${other}/b.ts'`] as const,
        [`${room}/folder`, `import { b } from '../../${other}/folder/b.ts'`] as const,
      ])

  test('every room to every higher room', () => {
    expect(imports(false).length).toBeGreaterThan(100)
    expectEach(imports(false), 'no-restricted-imports')
  })

  test('every room to every lower room', () => {
    // Folders of runs and of jobs are closed to each other, and those of the engines to all rooms, which their own tests show.
    const open = imports(true).filter(([folder]) => !/^(?:runs|jobs)\/folder$/u.test(folder))
    expectEach(open.filter(([folder, source]) => folder.startsWith('engine') || !source.includes('/engine/folder/')))
  })

  test('whatever the kind of import, and to what is beside the rooms', () => {
    const sources = [
      ['base', "import type { B } from '../wire/b.ts'"],
      ['base', "import { type B, c } from '../wire/b.ts'"],
      ['base', "import '../wire/b.ts'"],
      ['facts', "export { b } from '../ledger/b.ts'"],
      ['facts', "export type { B } from '../ledger/b.ts'"],
      ['report', "const b = await import('../machines/b.ts')"],
      ['runs/send', "import { b } from '../../index.ts'"],
      ['cli', "import { b } from '../wire.ts'"],
      ['base', "import { b } from '../../test/b.ts'"],
      ['schema', "import { b } from '../base/b.ts'"],
      ['.', "export { b } from './cli/b.ts'"],
    ] as const
    expectEach(sources, 'no-restricted-imports')
  })

  test('values of the schema for those who check documents, its types for all', () => {
    const [value, type] = ["import { b } from '../schema/b.ts'", "import type { B } from '../schema/b.ts'"]
    const checks = ['runs', 'jobs', 'cli']
    const others = ROOMS.filter(room => !checks.includes(room))
    expectEach(
      others.map(room => [room, value]),
      'no-restricted-imports',
    )
    expectEach([...checks.map(room => [room, value] as const), ...ROOMS.map(room => [room, type] as const)])
  })
})

test('engines, folders of the kernel engine, of report and of verdict, runs and jobs keep their insides', () => {
  const sources = [
    ['engine/dgram', '../kernel/b.ts'],
    ['engine/kernel/loop', '../../dgram/b.ts'],
    ['engine/kernel/system', '../socket/b.ts'],
    ['engine/kernel/server', '../prober/b.ts'],
    ['report/text', '../result/b.ts'],
    ['report/result', '../terminal/b.ts'],
    ['report/terminal', '../formats/b.ts'],
    ['report/formats', '../html/b.ts'],
    ['report/html/pictures', '../../terminal/b.ts'],
    ['verdict/figures', '../expect/b.ts'],
    ['verdict/suite', '../compare/b.ts'],
    ['runs/send', '../../engine/dgram/b.ts'],
    ['lab', '../engine/kernel/socket/b.ts'],
    ['runs/send', '../echo/run.ts'],
    ['jobs/check', '../mtu/lines.ts'],
    ['jobs/check', '../doctor/run.ts'],
  ].map(([folder = '', path]) => [folder, `import { b } from '${path}'`] as const)
  expectEach(sources, 'no-restricted-imports')
})

test('they share what lies beside them, and jobs how a job is planned and run', () => {
  const sources = [
    ['engine', './kernel/trial/b.ts'],
    ['lab', '../engine/system-calls.ts'],
    ['engine/kernel/loop', '../../batch.ts'],
    ['engine/kernel/prober', '../loop/b.ts'],
    ['report/html/pictures', '../../result/b.ts'],
    ['report/html', '../shared.ts'],
    ['verdict/diagnosis', '../search/b.ts'],
    ['runs/send', '../shared.ts'],
    ['jobs/check', '../shared.ts'],
    ['jobs/check', '../mtu/run.ts'],
    ['jobs/check', '../sweep/plan.ts'],
    ['jobs/check', '../engines/survey.ts'],
    ['jobs/check', '../../runs/send/b.ts'],
  ].map(([folder = '', path]) => [folder, `import { b } from '${path}'`] as const)
  expectEach(sources)
})

describe('no circles', () => {
  test('of values, of types, through a file that imports itself', () => {
    const files = {
      'src/base/a.ts': "import type { B } from './b.ts'\nexport type A = B",
      'src/base/b.ts': "import { c } from './c.ts'\nexport type B = typeof c",
      'src/base/c.ts': "export type { A } from './a.ts'\nexport const c = 1",
      'src/wire/d.ts': "import './d.ts'",
    }
    const circle = ['a', 'b', 'c'].map(name => `src/base/${name}.ts no-cycle`)
    expect(broken(files)).toEqual([...circle, 'src/wire/d.ts no-cycle', 'src/wire/d.ts no-self-import'])
  })

  test('a diamond is none', () => {
    const [left, right] = ["import './left.ts'\nimport './right.ts'", "import './end.ts'"]
    expect(broken({ 'src/base/a.ts': left, 'src/base/left.ts': right, 'src/base/right.ts': right })).toEqual([])
  })
})

describe('pure rooms', () => {
  test('have no built-ins', () => {
    const sources = ["import type { Socket } from 'node:dgram'", "import { readFileSync } from 'fs'"]
    expectEach(
      PURE.filter(room => room !== 'schema').flatMap(room => sources.map(source => [room, source] as const)),
      'no-nodejs-modules',
    )
  })

  test('know no clock, no chance, no process', () => {
    const sources = [
      'new Date()',
      'performance.now()',
      'const { env } = process',
      'setTimeout(go, 1)',
      'setImmediate(go)',
      'setInterval(go, 1)',
      'queueMicrotask(go)',
      'Buffer.from(bytes)',
      'crypto.randomUUID()',
      'globalThis.process',
      'const text = `${Date.now()}`',
      'const time = quick ? Date : slow',
      'go({ start: performance.now() })',
      'const half = whole / 2; Date.now() / 2',
    ]
    expectEach(
      [...sources.map(source => ['wire', source] as const), ...PURE.map(room => [room, 'Date.now()'] as const)],
      'no-restricted-globals',
    )
    expectEach([['ledger', 'Math.random()']], 'no-restricted-properties')
  })

  test('may use the same words for their own', () => {
    const sources = [
      '// Date.now() in a comment',
      "const name = 'performance'",
      'const pattern = /Date|`process/u',
      'const options = { process: 1, crypto: 2 }',
      'interface Host {\n  readonly process: string\n  crypto?: boolean\n}',
      'host.process()\nconst DateLike = 1\nconst myBuffer = 2',
    ]
    expectEach(sources.map(source => ['wire', source]))
  })

  test('engines, runs and cli may know the world', () => {
    const source = "import { createSocket } from 'node:dgram'\nconst now = performance.now()\nprocess.exitCode = 1"
    expectEach(['engine/dgram', 'runs/send', 'cli'].map(folder => [folder, source]))
  })
})

test('only cli writes', () => {
  const folders = ['engine/dgram', 'runs/send', 'lab', '.']
  const sources = ['process.stdout.write(text)', 'const { stderr } = process']
  expectEach(
    folders.flatMap(folder => sources.map(source => [folder, source])),
    'no-restricted-properties',
  )
  expectEach(
    folders.map(folder => [folder, 'console.log(1)']),
    'no-console',
  )
  expectEach(sources.map(source => ['cli', source]))
})

test('packages have their place', () => {
  const sources = [
    ['runs/send', "import type { Command } from 'commander'"],
    ['verdict', "import { z } from 'zod'"],
    ['verdict', "const zod = await import('zod/mini')"],
    ['schema', "import { parse } from 'yaml'"],
  ] as const
  expectEach(sources, 'no-restricted-imports')
  expectEach([['verdict', "import { type z } from 'zod'"]], 'no-import-type-side-effects')
  expectEach([
    ['cli', "import type { Command } from 'commander'"],
    ['cli', "import { z } from 'zod'"],
    ['verdict', "import type { z } from 'zod'"],
    ['schema', "import { z } from 'zod'\nimport { count } from './count.ts'"],
  ])
})

test('no default exports, and files of at most 250 lines', () => {
  const sources = ['export default 1', 'export default function go() {}', 'export { a as default }']
  expectEach(
    sources.map(source => ['base', source]),
    'no-default-export',
  )
  expectEach([['base', '// a\n'.repeat(250)]], 'max-lines')
  expectEach([['base', '// a\n'.repeat(248)]])
})
