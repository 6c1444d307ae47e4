import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { breaches } from '../helpers/house.ts'
import { readSource } from '../helpers/source.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

function house(): Map<string, string> {
  const files = new Map<string, string>()
  for (const entry of readdirSync(`${ROOT}src`, { recursive: true, withFileTypes: true })) {
    const path = `${entry.parentPath}/${entry.name}`
    if (entry.isFile()) files.set(relative(ROOT, path).replaceAll('\\', '/'), readFileSync(path, 'utf8'))
  }
  const bin = `${ROOT}bin/udptool.js`
  if (existsSync(bin)) files.set('bin/udptool.js', readFileSync(bin, 'utf8'))
  return files
}

test('the house keeps its rules', () => {
  const files = house()
  expect(files.size).toBeGreaterThan(20)
  expect(breaches(files)).toEqual([])
})

/** The breaches in a few planted files. */
function planted(files: Readonly<Record<string, string>>): string[] {
  return breaches(new Map(Object.entries({ 'bin/udptool.js': "import '../dist/cli/main.js'\n", ...files })))
}

describe('imports look down', () => {
  test.each([
    ['src/base/a.ts', "import { b } from '../wire/b.ts'", 'src/wire/b.ts'],
    ['src/wire/a.ts', "import type { B } from '../facts/b.ts'", 'src/facts/b.ts'],
    ['src/facts/a.ts', "export { b } from '../ledger/b.ts'", 'src/ledger/b.ts'],
    ['src/ledger/a.ts', "import '../machines/b.ts'", 'src/machines/b.ts'],
    ['src/machines/a.ts', "import { type B } from '../ledger/b.ts'", 'src/ledger/b.ts'],
    ['src/verdict/a.ts', "import { b } from '../report/b.ts'", 'src/report/b.ts'],
    ['src/engine/dgram/a.ts', "import { b } from '../../runs/send/b.ts'", 'src/runs/send/b.ts'],
    ['src/options/a.ts', "import { b } from '../runs/b.ts'", 'src/runs/b.ts'],
    ['src/runs/a.ts', "import { b } from '../jobs/b.ts'", 'src/jobs/b.ts'],
    ['src/lab/a.ts', "import { b } from '../jobs/check/b.ts'", 'src/jobs/check/b.ts'],
    ['src/ledger/a.ts', "import type { B } from '../machines/b.ts'", 'src/machines/b.ts'],
    ['src/engine/dgram/a.ts', "import { b } from '../../ledger/b.ts'", 'src/ledger/b.ts'],
    ['src/stream/a.ts', "import { b } from '../runs/tcp-serve/b.ts'", 'src/runs/tcp-serve/b.ts'],
    ['src/engine/a.ts', "import { b } from '../stream/b.ts'", 'src/stream/b.ts'],
    ['src/report/a.ts', "const b = await import('../machines/b.ts')", 'src/machines/b.ts'],
    ['src/runs/send/a.ts', "import { b } from '../../cli/b.ts'", 'src/cli/b.ts'],
    ['src/runs/send/a.ts', "import { b } from '../../report/b.ts'", 'src/report/b.ts'],
    ['src/runs/send/a.ts', "new Worker(new URL('../../cli/b.js', import.meta.url))", 'src/cli/b.ts'],
    ['src/schema/a.ts', "import { b } from '../base/b.ts'", 'src/base/b.ts'],
    ['src/verdict/a.ts', "import { b } from '../schema/b.ts'", 'src/schema/b.ts'],
    ['src/index.ts', "export { b } from './cli/b.ts'", 'src/cli/b.ts'],
    ['src/runs/send/a.ts', "import { b } from '../../index.ts'", 'src/index.ts'],
    ['src/base/a.ts', "import { b } from '../../test/b.ts'", 'test/b.ts'],
  ])('%s with %s', (path, source, to) => {
    expect(planted({ [path]: source })).toEqual([`${path}: imports ${to}, which is not below`])
  })

  test.each([
    ['src/engine/dgram/a.ts', '../kernel/b.ts', 'the inside of another engine'],
    ['src/engine/kernel/loop/a.ts', '../../memory/b.ts', 'the inside of another engine'],
    ['src/engine/kernel/system/a.ts', '../socket/b.ts', 'which is not below in the kernel engine'],
    ['src/engine/kernel/server/a.ts', '../prober/b.ts', 'which is not below in the kernel engine'],
    ['src/engine/kernel/attic/a.ts', '../system/b.ts', 'which is not below in the kernel engine'],
  ])('%s with %s', (path, specifier, why) => {
    expect(planted({ [path]: `import { b } from '${specifier}'` })[0]).toMatch(new RegExp(`${why}$`, 'u'))
  })

  test('engines share what lies beside them', () => {
    const files = {
      'src/engine/a.ts': "import { b } from './kernel/engine.ts'",
      'src/engine/kernel/loop/a.ts': "import { b } from '../../batch.ts'\nimport { c } from '../system/c.ts'",
    }
    expect(planted(files)).toEqual([])
  })

  test('a room that is on no floor', () => {
    expect(planted({ 'src/attic/a.ts': '' })).toEqual(['src/attic/a.ts: attic is not a room of the house'])
  })

  test('downwards, types of the schema, and anything into cli', () => {
    const below = "import { b } from '../base/b.ts'\nimport type { S } from '../schema/s.ts'\n"
    const all = ['schema/s', 'report/r', 'runs/send/run', 'engine/dgram/d']
      .map(path => `import '../${path}.ts'`)
      .join('\n')
    expect(planted({ 'src/wire/a.ts': below, 'src/report/a.ts': below, 'src/cli/a.ts': all })).toEqual([])
  })
})

