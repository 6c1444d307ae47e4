/** A promise that is settled from outside, with an error or without. Only callers that await it get the error. */
export function createDeferred(): { readonly promise: Promise<void>; readonly settle: (error?: Error) => void } {
  let settle: ((error?: Error) => void) | undefined
  const promise = new Promise<void>((resolve, reject) => {
    settle = error => (error === undefined ? resolve() : reject(error))
  })
  promise.catch(() => {})
  return { promise, settle: error => settle?.(error) }
}
