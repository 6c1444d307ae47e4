import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { assetsModule } from './scripts/html.mjs'

/** The kernel engine runs in threads, whose scripts are there only where they were compiled. */
const BUILT = 'test/contract/kernel*.test.ts'

/** Style and script of the HTML report are made by the build; tests of src get them made here. */
const ASSETS = fileURLToPath(new URL('src/report/html/assets.js', import.meta.url))
const pageAssets = {
  name: 'page-assets',
  enforce: 'pre',
  resolveId: (id: string, importer = ''): string | undefined =>
    id === './assets.js' && importer.endsWith('/src/report/html/document.ts') ? ASSETS : undefined,
  load: (id: string): string | undefined => (id === ASSETS ? assetsModule() : undefined),
} as const

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [pageAssets],
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts'],
          exclude: [BUILT],
          typecheck: { enabled: false },
          // Nothing here waits; thousands of cases of a property take seconds where the machine is busy.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: [
            'test/integration/**/*.test.ts',
            'test/cases/**/*.test.ts',
            'test/netns/**/*.test.ts',
            'test/browser/**/*.test.ts',
            BUILT,
          ],
          globalSetup: ['test/helpers/built.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