describe('runs and jobs keep their insides', () => {
  test.each([
    ['src/runs/send/a.ts', '../echo/run.ts', 'src/runs/echo/run.ts'],
    ['src/jobs/check/a.ts', '../mtu/lines.ts', 'src/jobs/mtu/lines.ts'],
    ['src/jobs/check/a.ts', '../doctor/run.ts', 'src/jobs/doctor/run.ts'],
  ])('%s imports %s', (path, specifier, to) => {
    expect(planted({ [path]: `import { b } from '${specifier}'` })).toEqual([
      `${path}: imports ${to}, the inside of another of the ${path.split('/')[1]}`,
    ])
  })

  test('a job uses the plan and the run of another, and what lies beside the folders; runs are open to jobs', () => {
    const doors = ['jobs/mtu/run', 'jobs/sweep/plan', 'jobs/engines/survey', 'jobs/shared', 'runs/send/rows']
    const source = doors.map(path => `import '../../${path}.ts'`).join('\n')
    expect(planted({ 'src/jobs/check/a.ts': source, 'src/runs/send/a.ts': "import '../shared.ts'" })).toEqual([])
  })
})

describe('no circles', () => {
  test('of values, of types, through a file that imports itself', () => {
    expect(
      planted({
        'src/base/a.ts': "import type { B } from './b.ts'",
        'src/base/b.ts': "import { c } from './c.ts'",
        'src/base/c.ts': "export type { A } from './a.ts'",
        'src/wire/d.ts': "import './d.ts'",
      }),
    ).toEqual([
      'src/base/a.ts → src/base/b.ts → src/base/c.ts → src/base/a.ts: a circle of imports',
      'src/wire/d.ts → src/wire/d.ts: a circle of imports',
    ])
  })

  test('a diamond is none', () => {
    const [left, right] = ["import './left.ts'\nimport './right.ts'", "import './end.ts'"]
    expect(planted({ 'src/base/a.ts': left, 'src/base/left.ts': right, 'src/base/right.ts': right })).toEqual([])
  })
})

