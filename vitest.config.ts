import { defineConfig } from 'vitest/config'

/** The kernel engine runs in threads, whose scripts are there only where they were compiled. */
const BUILT = 'test/contract/kernel*.test.ts'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts'],
          exclude: [BUILT],
          typecheck: { enabled: false },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/netns/**/*.test.ts', BUILT],
          globalSetup: ['test/helpers/built.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
