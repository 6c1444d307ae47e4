import { layoutMismatch } from './layout-check.ts'
import { loadLibc, type LoadedLibc } from '../system/libc.ts'

let known: LoadedLibc | undefined

/** libc, once a datagram of our own has shown that its structures are what this engine takes them for; or why the engine is not used here. */
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
