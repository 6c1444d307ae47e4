import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { ASSETS_MODULES, assetsModule } from './scripts/html.mjs'
import { LongestFirst } from './test/helpers/longest-first.ts'
import { namespacedPool } from './test/helpers/namespaced-pool.ts'

const ROOT = fileURLToPath(new URL('.', import.meta.url))

/** The page whose assets a module has. */
function pageOf(path: string): string | undefined {
  return path.startsWith(`${ROOT}src/`) ? ASSETS_MODULES[path.slice(ROOT.length + 4)] : undefined
}

/** Style and script of the pages are made by the build; tests of src get them made here. */
const pageAssets = {
  name: 'page-assets',
  enforce: 'pre',
  resolveId: (id: string, importer = ''): string | undefined => {
    const path = join(dirname(importer), id)
    return id.endsWith('assets.js') && pageOf(path) !== undefined ? path : undefined
  },
  load: (path: string): string | undefined => {
    const page = pageOf(path)
    return page === undefined ? undefined : assetsModule(page)
  },
} as const

/** Floods and the kernel engine's contract, which need both cores for what they measure. They run what was built, as its threads do. */
const ALONE = [
  'test/contract/kernel*.test.ts',
  'test/integration/relay-flood.test.ts',
  'test/integration/scale.test.ts',
]

/** The contract of a monitor. Its threads run what was built, and most of its time is waiting. */
const MONITOR = 'test/contract/monitor-*.test.ts'

/** It installs the package from the npm registry, so it needs the network of this host. */
const ONLINE = 'test/integration/package.test.ts'

/** Unit tests that replace a module for the whole process that they run in. */
const mocking = readdirSync(`${ROOT}test/unit`, { recursive: true, encoding: 'utf8' })
  .map(name => `test/unit/${name.replaceAll('\\', '/')}`)
  .filter(name => name.endsWith('.test.ts') && readFileSync(`${ROOT}${name}`, 'utf8').includes('vi.mock('))

const cores = availableParallelism()
const pool = namespacedPool()
const namespaced = pool === undefined ? {} : { pool }
// Without namespaces all files share this host's ports and kernel counters. With them most of their time is waiting.
const workers = pool === undefined ? 1 : 4 * cores
const unit = {
  ...namespaced,
  setupFiles: ['test/helpers/property-seed.ts'],
  // Nothing here waits; thousands of cases of a property take a minute where the machine is busy.
  testTimeout: 300_000,
  maxWorkers: cores,
  sequence: { groupOrder: 1 },
}
const integration = {
  globalSetup: ['test/helpers/built.ts'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        plugins: [pageAssets],
        test: {
          ...unit,
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts'],
          exclude: [...ALONE, MONITOR, ...mocking],
          // Loading the same modules for each file takes longer than most of these tests do.
          isolate: false,
        },
      },
      {
        plugins: [pageAssets],
        test: { ...unit, name: 'unit-mocked', include: mocking },
      },
      {
        plugins: [pageAssets],
        test: {
          ...integration,
          ...namespaced,
          name: 'integration',
          include: [
            'test/integration/**/*.test.ts',
            'test/cases/**/*.test.ts',
            'test/netns/**/*.test.ts',
            'test/browser/**/*.test.ts',
            MONITOR,
          ],
          exclude: [...ALONE, ONLINE],
          maxWorkers: workers,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...integration,
          name: 'integration-online',
          include: [ONLINE],
          maxWorkers: workers,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...integration,
          ...namespaced,
          name: 'integration-alone',
          include: ALONE,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
