import { readdirSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { withRooms } from '../../scripts/rooms.mjs'
import { violations } from '../helpers/house.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

function house(): Map<string, string> {
  const files = new Map([['bin/udptool.js', readFileSync(`${ROOT}bin/udptool.js`, 'utf8')]])
  for (const entry of readdirSync(`${ROOT}src`, { recursive: true, withFileTypes: true })) {
    const path = `${entry.parentPath}/${entry.name}`
    if (entry.isFile()) files.set(relative(ROOT, path).replaceAll('\\', '/'), readFileSync(path, 'utf8'))
  }
  return files
}

test('the house keeps its rules', () => {
  const files = house()
  expect(files.size).toBeGreaterThan(20)
  expect(violations(files)).toEqual([])
})

test('docs/architecture.md shows the imports as they are (npm run rooms)', () => {
  const page = readFileSync(`${ROOT}docs/architecture.md`, 'utf8')
  expect(page).toContain('  cli --> jobs\n')
  expect(withRooms(page)).toBe(page)
})

/** The violations in a few planted files. */
function planted(files: Readonly<Record<string, string>>): string[] {
  return violations(new Map(Object.entries({ 'bin/udptool.js': "import '../dist/cli/main.js'\n", ...files })))
}

test('a room that is not in the table', () => {
  expect(planted({ 'src/attic/a.ts': '', 'src/base/a.ts': '' })).toEqual([
    'src/attic/a.ts: attic is not a room of the house',
  ])
})

test('scripts of threads lie beside their users', () => {
  const source = (name: string): string => `const script = new URL('${name}', import.meta.url)`
  expect(planted({ 'src/engine/a.ts': source('./worker.js'), 'src/runs/a.ts': source('../../package.json') })).toEqual(
    [],
  )
  expect(planted({ 'src/runs/a.ts': source('../cli/b.js') })).toEqual([
    'src/runs/a.ts: starts ../cli/b.js, which is not in the same folder',
  ])
})

test.each(['table', 'koffi'])('%s in one file', name => {
  const source = `import { a } from '${name}'`
  expect(planted({ 'src/cli/a.ts': source })).toEqual([])
  expect(planted({ 'src/cli/a.ts': source, 'src/cli/b.ts': `const a = require('${name}')` })).toEqual([
    `${name} is imported in src/cli/a.ts and src/cli/b.ts: one file only`,
  ])
})

describe('files', () => {
  test.each(["export * from './b.ts'", "export * as b from './b.ts'", "export type * from './b.ts'"])('%s', source => {
    expect(planted({ 'src/base/a.ts': source })).toEqual(['src/base/a.ts: exports *'])
  })

  test.each(['utils.ts', 'util.ts', 'helpers.ts', 'common/a.ts', 'misc.test.ts', 'Helper.ts'])(
    '%s is a drawer',
    name => {
      expect(planted({ [`src/base/${name}`]: '' })).toEqual([expect.stringContaining('does not name a concept')])
    },
  )

  test('a bin of at most five lines', () => {
    expect(planted({ 'bin/udptool.js': 'a\n'.repeat(6) })).toEqual(['bin/udptool.js: 6 lines, more than 5'])
    expect(violations(new Map())).toEqual(['bin/udptool.js is missing'])
  })
})

test('the start of the command line loads commander alone, whatever a command loads later', () => {
  const files = {
    'src/cli/program.ts': "import 'node:fs'\nimport { Command } from 'commander'\nimport { a } from './a-command.ts'",
    'src/cli/a-command.ts': "import {\n  A,\n} from '../schema/a.ts'\nconst { b } = await import('../jobs/b.ts')",
    'src/jobs/b.ts': "import { parse } from 'yaml'",
  }
  expect(planted({ ...files, 'src/schema/a.ts': "import type { z } from 'zod'" })).toEqual([])
  for (const source of ["import { z } from 'zod'", "import 'zod'", "export { z } from 'zod'"]) {
    expect(planted({ ...files, 'src/schema/a.ts': source })).toEqual([
      'src/cli/program.ts → src/cli/a-command.ts → src/schema/a.ts: loads zod for every command',
    ])
  }
})
