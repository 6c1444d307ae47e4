import { afterAll, beforeAll, onTestFinished } from 'vitest'

type Cleanup = () => void | Promise<void>

/** The cleanups of a value that several tests share, while it is made. */
let cleanups: Cleanup[] | undefined

/** Calls `cleanup` when the current test ends. Inside of `shared` or `sharedByFile`: after the last test that uses the value. */
export function onCleanup(cleanup: Cleanup): void {
  if (cleanups === undefined) onTestFinished(cleanup)
  else cleanups.unshift(cleanup)
}

/** Whether a value for several tests is being made. */
export const isShared = (): boolean => cleanups !== undefined

/** Makes a value once before the tests of this block, and returns it to each. Its cleanups run after the last test of the block. */
export function shared<T>(make: () => T | Promise<T>): () => T {
  let made: { readonly value: T } | undefined
  beforeAll(async () => {
    const own: Cleanup[] = []
    cleanups = own
    try {
      made = { value: await make() }
    } finally {
      cleanups = undefined
    }
    return async () => {
      for (const cleanup of own) await cleanup()
    }
  })
  return () => {
    if (made === undefined) throw new Error('the shared value is not made before the first test begins')
    return made.value
  }
}

const cleanupsOfFile: Cleanup[] = []
afterAll(async () => {
  for (const cleanup of cleanupsOfFile) await cleanup()
})

/** Makes a value in a test. Its cleanups run after the last test of this file. */
export function sharedByFile<T>(make: () => T): T {
  cleanups = cleanupsOfFile
  try {
    return make()
  } finally {
    cleanups = undefined
  }
}