describe('pure rooms', () => {
  test.each(['base', 'wire', 'facts', 'ledger', 'verdict', 'machines', 'report', 'schema'])(
    '%s has no built-ins',
    room => {
      expect(planted({ [`src/${room}/a.ts`]: "import type { Socket } from 'node:dgram'" })).toContain(
        `src/${room}/a.ts: imports node:dgram in a pure room`,
      )
      expect(planted({ [`src/${room}/a.ts`]: "import { readFileSync } from 'fs'" })).toContain(
        `src/${room}/a.ts: imports fs in a pure room`,
      )
      expect(planted({ [`src/${room}/a.ts`]: 'const now = Date.now()' })).toEqual([
        `src/${room}/a.ts:1: Date in a pure room`,
      ])
    },
  )

  test.each([
    ['new Date()', 'Date'],
    ['performance.now()', 'performance'],
    ['const { env } = process', 'process'],
    ['Math.random()', 'Math.random'],
    ['setTimeout(go, 1)', 'setTimeout'],
    ['setImmediate(go)', 'setImmediate'],
    ['setInterval(go, 1)', 'setInterval'],
    ['Buffer.from(bytes)', 'Buffer'],
    ['console.log(1)', 'console'],
    ['crypto.randomUUID()', 'crypto'],
    ['globalThis.process', 'globalThis'],
    ['const text = `${Date.now()}`', 'Date'],
    ['const time = quick ? Date : slow', 'Date'],
    ['{ start: performance.now() }', 'performance'],
    ['const half = whole / 2; Date.now() / 2', 'Date'],
  ])('%s', (source, word) => {
    expect(planted({ 'src/wire/a.ts': `\n${source}` })).toEqual([`src/wire/a.ts:2: ${word} in a pure room`])
  })

  test.each([
    '// Date.now() in a comment',
    '/* process */ const a = 1',
    "const name = 'performance'",
    'const text = `process ${name} Date`',
    'const pattern = /Date|`process/u',
    'const options = { process: 1, crypto: 2 }',
    'interface Host {\n  readonly process: string\n  crypto?: boolean\n}',
    'host.process()\nconst DateLike = 1\nconst myBuffer = 2',
  ])('%s is harmless', source => {
    expect(planted({ 'src/wire/a.ts': source })).toEqual([])
  })

  test('engines, jobs and cli may know the world', () => {
    const source = "import { createSocket } from 'node:dgram'\nconst now = performance.now()\nprocess.exitCode = 1"
    const paths = ['src/engine/dgram/a.ts', 'src/runs/send/a.ts', 'src/cli/a.ts']
    expect(planted(Object.fromEntries(paths.map(path => [path, source])))).toEqual([])
  })
})

describe('only cli writes', () => {
  test.each(['console.log(1)', 'process.stdout.write(text)', 'process.stderr.write(text)'])('%s', source => {
    for (const path of ['src/engine/dgram/a.ts', 'src/runs/send/a.ts', 'src/index.ts']) {
      expect(planted({ [path]: source })).toEqual([expect.stringContaining(': only src/cli writes')])
    }
    expect(planted({ 'src/cli/a.ts': source })).toEqual([])
  })
})

describe('packages have their place', () => {
  test.each(['table', 'koffi'])('%s in one file', name => {
    const source = `import { a } from '${name}'`
    expect(planted({ 'src/cli/a.ts': source })).toEqual([])
    expect(planted({ 'src/cli/a.ts': source, 'src/cli/b.ts': `const a = require('${name}')` })).toEqual([
      `${name} is imported in src/cli/a.ts and src/cli/b.ts: one file only`,
    ])
  })

  test('commander in cli', () => {
    const source = "import type { Command } from 'commander'"
    expect(planted({ 'src/cli/a.ts': source, 'src/cli/b.ts': source })).toEqual([])
    expect(planted({ 'src/runs/send/a.ts': source })).toEqual(['src/runs/send/a.ts: imports commander outside src/cli'])
  })

  test('zod in pure rooms as types, in the schema as it is', () => {
    const [value, type] = ["import { z } from 'zod'", "import type { z } from 'zod'"]
    expect(planted({ 'src/schema/a.ts': value, 'src/verdict/a.ts': type, 'src/cli/a.ts': value })).toEqual([])
    for (const source of [value, "import { type z } from 'zod'", "const zod = await import('zod/mini')"]) {
      expect(planted({ 'src/verdict/a.ts': source })).toEqual([
        'src/verdict/a.ts: imports zod other than as types in a pure room',
      ])
    }
  })

  test('zod alone in the schema', () => {
    const source = "import { parse } from 'yaml'"
    expect(planted({ 'src/schema/a.ts': source })).toEqual(['src/schema/a.ts: the schema imports zod only, not yaml'])
  })
})

