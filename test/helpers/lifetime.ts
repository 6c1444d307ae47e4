import { afterAll, beforeAll, onTestFinished } from 'vitest'

type End = () => void | Promise<void>

/** The ends of what is being made for several tests. */
let ends: End[] | undefined

/** Calls `end` when the test that runs is over; for what `shared` makes, after the last test of its block. */
export function onCleanup(end: End): void {
  if (ends === undefined) onTestFinished(end)
  else ends.unshift(end)
}

/** Whether what is made now is for several tests. */
export const isShared = (): boolean => ends !== undefined

/** Makes something once, before the first test of this block, and gives it to each. What it starts lives until the last test is over. */
export function shared<T>(make: () => T | Promise<T>): () => T {
  let made: { readonly value: T } | undefined
  beforeAll(async () => {
    const own: End[] = []
    ends = own
    try {
      made = { value: await make() }
    } finally {
      ends = undefined
    }
    return async () => {
      for (const end of own) await end()
    }
  })
  return () => {
    if (made === undefined) throw new Error('what the tests share is not made yet')
    return made.value
  }
}

const endsOfFile: End[] = []
afterAll(async () => {
  for (const end of endsOfFile) await end()
})

/** Makes something in a test that lives until the last test of this file is over. */
export function sharedByFile<T>(make: () => T): T {
  ends = endsOfFile
  try {
    return make()
  } finally {
    ends = undefined
  }
}
