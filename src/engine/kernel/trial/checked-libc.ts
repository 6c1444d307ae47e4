import { layoutMismatch } from './layout-check.ts'
import { loadLibc, type LoadedLibc } from '../system/libc.ts'

let known: LoadedLibc | undefined

/**
 * libc, after a datagram has shown that its structures have the layouts that this engine assumes, or the reason why the engine is not used.
 */
export function checkedLibc(): LoadedLibc {
  known ??= check()
  return known
}

function check(): LoadedLibc {
  const loaded = loadLibc()
  if (loaded.libc === undefined) return loaded
  const mismatch = layoutMismatch(loaded.libc)
  return mismatch === undefined ? loaded : { missing: mismatch }
}