describe('files', () => {
  test.each(['export default 1', 'export default function go() {}', 'export { a as default }'])('%s', source => {
    expect(planted({ 'src/base/a.ts': source })).toEqual(['src/base/a.ts: has a default export'])
  })

  test.each(["export * from './b.ts'", "export * as b from './b.ts'", "export type * from './b.ts'"])('%s', source => {
    expect(planted({ 'src/base/a.ts': source })).toEqual(['src/base/a.ts: exports *'])
  })

  test.each(['utils.ts', 'util.ts', 'helpers.ts', 'common/a.ts', 'misc.test.ts', 'Helper.ts'])(
    '%s is a drawer',
    name => {
      expect(planted({ [`src/base/${name}`]: '' })).toEqual([expect.stringContaining('names a drawer, not a concept')])
    },
  )

  test('at most 250 lines', () => {
    expect(planted({ 'src/base/a.ts': 'a\n'.repeat(250) })).toEqual([])
    expect(planted({ 'src/base/a.ts': 'a\n'.repeat(251) })).toEqual(['src/base/a.ts: 251 lines, more than 250'])
  })

  test('a bin of at most five lines', () => {
    expect(planted({ 'bin/udptool.js': 'a\n'.repeat(6) })).toEqual(['bin/udptool.js: 6 lines, more than 5'])
    expect(breaches(new Map())).toEqual(['bin/udptool.js is missing'])
  })
})

test('the start of the command line loads commander alone, whatever a command loads later', () => {
  const files = {
    'src/cli/program.ts': "import 'node:fs'\nimport { Command } from 'commander'\nimport { a } from './a-command.ts'",
    'src/cli/a-command.ts': "import { A } from '../schema/a.ts'\nconst { b } = await import('../jobs/b.ts')",
    'src/jobs/b.ts': "import { parse } from 'yaml'",
  }
  expect(planted({ ...files, 'src/schema/a.ts': "import type { z } from 'zod'" })).toEqual([])
  expect(planted({ ...files, 'src/schema/a.ts': "import { z } from 'zod'" })).toEqual([
    'src/cli/program.ts → src/cli/a-command.ts → src/schema/a.ts: loads zod whatever the command',
  ])
})

test('readSource finds every kind of import and nothing else', () => {
  const { imports } = readSource(`
    import a, { b } from './1.ts'
    import type { C } from "./2.ts"
    import * as d from './3.ts'
    import './4.ts'
    export const from = 'import x from "./no.ts"' // import './no.ts'
    export { e } from './5.ts'
    export type { F } from './6.ts'
    export * from './7.ts'
    const g = await import('./8.ts'), h = /'/.test("'"), i = \`import './no.ts' \${await import(\`./9.ts\`)} './no.ts'\`
    import {
      type J,
      k,
    } from './10.ts'
  `)
  expect(imports.filter(({ typeOnly }) => typeOnly).map(({ specifier }) => specifier)).toEqual(['./2.ts', './6.ts'])
  const eager = imports.filter(one => one.eager).map(({ specifier }) => specifier)
  expect(eager.toSorted()).toEqual(['./1.ts', './10.ts', './3.ts', './4.ts', './5.ts', './7.ts'])
  expect(imports.map(({ specifier }) => specifier).toSorted()).toEqual(
    Array.from({ length: 10 }, (_, n) => `./${n + 1}.ts`).toSorted(),
  )
})
